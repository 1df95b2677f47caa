"""Are our Savings Plans and reservations used, and when do they end?"""

from decimal import Decimal

import streamlit as st

from core.costs.commitments import Slot, Standing
from core.costs.scope import ACCOUNT, COMMITMENT, CostType, Dimension, Filter, Match
from core.money import total
from pages.ui import (
    bill,
    cards,
    commitment_advice,
    commitment_charts,
    commitment_renewals,
    commitment_tables,
    filter_field,
    filters,
    kept,
    page,
    saved_views,
    states,
)
from pages.ui import format as fmt
from pages.ui.bill import Bill
from pages.ui.page import Screen
from services.usecases import commitments, costs

ANY = Filter(COMMITMENT, Match.IS_NOT, None)
WHAT = (
    "Who promises AWS to use so much an hour for one or three years pays less for it: that is a Savings Plan, or a reservation. "
    "None is on {bill}. What could be covered stands below."
)


def expiry(found: Standing, screen: Screen) -> cards.Figure:
    """What stands first: the next expiry."""
    coming = found.next_expiry
    untold = [each for each in found.running if each.expires is None]
    if coming is not None and coming.expires is not None:
        rest = f"; of {fmt.count(len(untold), 'other')} the bill does not say" if untold else ""
        because = f"{commitment_tables.called(coming)}, {fmt.ago(coming.expires, screen.now)}{rest}"
        return cards.Figure("Next expiry", fmt.day(coming.expires.date()), because=because)
    if untold:
        names = (
            f"{commitment_tables.called(untold[0])} ends"
            if len(untold) == 1
            else f"{len(untold)} commitments end"
        )
        because = f"The bill does not say when {names}: see below the table"
        return cards.Figure("Next expiry", fmt.UNKNOWN, because=because)
    return cards.Figure("Next expiry", "none", because="No commitment runs")


def figures(found: Standing, screen: Screen) -> None:
    """The answer: when the next one ends, how far all are used, what is wasted, what is covered."""
    use, cover, currency = found.use, found.cover, found.currency
    days = fmt.span_of(found.period.start, found.period.end)
    seen = f"{fmt.money(use.used, currency)} used of {fmt.money(use.commitment, currency)} committed, {days}"
    unknown = f"{fmt.count(cover.unknown, 'bill line')} say no on-demand price"
    part = (
        f"{fmt.money(cover.covered, currency)} of {fmt.money(cover.coverable, currency)}, at on-demand prices"
    )
    cards.figures(
        [
            expiry(found, screen),
            cards.Figure("Utilisation", share(found.utilisation), because=seen),
            cards.Figure(
                "Waste",
                fmt.money(use.unused, currency),
                because="Committed and not used" if found.all_seen else "In the accounts that you see",
            ),
            cards.Figure("Coverage", share(cover.coverage), because=unknown if cover.unknown else part),
        ]
    )
    states.partial("Utilisation is unknown", found.missing)


def share(ratio: Decimal | None) -> str:
    """A ratio from 0 to 1 in per cent."""
    return fmt.percent(None if ratio is None else ratio * 100)


def one(ours: Bill, found: Standing) -> None:
    """One commitment, hour by hour, and the way to its lines."""
    cards.heading("One commitment, hour by hour")
    names = {each.id: commitment_tables.called(each) for each in found.commitments}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = kept.select(
            "Commitment", list(names), "commitment", format_func=lambda key: names[key], width=280
        )
        _to_costs("Its bill lines", found, Filter(COMMITMENT, Match.IS, chosen))
    told = hourly(ours, found, chosen)
    if told is None:
        return
    slots, rest = told
    if not slots:
        states.empty(
            "The bill has no hour of it in this period",
            "It was not used, or its use is billed by the day. Choose another period.",
        )
        return
    commitment_charts.by_hour(slots, found.period, found.currency)
    if rest:
        used, unused = total(each.use.used for each in rest), total(each.use.unused for each in rest)
        amounts = ((used, "used"), (unused, "not used"))
        said = " and ".join(
            f"{fmt.money(amount, found.currency, 2)} {how}" for amount, how in amounts if amount
        )
        if said:
            states.note(f"In no hour: {said}, which the bill tells by the day or longer.")


