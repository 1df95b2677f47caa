"""One resource on the bill: its cost by day and SKU, its hours, its tags over time and the commitments that paid for it."""

from datetime import datetime

import streamlit as st

from core.costs.lines import ResourceProfile
from core.costs.scope import RESOURCE, CostType, Filter, Match, Scope
from core.money import ZERO, total
from core.periods import last_days, midnight
from pages.ui import charts, filter_field, page, spend_chart, states, tables
from pages.ui import format as fmt
from pages.ui.bill import Bill
from pages.ui.page import Screen
from services.usecases import cost_resources, costs

NO_SKU: dict[str | None, str] = {None: "No SKU"}


def profile(ours: Bill, scope: Scope, resource_id: str) -> ResourceProfile | None:
    """What the bill says of it; None, and words on the screen, when that fails."""
    return ours.ask(cost_resources.resource_profile, scope, resource_id)


def by_sku(found: ResourceProfile, key: str) -> None:
    """Its cost a day, stacked by SKU."""
    spend_chart.stacked(
        found.by_sku, NO_SKU, key=f"{key}-skus", height=charts.LOW + 60, alt="Cost by day and SKU"
    )
    spend_chart.numbers(found.by_sku, NO_SKU, key=f"{key}-skus-numbers")


def show(found: ResourceProfile, key: str) -> None:
    """Its hours, tags and commitments."""
    hours(found, key)
    commitments(found, key)
    tags(found)


def hours(found: ResourceProfile, key: str) -> None:
    """Billed hours of use, a day."""
    known = [each for each in found.hours if each is not None]
    if not known:
        states.note("The bill counts no hours of it.")
        return
    said = f"{total(known):,.1f} on {fmt.count(len(known), 'day')}"
    st.markdown(f"**Billed hours** :gray[{fmt.plain(said)}]")
    times: list[datetime] = [midnight(day) for day in found.by_sku.steps]
    values = [None if each is None else float(each) for each in found.hours]
    charts.lines(
        {"Billed hours": (times, values)},
        unit="h",
        key=f"{key}-hours",
        alt="Billed hours a day",
        height=170,
        exact={"Billed hours": found.hours},
    )


def commitments(found: ResourceProfile, key: str) -> None:
    """Which commitments paid for it, and what none did."""
    if not found.commitments:
        states.note("No commitment paid for any of it.")
        return
    cost = f"Cost, {found.by_sku.currency}"
    rows = found.commitments
    names = [fmt.clean(each.name or each.id) for each in rows]
    amounts = [each.effective for each in rows]
    first: list[object] = [each.first for each in rows]
    last: list[object] = [each.last for each in rows]
    counted: list[object] = [fmt.pixel(each.hours) for each in rows]
    if found.uncovered != ZERO:
        names.append("Covered by none")
        amounts.append(found.uncovered)
        for column in (first, last, counted):
            column.append(None)
    st.markdown("**Commitments that paid for it**")
    tables.show(
        {
            "Commitment": names,
            cost: [fmt.pixel(each) for each in amounts],
            "Hours": counted,
            "From": first,
            "To": last,
        },
        {
            "Commitment": tables.thing_column("Commitment"),
            cost: tables.money_column(cost),
            "Hours": tables.number_column("Hours", places=1),
            "From": tables.day_column("From"),
            "To": tables.day_column("To"),
        },
        alt="Commitments that paid for it",
        key=f"{key}-commitments",
        placeholder="",
    )
    hours: list[object] = [each.hours for each in rows]
    exact: dict[str, list[object]] = {
        "Commitment": [*names],
        cost: [*amounts],
        "Hours": [*hours, *(None for _ in names[len(rows) :])],
        "From": first,
        "To": last,
    }
    tables.export(exact, "resource-commitments.csv", key=f"{key}-commitments-csv")


def tags(found: ResourceProfile) -> None:
    """The tags it carried on the bill, and when."""
    if not found.tags:
        return
    st.markdown("**Tags on the bill over time**")
    lines = []
    for each in found.tags:
        days = (
            fmt.day(each.first)
            if each.first == each.last
            else f"{fmt.day(each.first)} to {fmt.day(each.last)}"
        )
        said = ", ".join(f"{key}: {value}" for key, value in sorted((each.tags or {}).items()))
        lines.append(f":gray[{fmt.plain(days)}] {fmt.plain(said or 'no tags')}")
    st.markdown("  \n".join(lines))


def to_lines(screen: Screen, resource_id: str) -> None:
    """The way to the last full days that a month's cost of the resource is reckoned from."""
    known = page.attempt(costs.resource_cost, screen.ctx, screen.user, (resource_id,)) or {}
    if resource_id in known:
        only, cost = (Filter(RESOURCE, Match.IS, resource_id),), known[resource_id]
        filter_field.to_costs(
            "Its bill lines",
            only,
            CostType.EFFECTIVE,
            last_days(cost.until, cost.days),
            currency=cost.currency,
            lines=True,
        )
