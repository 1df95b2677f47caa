"""What do we spend, on what, and why did it change?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import streamlit as st

from core.costs.compare import Comparison
from core.costs.scope import ACCOUNT, RESOURCE, Dimension, Scope
from core.costs.spend import Choices, Freshness, Spend
from pages.ui import bill, cards, charts, drill, filters, page, states, tables
from pages.ui import format as fmt
from pages.ui.bill import Bill
from services.usecases import costs

TOP_RESOURCES = 200
LINES = 100
DRIVERS = 3
STALE_DAYS = 3  # AWS brings a day's charges within a day or two


@dataclass(frozen=True)
class Place:
    """Where in the bill one looks."""

    bill: Bill
    fresh: Freshness
    choices: Choices
    scope: Scope
    steps: tuple[drill.Step, ...]


def headline(spend: Spend, against: Comparison | None) -> None:
    """The answer: the total, how it changed, and what a day costs."""
    days = max(1, spend.period.length)
    row = [
        cards.Figure(
            "Total",
            fmt.money(spend.total, spend.currency),
            because=f"{fmt.span_of(spend.period.start, spend.period.end)}, {spend.cost} cost",
        )
    ]
    if against is not None:
        whole = against.whole
        row.append(
            cards.Figure(
                "Change",
                fmt.change(whole.difference, spend.currency),
                fmt.signed_percent(whole.percent) if whole.difference else None,
                bad=True,
                because=f"to the {fmt.count(against.against.length, 'day')} before. {drivers(against)}",
            )
        )
    row.append(cards.Figure("A day on average", fmt.money(spend.total / days, spend.currency)))
    cards.figures(row)
    if len(spend.currencies) > 1:
        others = ", ".join(
            fmt.money(amount, currency) for currency, amount in spend.currencies if currency != spend.currency
        )
        states.note(f"Other currencies are kept apart and not in the total: {others}.")
    if spend.unknown_lines:
        states.note(
            f"{fmt.count(spend.unknown_lines, 'bill line')} carry no {spend.cost} amount and are missing from the total."
        )


def drivers(against: Comparison) -> str:
    """What changed most, in words."""
    moved = [each for each in against.changes if each.difference][:DRIVERS]
    if not moved:
        return "Nothing changed."
    said = (
        f"{fmt.short(each.key or 'without a value', 30)} {fmt.change(each.difference, against.currency)}"
        for each in moved
    )
    caveat = "" if against.complete else ". The bill does not hold every day of both periods yet"
    return f"Most of it: {', '.join(said)}{caveat}"


def compared(against: Comparison, by: Dimension, label: Mapping[str | None, str], key: str) -> str | None:
    """The table: each value now, before, difference, percent. Answers the place of a clicked row's value."""
    currency = against.currency or "USD"
    title = filters.dimension(by.name)
    now, before, change = f"Now, {currency}", f"Before, {currency}", f"Change, {currency}"
    rows = [each for each in against.changes if each.now or each.before]
    columns = {
        title: [fmt.clean(label.get(each.key, each.key)) for each in rows],
        now: [fmt.pixel(each.now) for each in rows],
        before: [fmt.pixel(each.before) for each in rows],
        change: [fmt.pixel(each.difference) for each in rows],
        "Change, %": [fmt.pixel(each.percent) for each in rows],
    }
    picked = tables.show(
        columns,
        {
            title: tables.text_column(title, width=280),
            now: tables.money_column(now),
            before: tables.money_column(before),
            change: tables.change_column(change),
            "Change, %": tables.percent_column("Change, %", sign=True),
        },
        alt=f"Cost by {title}, now and before",
        key=key,
        select="single-row",
        rows=[each.key for each in rows],
        placeholder="new",
    )
    exact = columns | {
        now: [each.now for each in rows],
        before: [each.before for each in rows],
        change: [each.difference for each in rows],
        "Change, %": [each.percent for each in rows],
    }
    tables.export(exact, f"costs-by-{by.name.replace(':', '-').replace(' ', '-')}.csv", key=f"{key}-csv")
    if not picked:
        return None
    value = rows[picked[0]].key
    return "untagged" if value is None else f"={value}"


def _nothing(at: Place, view: filters.View) -> None:
    """Why there is nothing: a period that the bill does not hold is unknown, not free."""
    fresh = at.bill.fresh()
    if fresh is not None and fresh.last_day is not None and at.scope.period.start > fresh.last_day:
        states.empty(
            "The bill does not reach this period",
            f"Its newest day is {fmt.day(fresh.last_day)}, so what these days cost is unknown.",
        )
        return
    states.empty(
        "The bill holds no such cost",
        f"In force: {'; '.join(view.filtered) or 'no filter'}. Choose another period, or take a filter away.",
    )


def level(at: Place, view: filters.View, by: Dimension) -> None:
    """One level: headline, bars and table in the same colours; a click goes one down."""
    key = f"{by.name}-{'-'.join(str(step.value) for step in at.steps)}"
    spend = bars(at, view, by)
    if spend.empty:
        _nothing(at, view)
        return
    label = filters.labels(by, at.choices)
    against = at.bill.ask(costs.compare, at.scope, by)
    headline(spend, against)
    clicked = charts.stacked(
        spend,
        label,
        key=f"bars-{key}",
        open_from=open_from(at, view),
        monthly=view.monthly,
        alt=f"Cost over time by {filters.dimension(by.name)}",
        clickable=True,
    )
    picked = compared(against, by, label, f"table-{key}") if against else None
    charts.numbers(spend, label, key=f"numbers-{key}", monthly=view.monthly)
    descend(by, clicked or picked, at.steps)