def hourly(ours: Bill, found: Standing, chosen: str | None) -> tuple[list[Slot], list[Slot]] | None:
    """The hours of one commitment, or of all, and what is in no hour; None, and why, where they are not told."""
    if found.period.length > commitments.MOST_HOURLY_DAYS:
        states.note(
            f"Hours are shown of {commitments.MOST_HOURLY_DAYS} days at most: choose a shorter period."
        )
        return None
    answer = ours.ask(commitments.hours, found.period, chosen, currency=found.currency)
    if answer is None:
        return None
    return [each for each in answer[1] if each.hour is not None], [
        each for each in answer[1] if each.hour is None
    ]


def uncovered(ours: Bill, found: Standing) -> None:
    """What runs on demand: by service, account or region, and by hour."""
    cards.heading("Not covered", "Use at on-demand prices that a Savings Plan or reservation could cover.")
    by = kept.select(
        "By", [each.name for each in commitments.COVERAGE_BY], "by", format_func=filters.dimension, width=190
    )
    _values(ours, found, Dimension(by))
    told = hourly(ours, found, None)
    if told is None:
        return
    slots, rest = told
    if not slots:
        states.note("The bill has no hours in this period, so what ran on demand in each is unknown.")
        return
    unit = fmt.plain(found.currency)
    st.markdown(
        f"**Hour by hour** :gray[what ran without a commitment, {unit} an hour at on-demand prices, UTC]"
    )
    commitment_charts.uncovered(slots, found.currency)
    least = min(each.cover.on_demand for each in slots)
    if len(slots) == 24 * found.period.length and least:
        states.note(
            f"Never less than {fmt.money(least, found.currency, 2)} an hour: so much a commitment would have covered at all times."
        )
    if rest:
        daily = total(each.cover.on_demand for each in rest)
        states.note(
            f"The line leaves out {fmt.money(daily, found.currency, 2)} that the bill tells by the day or longer."
        )


def _values(ours: Bill, found: Standing, by: Dimension) -> None:
    answer = ours.ask(commitments.coverage, by, found.period, currency=found.currency)
    if answer is None or not answer[1]:
        states.note("Nothing that a commitment could cover is on the bill in this period.")
        return
    rows, title = answer[1], filters.dimension(by.name)
    label = filters.labels(by, ours.need(costs.choices)) if by == ACCOUNT else {None: by.absent}
    names = [fmt.clean(label.get(each.value) or each.value) for each in rows]
    picked = commitment_tables.coverage(rows, names, title, found.currency)
    if picked is not None:
        value = rows[picked].value
        label = f"All that is priced on demand: {fmt.plain(names[picked])}"
        _to_costs(label, found, Filter(by, Match.IS, value), commitment_advice.STANDARD, cost=CostType.LIST)


def _to_costs(label: str, found: Standing, *wanted: Filter, cost: CostType = CostType.EFFECTIVE) -> None:
    """Where the Costs screen shows what lies behind a figure."""
    filter_field.to_costs(label, wanted, cost, found.period, currency=found.currency)


def main() -> None:
    """The screen."""
    screen = page.begin()
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
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = filters.period()
        currency = filters.currency(ours.need(costs.choices), width=130)
        saved_views.menu(screen)
    days = filters.named(chosen, screen.now.date(), fresh.last_day)
    found = ours.need(commitments.standing, days, currency=currency)
    if found.commitments:
        figures(found, screen)
        _to_costs("What they cost, used or not", found, ANY)
        picked = commitment_tables.standing(found)
        if picked is not None:
            label = f"{fmt.plain(commitment_tables.called(picked))}: its bill lines"
            _to_costs(label, found, Filter(COMMITMENT, Match.IS, picked.id))
        commitment_renewals.section(ours)
    else:
        bill_seen = "the bill" if found.all_seen else "the bill lines of the accounts that you see"
        states.empty("There is no Savings Plan and no reservation", WHAT.format(bill=bill_seen))
    if found.days:
        cards.heading("Coverage and utilisation by day" if found.commitments else "Coverage by day")
        commitment_charts.over_time(found.days, utilised=found.all_seen and bool(found.commitments))
        left_out = [commitment_tables.called(each) for each in found.commitments if each.by_month]
        if left_out:
            states.note(f"Billed by the month, and in no day's utilisation: {', '.join(left_out)}.")
    if found.commitments:
        one(ours, found)
    uncovered(ours, found)
    commitment_advice.section(ours, currency)


main()
