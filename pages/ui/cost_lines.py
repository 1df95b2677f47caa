"""The bill lines behind the number shown: counted, added up to the last digit, and a page of them."""

from decimal import Decimal
from math import ceil

import streamlit as st

from core.costs.lines import Line, Lines, Order
from core.costs.scope import CostType, Scope
from pages.ui import format as fmt
from pages.ui import kept, states, tables
from pages.ui.bill import Bill
from services.usecases import costs

SIZE = 100
MOST_PAGES = 1_000
ORDERS = {Order.NEWEST.value: "Newest first", Order.LARGEST.value: "Largest first"}


def show(ours: Bill, scope: Scope) -> None:
    """A page of the scope's lines; the scope names its currency."""
    order = Order(
        kept.segment(
            "Order", list(ORDERS), "order", format_func=ORDERS.__getitem__, label_visibility="collapsed"
        )
    )
    number = tables.page_number("lines-page", (scope, order))
    found = ours.ask(costs.lines, scope, order=order, limit=SIZE, offset=(number - 1) * SIZE)
    if found is None:
        return
    if not found.lines:
        states.empty("No bill line here", "Choose a longer period, or take a filter away.")
        return
    _table(found, scope.cost)
    with st.container(horizontal=True, vertical_alignment="center"):
        states.note(said(found, scope.cost))
        if found.count > SIZE:
            tables.pager(min(ceil(found.count / SIZE), MOST_PAGES), "lines-page")
    if found.count > SIZE * MOST_PAGES:
        states.note(
            f"The first {SIZE * MOST_PAGES:,} are shown. Reconcile saves all lines of a month as a FOCUS file."
        )


def said(found: Lines, cost: CostType) -> str:
    """How many there are and what they come to, with all digits."""
    parts = []
    for each in found.sums:
        unknown = f", {each.unknown:,} of them without an amount" if each.unknown else ""
        parts.append(
            f"{fmt.count(each.count, 'line')}{unknown}: exactly {fmt.unrounded(each.cost, each.currency)}, {cost} cost"
        )
    return ". ".join(parts) + "."


def _table(found: Lines, cost: CostType) -> None:
    rows = found.lines
    amounts = {name: _amounts(rows, name) for name in [cost, *(each for each in CostType if each != cost)]}
    first, *others = (
        (name.capitalize(), [fmt.pixel(each) for each in found]) for name, found in amounts.items()
    )
    shown: dict[str, list[object]] = {
        "What": [fmt.clean(each.description or each.sku or "") for each in rows],
        first[0]: [*first[1]],
        "From": [each.start for each in rows],
        "Resource": [fmt.short(each.resource or "") for each in rows],
        "Quantity": [fmt.pixel(each.quantity) for each in rows],
        "Unit": [each.unit for each in rows],
        "Category": [each.charge_category for each in rows],
        "Service": [fmt.clean(each.service or "") for each in rows],
        "Account": [each.account for each in rows],
        "Region": [each.region for each in rows],
        **{name: [*values] for name, values in others},
        "Currency": [each.currency for each in rows],
        "Commitment": [each.commitment for each in rows],
        "Tags": [_tags(each) for each in rows],
        "Source": [fmt.clean(each.source or "") for each in rows],
        "Bill": [each.month for each in rows],
    }
    config = {name.capitalize(): tables.money_column(name.capitalize(), places=4) for name in CostType}
    tables.show(
        shown,
        config
        | {
            "What": tables.thing_column("What"),
            "Resource": tables.thing_column("Resource"),
            "From": tables.time_column("From, UTC"),
            "Bill": st.column_config.DateColumn("Bill", format="MMM YYYY"),
        },
        alt="Bill lines",
        key="lines",
        placeholder="",
    )
    saved = shown | {name.capitalize(): [*values] for name, values in amounts.items()}
    saved["Resource"] = [fmt.clean(each.resource or "") for each in rows]
    saved["Quantity"] = [each.quantity for each in rows]
    tables.export(saved, "bill-lines.csv", key="lines-csv")


def _amounts(rows: tuple[Line, ...], name: CostType) -> list[Decimal | None]:
    return [getattr(each, name) for each in rows]


def _tags(line: Line) -> str:
    return fmt.clean(", ".join(f"{key}={value}" for key, value in sorted((line.tags or {}).items())))
