"""How are we doing, and what needs me?"""

import streamlit as st

from core.access.roles import Permission
from core.costs.scope import MONTH, SERVICE, Scope
from core.periods import last_days
from pages.ui import attention, budget_chart, cards, names, page, spend_chart, states
from pages.ui import format as fmt
from pages.ui.bill import Bill
from pages.ui.page import Screen
from services.usecases import audit, budgets, connections, costs, recommendations, schedules

SENTENCES = 3
NEXT = 5


def headline(screen: Screen, ours: Bill) -> None:
    """Month to date, where it is heading, and what could be saved."""
    month = ours.ask(costs.month_to_date)
    plan = page.lately(screen, recommendations.plan)
    row = []
    if month is not None and month.through is None:
        row.append(
            cards.Figure("This month so far", fmt.UNKNOWN, because="No day of this month is in the bill yet.")
        )
    elif month is not None:
        budget = budget_chart.in_short(page.lately(screen, budgets.of_month, at=ours.at), month.currency)
        before = month.same_days_last_month
        change = None if before is None else month.so_far - before
        row.append(
            cards.Figure(
                "This month so far",
                fmt.money(month.so_far, month.currency),
                None if change is None else fmt.change(change, month.currency),
                bad=True,
                because=f"to {fmt.short_day(month.through)}; {fmt.money(before, month.currency)} in the same days of last month",
            )
        )
        row.append(
            cards.Figure(
                "Expected for the month",
                fmt.money(month.expected, month.currency),
                because=f"{budget}an estimate; last month {fmt.money(month.last_month, month.currency)}",
                hint=month.method,
            )
        )
    looked = page.lately(screen, recommendations.listing)
    if looked is not None and not looked.coverage:
        row.append(
            cards.Figure(
                "Could be saved a month", fmt.UNKNOWN, because="No rule has looked at your resources yet."
            )
        )
    elif plan is not None:
        row.append(
            cards.Figure(
                "Could be saved a month",
                fmt.money(plan.total_saving),
                because=f"by {fmt.count(len(plan.chosen), 'change')} that can be made together",
            )
        )
    if row:
        cards.figures(row)
    with st.container(horizontal=True, gap="medium"):
        if month is not None and month.through is not None:
            st.page_link("pages/costs.py", label="See this month's costs", query_params={"period": "month"})
        if plan is not None and plan.chosen:
            st.page_link("pages/recommendations.py", label="See what to do first")


def changed(ours: Bill) -> None:
    """What changed in the last full week, in sentences with amounts."""
    fresh = ours.fresh()
    until = "" if fresh is None or fresh.last_day is None else f", before {fmt.day(fresh.last_day)}"
    cards.heading("What changed", f"The last 7 full days in the bill{until}, against the 7 before")
    if fresh is None:
        return
    if fresh.last_day is None:
        states.note("Nothing to compare: there is no bill yet.")
        return
    week = ours.ask(costs.compare, Scope(last_days(fresh.last_day, 7)), SERVICE)
    if week is None:
        return
    moved = [each for each in week.changes if each.difference][:SENTENCES]
    if not moved:
        states.note("Nothing changed.")
    for each in moved:
        verb = "rose" if each.difference > 0 else "fell"
        colour = "red" if each.difference > 0 else "green"
        how = (
            "is new"
            if each.new
            else "went away"
            if each.gone
            else f"{verb} by {fmt.percent(abs(each.percent or 0))}"
        )
        amount = fmt.plain(fmt.change(each.difference, week.currency))
        st.markdown(
            f"**{fmt.plain(each.key or 'Charges without a service')}** {fmt.plain(how)}, :{colour}[{amount}]"
        )
    st.page_link("pages/costs.py", label="See why", query_params={"period": "7d", "show": "why"})


def months(ours: Bill) -> None:
    """Thirteen months by service."""
    spend = ours.ask(costs.monthly, SERVICE)
    if spend is None:
        return
    cards.heading("Thirteen months by service", "Effective cost: commitments spread over their use")
    if spend.empty:
        fresh = ours.fresh()
        if fresh is not None and fresh.last_day is not None:
            states.empty(
                "The bill holds nothing for these months",
                f"Its newest day is {fmt.day(fresh.last_day)}. Costs shows earlier periods.",
            )
        else:
            states.empty(
                "There is no bill yet", "Connect an account with a billing export under Connections."
            )
        return
    spend_chart.stacked(
        spend,
        {None: "No service"},
        key="months",
        open_from=spend.steps[-1],
        step=MONTH,
        alt="Cost by month and service",
    )
    spend_chart.numbers(spend, {None: "No service"}, key="months-numbers", step=MONTH)


def upcoming(screen: Screen) -> None:
    """What schedules do next."""
    cards.heading("What happens next", "Scheduled starts and stops")
    found = page.lately(screen, schedules.next_transitions, None, NEXT)
    if found is None:
        return
    if not found:
        states.note("No schedule is attached, so nothing starts or stops by itself.")
    for each in found:
        st.markdown(attention.transition(each, screen.now))
    st.page_link("pages/schedules.py", label="All schedules")


def recent(screen: Screen) -> None:
    """What people and the product did lately."""
    cards.heading("Lately")
    done = page.lately(screen, audit.activity, NEXT)
    if done is None:
        return
    if not done:
        states.note("Nothing yet.")
    known = names.of(screen, (each.subject for each in done))
    for each in done:
        st.markdown(attention.activity(each, screen.now, known))


def begin_here(screen: Screen, ours: Bill) -> bool:
    """On a first run, with no account and no bill: the one next step, and whether this is one."""
    fresh = ours.fresh()
    if page.lately(screen, connections.accounts) != () or fresh is None or fresh.last_day is not None:
        return False
    states.empty(
        "Welcome. No AWS account is connected yet",
        "Connect one: what runs is here within minutes, what it costs as soon as AWS has exported a bill.",
    )
    if screen.may(Permission.MANAGE_CONNECTIONS):
        st.page_link("pages/connections.py", label="Connect an AWS account")
    else:
        states.note(f"To connect one, ask one of: {page.able(Permission.MANAGE_CONNECTIONS)}.")
    return True


def beside(screen: Screen) -> None:
    """What needs somebody, what comes and what was: none of it asks the bill."""
    cards.heading("Needs attention")
    attention.listing(screen)
    upcoming(screen)
    recent(screen)


def main() -> None:
    """The screen."""
    screen = page.begin()
    at = page.attempt(costs.pin, screen.ctx, screen.user)
    if at is None:
        beside(screen)
        return
    ours = Bill(screen, at)
    if begin_here(screen, ours):
        return
    headline(screen, ours)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        months(ours)
        changed(ours)
    with right:
        beside(screen)


main()