def bars(at: Place, view: filters.View, by: Dimension) -> Spend:
    """Days, or months where days would be too many to see."""
    if view.monthly:
        return at.bill.need(costs.monthly, by, scope=at.scope)
    return at.bill.need(costs.daily, at.scope, by)


def open_from(at: Place, view: filters.View) -> date | None:
    """From when on the bill may still grow: its newest day, or its newest month."""
    newest = at.fresh.last_day if any(each.open_month for each in at.fresh.sources) else None
    return newest.replace(day=1) if newest and view.monthly else newest


def descend(by: Dimension, place: str | None, steps: tuple[drill.Step, ...]) -> None:
    """Go one level down where a bar or row was clicked that has one."""
    if place is None or place == "other":
        return
    value = None if place == "untagged" else place.removeprefix("=")
    if drill.able(by, value):
        drill.go((*steps, drill.Step(by, value)))
    st.info("There is no level below this one.")


def by_resource(at: Place, view: filters.View) -> None:
    """The level of resources: the bars of the whole, and its resources by cost."""
    key = "-".join(str(step.value) for step in at.steps)
    spend = bars(at, view, ACCOUNT)
    if spend.empty:
        states.empty("The bill holds no such cost", "Go back up, or choose another period.")
        return
    headline(spend, None)
    charts.stacked(
        spend,
        filters.labels(ACCOUNT, at.choices),
        key=f"bars-{key}",
        open_from=open_from(at, view),
        monthly=view.monthly,
        alt="Cost by account",
    )
    found = at.bill.need(costs.by_resource, at.scope, top=TOP_RESOURCES)
    if not found.rows:
        states.empty(
            "No resource is named on these lines",
            "Some charges, such as tax or support, belong to no resource.",
        )
        return
    cost = f"Cost, {found.currency}"
    columns = {
        "Resource": [fmt.clean(each.name or each.resource_id) for each in found.rows],
        cost: [fmt.pixel(each.cost) for each in found.rows],
        "Account": [each.account for each in found.rows],
        "Region": [each.region for each in found.rows],
        "Id": [fmt.clean(each.resource_id) for each in found.rows],
    }
    picked = tables.show(
        columns,
        {cost: tables.money_column(cost)},
        alt="Cost by resource",
        key=f"resources-{key}",
        select="single-row",
        rows=[each.resource_id for each in found.rows],
        placeholder="",
    )
    tables.export(
        columns | {cost: [each.cost for each in found.rows]}, "costs-by-resource.csv", key="resources-csv"
    )
    states.note(
        f"Other resources: {fmt.money(found.rest, found.currency, 2)}. Belongs to no resource: {fmt.money(found.unattributed, found.currency, 2)}."
    )
    if picked:
        drill.go((*at.steps, drill.Step(RESOURCE, found.rows[picked[0]].resource_id)))


def bill_lines(at: Place, resource_id: str) -> None:
    """The last level: what the bill says of one resource."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Bill lines of **{fmt.plain(resource_id)}**", width="content")
        st.page_link("pages/resources.py", label="Open the resource", query_params={"resource": resource_id})
    found = at.bill.need(costs.lines, at.scope, resource_id, limit=LINES)
    if not found.lines:
        states.empty("No bill line of it in this period", "Choose a longer period above.")
        return
    columns = {
        "From": [each.start for each in found.lines],
        "What": [fmt.clean(each.description or each.sku or "") for each in found.lines],
        "Category": [each.charge_category for each in found.lines],
        "Quantity": [fmt.pixel(each.quantity) for each in found.lines],
        "Unit": [each.unit for each in found.lines],
        "Billed": [fmt.pixel(each.billed) for each in found.lines],
        "Effective": [fmt.pixel(each.effective) for each in found.lines],
        "List": [fmt.pixel(each.list) for each in found.lines],
        "Currency": [each.currency for each in found.lines],
        "Commitment": [each.commitment for each in found.lines],
    }
    money = {name: tables.money_column(name, places=4) for name in ("Billed", "Effective", "List")}
    money["From"] = tables.time_column("From, UTC")
    tables.show(columns, money, alt="Bill lines", key="lines", placeholder="")
    tables.export(columns, "bill-lines.csv", key="lines-csv")
    states.note(f"{len(found.lines):,} of {fmt.count(found.count, 'line')}, newest first.")


def main() -> None:
    """The screen."""
    screen = page.begin()
    ours = bill.opened(screen)
    fresh = ours.fresh()
    if fresh is None:
        return
    states.partial("A bill could not be loaded; what was there before stands", fresh.failed)
    if fresh.last_day is None:
        states.empty(
            "There is no bill yet",
            "Connect an account with a billing export under Connections, or run ./pioneer ingest FILE.",
        )
        return
    if (screen.now.date() - fresh.last_day).days > STALE_DAYS:
        st.warning(
            f"The newest day in the bill is {fmt.plain(fmt.day(fresh.last_day))}. Connections says why."
        )
    choices = ours.need(costs.choices)
    view = filters.bar(choices, screen.now.date(), fresh.last_day)
    steps = drill.trail()
    at = Place(ours, fresh, choices, drill.narrowed(view.scope, steps), steps)
    by = drill.below(view.by, steps)
    drill.crumbs(steps, {"account": filters.labels(ACCOUNT, choices)})
    resource_id = drill.chosen_resource(steps)
    if resource_id is not None:
        bill_lines(at, resource_id)
    elif by == RESOURCE:
        by_resource(at, view)
    else:
        level(at, view, by)
    states.note(
        f"The bill reaches to {fmt.day(fresh.last_day)} and was loaded {fmt.ago(fresh.loaded_at, screen.now)}."
    )


main()
