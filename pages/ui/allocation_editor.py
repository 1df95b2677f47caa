"""The dialog that makes and changes a virtual tag; what each rule would take stands in it before it is saved."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import uuid4

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.costs.scope import Dimension
from core.costs.spend import Choices
from core.costs.tag_coverage import Preview, Taken
from core.costs.virtual_tags import Rule, VirtualTag
from core.errors import PioneerError
from core.periods import Period, month_back
from pages.ui import dialog, filter_field, filters, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import allocation, allocation_rules, cost_values, costs

NAMED = "this value"
SHOWN = 4
FIRST = Rule((), of=Dimension("tag:team"))


def edit(screen: Screen, tag: VirtualTag | None, period: Period) -> None:
    """Open the dialog for a virtual tag: a new one (None), one to begin from, or a version of a present one."""
    _drafts().clear()
    title = "New virtual tag" if tag is None else fmt.plain(tag.name)
    st.dialog(title, width="large")(_edit)(screen, tag, period)


def _edit(screen: Screen, tag: VirtualTag | None, period: Period) -> None:
    now = page.again(screen)
    left, right = st.columns([3, 2])
    name = left.text_input("Name", tag.name if tag else "", key="tag-name", max_chars=100)
    begins = right.date_input(
        "Holds from",
        tag.effective_from if tag else month_back(now.now.date(), 12),
        key="tag-from",
        help="Another day makes a new version: for the days before it, what held still holds.",
    )
    choices = page.attempt(costs.choices, now.ctx, now.user)
    dimensions = page.attempt(cost_values.dimensions, now.ctx, now.user)
    if choices is None or dimensions is None:
        return
    rows = _drafts()
    if not rows:
        rows.update({_key(): rule for rule in (tag.rules if tag else (FIRST,))})
    read = [
        _row(place, key, rule, choices, [each.name for each in dimensions])
        for place, (key, rule) in enumerate(rows.items(), start=1)
    ]
    if st.button("Add a rule", key="tag-add"):
        rows[_key()] = None
        st.rerun(scope="fragment")
    whole = [(rule, slot) for rule, slot in read if rule is not None]
    rules = tuple(rule for rule, _ in whole)
    currency = filters.currency_in_force(choices)
    found = (
        page.attempt(allocation.preview, now.ctx, now.user, rules, period, currency=currency)
        if rules
        else None
    )
    if found is not None:
        _preview(found, [slot for _, slot in whole])
    ready = bool(name.strip()) and found is not None and len(whole) == len(read)
    if not ready:
        states.note("To save, give it a name, and each rule a value.")
    if dialog.decided("Save", "tag-save", disabled=not ready) and page.attempt(
        _saved, now, name, rules, begins
    ):
        states.say(f"Saved: {name}.")


def _drafts() -> dict[str, Rule | None]:
    """The rules in the dialog, in their order: each as it was at first, None a new one."""
    drafts: dict[str, Rule | None] = st.session_state.setdefault("tag-drafts", {})
    return drafts


def _key() -> str:
    return uuid4().hex[:8]


def _row(
    place: int, key: str, start: Rule | None, choices: Choices, dimensions: Sequence[str]
) -> tuple[Rule | None, DeltaGenerator]:
    """One rule, and the place where what it takes is told."""
    with st.container(border=True, gap="xsmall"):
        wanted = filter_field.field(
            f"Rule {place}: lines where",
            choices,
            start.filters if start else (),
            f"rule-filters-{key}",
            "Every line that is left",
        )
        left, right = st.columns(2)
        own = start.of.name if start and start.of else None
        offered = [NAMED, *dict.fromkeys([*([own] if own else []), *dimensions])]
        gets = left.selectbox(
            "Get",
            offered,
            offered.index(own) if own else 0,
            format_func=lambda each: each if each == NAMED else f"their own {filters.dimension(each)}",
            key=f"rule-gets-{key}",
        )
        value = right.text_input(
            "Value",
            (start.value if start else "") or "",
            key=f"rule-value-{key}",
            max_chars=200,
            disabled=gets != NAMED,
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            slot = st.container(width="stretch")
            if place > 1 and st.button("Move up", key=f"rule-up-{key}", type="tertiary"):
                _move_up(key)
            if len(_drafts()) > 1 and st.button("Remove", key=f"rule-remove-{key}", type="tertiary"):
                del _drafts()[key]
                st.rerun(scope="fragment")
    if wanted is None or (gets == NAMED and not value.strip()):
        return None, slot
    try:
        rule = Rule(wanted, value) if gets == NAMED else Rule(wanted, of=Dimension(gets))
    except PioneerError as error:
        states.failed(error)
        return None, slot
    return rule, slot


def _move_up(key: str) -> None:
    rows = list(_drafts().items())
    place = next(number for number, (each, _) in enumerate(rows) if each == key)
    rows[place - 1], rows[place] = rows[place], rows[place - 1]
    _drafts().clear()
    _drafts().update(rows)
    st.rerun(scope="fragment")


def _preview(found: Preview, slots: Sequence[DeltaGenerator]) -> None:
    """What each rule would take, beside it, and what none does."""
    for taken, slot in zip(found.rules, slots, strict=True):
        slot.caption(fmt.plain(_said(taken, found)))
    days = fmt.span_of(found.period.start, found.period.end)
    rest = f"No rule takes {fmt.money(found.rest, found.currency, 2)} of {fmt.money(found.total, found.currency, 2)}{_part(found.rest_share)}."
    seen = " Of the accounts that you see." if found.within_accounts else ""
    states.note(f"{rest} {days}, as if the rules held on all these days.{seen}")


def _said(taken: Taken, found: Preview) -> str:
    largest = [value for value, _ in taken.values[:SHOWN]]
    more = len(taken.values) - len(largest)
    names = ", ".join(largest) + (f" and {more:,} more" if more else "")
    if not taken.values:
        return "Takes nothing: no line is left for it"
    return f"Takes {fmt.money(taken.cost, found.currency, 2)}{_part(taken.share)}: {names}"


def _part(share: Decimal | None) -> str:
    return "" if share is None else f", {fmt.percent(share * 100)} of the bill"


def _saved(screen: Screen, name: str, rules: tuple[Rule, ...], begins: date) -> bool:
    allocation_rules.save(screen.ctx, screen.user, VirtualTag(name, rules, begins))
    return True
