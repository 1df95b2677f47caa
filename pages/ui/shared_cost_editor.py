"""The dialog that makes and changes a shared cost, with how it would be split looked at before it is saved."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

import pandas as pd
import streamlit as st

from core.costs import filters
from core.costs.scope import Filter
from core.costs.virtual_tags import Method, SharedCost, Target
from core.errors import Invalid, PioneerError
from core.periods import Period, month_back
from pages.ui import dialog, filter_field, page, states, tables
from pages.ui import filters as in_bar
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import allocation, allocation_rules, costs

METHODS: Mapping[Method, str] = {
    Method.PROPORTIONAL: "By what each value cost itself",
    Method.EVEN: "Evenly",
    Method.FIXED: "By fixed weights",
    Method.METRIC: "By a daily metric of each value",
}
USUAL = filters.parse_all(["charge category=Tax"])


def edit(screen: Screen, tag: str, shared: SharedCost | None, period: Period) -> None:
    """Open the dialog for a shared cost of a virtual tag: a new one (None) or a version of a present one."""
    title = "New shared cost" if shared is None else fmt.plain(shared.name)
    st.dialog(title, width="large")(_edit)(screen, tag, shared, period)


def _edit(screen: Screen, tag: str, shared: SharedCost | None, period: Period) -> None:
    now = page.again(screen)
    identity = f"{shared.name}-{shared.effective_from}" if shared else "new"
    left, right = st.columns([3, 2])
    name = left.text_input(
        "Name", shared.name if shared else "Tax", key=f"shared-name-{identity}", max_chars=100
    )
    begins = right.date_input(
        "Holds from",
        shared.effective_from if shared else month_back(now.now.date(), 12),
        key=f"shared-from-{identity}",
    )
    choices = page.attempt(costs.choices, now.ctx, now.user)
    if choices is None:
        return
    start = shared.filters if shared else USUAL
    wanted = filter_field.field(
        "Which lines are shared", choices, start, f"shared-filters-{identity}", "Nothing yet"
    )
    method = st.selectbox(
        "Split",
        list(METHODS),
        list(METHODS).index(shared.method) if shared else 0,
        format_func=lambda each: METHODS[each],
        key=f"shared-method-{identity}",
    )
    among = _targets(shared, method, identity)
    draft = None if wanted is None else _read(tag, name, begins, wanted, method, among)
    if draft is None:
        return
    currency = in_bar.currency_in_force(choices)
    found = page.attempt(allocation.preview_shared, now.ctx, now.user, draft, period, currency=currency)
    if found is not None:
        cost = f"Shared, {found.currency or 'USD'}"
        shares = [
            (each.value, each.by_pool[draft.name])
            for each in found.values  # noqa: PD011  no table of pandas
            if draft.name in each.by_pool
        ]
        named = [fmt.clean(value) for value, _ in shares]
        tables.show(
            {"Value": named, cost: [fmt.pixel(part) for _, part in shares]},
            {"Value": tables.thing_column("Value"), cost: tables.money_column(cost)},
            alt="How it would be split",
            key=f"shared-preview-{identity}",
        )
        exact: dict[str, list[object]] = {"Value": [*named], cost: [part for _, part in shares]}
        tables.export(exact, "shared-cost.csv", key=f"shared-preview-{identity}-csv")
        pool = next((each for each in found.pools if each.name == draft.name), None)
        took = fmt.money(pool.cost if pool else Decimal(0), found.currency, 2)
        states.note(f"{took} in {fmt.span_of(period.start, period.end)}, as if it held on all these days.")
        for because in pool.because if pool else ():
            states.note(because)
    if dialog.decided("Save", f"shared-save-{identity}") and page.attempt(_saved, now, draft):
        states.say(f"Saved: {draft.name}.")


def _targets(shared: SharedCost | None, method: Method, identity: str) -> list[Mapping[str, object]]:
    """Which values share, and by what; nothing: all that have cost."""
    by = {Method.FIXED: "Weight", Method.METRIC: "Metric"}.get(method)
    st.caption(
        "Which values share. None: all that have cost in the month."
        if by is None
        else f"Which values share, and the {by.lower()} of each."
    )
    rows = [
        {"Value": each.value, "Weight": str(each.weight or ""), "Metric": each.metric or ""}
        for each in (shared.among if shared else ())
    ]
    columns = ["Value", *([by] if by else [])]
    edited = st.data_editor(
        pd.DataFrame(rows, columns=columns, dtype="object"),
        num_rows="dynamic",
        hide_index=True,
        key=f"shared-among-{method}-{identity}",
        column_config={each: st.column_config.TextColumn(each) for each in columns},
    )
    found: list[Mapping[str, object]] = edited.to_dict("records")
    return found


def _read(
    tag: str,
    name: str,
    begins: date,
    wanted: tuple[Filter, ...],
    method: Method,
    among: Sequence[Mapping[str, object]],
) -> SharedCost | None:
    try:
        return SharedCost(
            tag,
            name,
            wanted,
            method,
            begins,
            tuple(
                Target(value, _weight(_text(row.get("Weight"))), _text(row.get("Metric")) or None)
                for row in among
                if (value := _text(row.get("Value")))
            ),
        )
    except PioneerError as error:
        states.failed(error)
        return None


def _text(cell: object) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def _weight(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation as error:
        message = f"{text!r} is no weight."
        raise Invalid(message, mend="Write it as 2 or 0.5.") from error


def _saved(screen: Screen, draft: SharedCost) -> bool:
    allocation_rules.save_shared(screen.ctx, screen.user, draft)
    return True
