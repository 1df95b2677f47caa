"""Whose cost is it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from core.access.roles import Permission
from core.costs.allocate import Allocation
from core.costs.scope import CostType, Dimension
from core.costs.tag_coverage import Coverage
from core.costs.virtual_tags import Rule, SharedCost, VirtualTag
from core.periods import Period, month_back
from pages.ui import (
    allocation_charts,
    allocation_editor,
    allocation_rules,
    allocation_tables,
    bill,
    cards,
    cost_bar,
    filter_field,
    filters,
    kept,
    page,
    saved_views,
    states,
)
from pages.ui import format as fmt
from pages.ui import tag_coverage as coverage_shown
from pages.ui.bill import Bill
from pages.ui.page import Screen
from services.usecases import allocation, costs, tag_coverage
from services.usecases import allocation_rules as rules

USUAL = "tag:team"
MOST_LINES = 5


@dataclass(frozen=True)
class Asked:
    """What the bar above says; `currency` None is the largest."""

    period: Period
    cost: CostType
    currency: str | None


def equation(found: Allocation) -> None:
    """The answer: direct and shared and unallocated are the bill."""
    currency, whole = found.currency, found.total
    left = "Every line is somebody's" if not found.unallocated else _part(found.unallocated, found)
    cards.figures(
        [
            cards.Figure("Direct", fmt.money(found.direct, currency, 2), because=_part(found.direct, found)),
            cards.Figure(
                "+ Shared", fmt.money(found.shared, currency, 2), because=_part(found.shared, found)
            ),
            cards.Figure("+ Unallocated", fmt.money(found.unallocated, currency, 2), because=left),
            cards.Figure(
                "= The bill",
                fmt.money(whole, currency, 2),
                because=f"{fmt.span_of(found.period.start, found.period.end)}, {found.cost} cost",
            ),
        ]
    )
    parts = " + ".join(
        fmt.unrounded(each, currency) for each in (found.direct, found.shared, found.unallocated)
    )
    states.note(f"To the last digit: {parts} = {fmt.unrounded(whole, currency)}")
    filter_field.to_costs("The bill in Costs", (), found.cost, found.period, currency=currency)
    if found.within_accounts:
        states.note("Of the accounts that you see only; shared cost is split by what values cost in these.")
    if found.unknown_lines:
        states.note(
            f"{fmt.count(found.unknown_lines, 'bill line')} carry no {found.cost} amount and are in no figure."
        )
    if len(found.currencies) > 1:
        others = ", ".join(fmt.money(amount, name) for name, amount in found.currencies if name != currency)
        states.note(f"Other currencies are kept apart and not in the total: {others}.")


def _part(amount: Decimal, found: Allocation) -> str:
    share = amount / found.total * 100 if found.total else None
    return f"{fmt.percent(share)} of the bill"


def by_value(found: Allocation, shared: Sequence[SharedCost]) -> None:
    """Each value: its own cost, its shares, both; and what is left, so that the column adds up to the bill."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        allocation_charts.by_value(found, key="allocation-by-value")
    with right:
        allocation_tables.lines(found, shared, allocation_tables.values(found))
    for pool in found.pools:
        split = f"Shared: {pool.name}, {fmt.money(pool.cost, found.currency, 2)}, split {allocation_rules.METHODS[pool.method]}."
        rest = f" {fmt.money(pool.left, found.currency, 2)} of it is unallocated." if pool.left else ""
        states.note(" ".join([split + rest, *pool.because[:MOST_LINES]]))


def first(screen: Screen, found: Coverage | None, period: Period) -> None:
    """There is no virtual tag yet: say what one is, and offer to begin from the tag that covers most."""
    usual = next((row.name for row in (found.rows if found else ()) if row.name == USUAL), None)
    usual = usual or next((row.name for row in (found.rows if found else ())), None)
    states.empty(
        "Nobody's cost is told yet",
        "A virtual tag is made of rules: it keeps what your tags say and fills their gaps by account, service or any other condition, "
        "back to a day that you choose.",
    )
    if not screen.may(Permission.MANAGE_COSTS):
        states.note(f"To make one, ask one of: {page.able(Permission.MANAGE_COSTS)}.")
        return
    if usual is not None and st.button(
        f"Start from the tag {fmt.plain(coverage_shown.label(usual))}", type="primary", key="start"
    ):
        name = fmt.sentence(coverage_shown.label(usual))
        begins = month_back(screen.now.date(), 12)
        draft = VirtualTag(name.replace("/", "-"), (Rule((), of=Dimension(usual)),), begins)
        allocation_editor.edit(screen, draft, period)


def whose(ours: Bill, tag: str, asked: Asked, shared: Sequence[SharedCost]) -> bool:
    """The figures of one virtual tag; False where the bill did not answer, which is said then."""
    screen = ours.screen
    found = page.attempt(
        allocation.allocated,
        screen.ctx,
        screen.user,
        tag,
        asked.period,
        cost=asked.cost,
        currency=asked.currency,
        at=ours.at,
    )
    if found is None:
        return False
    if found.currency is None:
        states.empty("The bill holds no cost in this period", "Choose another period.")
        return True
    equation(found)
    by_value(found, shared)
    if found.unallocated:
        allocation_tables.left(ours, screen, found, shared)
    return True


def main() -> None:
    """The screen."""
    screen = page.begin()
    states.said()
    ours = bill.opened(screen)
    fresh = ours.fresh()
    if fresh is None:
        return
    if fresh.last_day is None:
        states.empty(
            "There is no bill yet",
            "Connect an account with a billing export, or take a file in with `./pioneer ingest FILE`.",
        )
        st.page_link("pages/connections.py", label="Open Connections")
        return
    known = page.need(rules.listing, screen.ctx, screen.user)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        tag = kept.select("Virtual tag", known.names, "tag", width=190) if known.names else None
        chosen = filters.period()
        cost = CostType(
            kept.select(
                "Cost",
                [each.value for each in cost_bar.COST_TYPES],
                "cost",
                format_func=lambda key: cost_bar.COST_TYPES[CostType(key)].split(":")[0],
                width=150,
            )
        )
        choices = ours.need(costs.choices)
        currency = filters.currency(choices, width=130)
        may = known.names and screen.may(Permission.MANAGE_COSTS)
        new = may and st.button("New virtual tag", key="new-tag")
        saved_views.menu(screen)
    period = filters.named(chosen, screen.now.date(), fresh.last_day)
    if new:
        allocation_editor.edit(screen, None, period)
    allocation_rules.undo(screen)
    asked = Asked(period, cost, currency)
    shared = [each.shared for each in known.shared if each.shared.tag == tag]
    coverage = None
    if tag is None or whose(ours, tag, asked, shared):
        coverage = page.attempt(
            tag_coverage.coverage, screen.ctx, screen.user, period, cost=cost, currency=currency, at=ours.at
        )
    if tag is None:
        first(screen, coverage, period)
    if coverage is not None:
        coverage_shown.show(coverage, period)
    if tag is not None:
        allocation_rules.show(screen, tag, known, period, choices)


main()
