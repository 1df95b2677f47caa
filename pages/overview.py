"""How are we doing, and what needs me?"""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import streamlit as st

from core.access.roles import Permission
from core.costs.compare import Change
from core.costs.month import MonthToDate, same_days_last_month
from core.costs.scope import MONTH, SERVICE, CostType, Scope
from core.money import difference, total
from core.periods import Period, last_days, month_back, month_of
from pages.ui import attention, budget_chart, cards, filter_field, names, page, spend_chart, states
from pages.ui import format as fmt
from pages.ui.bill import Bill
from pages.ui.page import Screen
from services.usecases import audit, budgets, connections, costs, recommendations, schedules

SENTENCES = 3
NEXT = 5


def headline(screen: Screen, ours: Bill) -> None:
    """Month to date, where it is heading, and what could be saved."""
    month = ours.ask(costs.month_to_date)
    row = [] if month is None else _of_month(screen, ours, month)
    row += _savings(screen)
    if row:
        cards.figures(row)


def _of_month(screen: Screen, ours: Bill, month: MonthToDate) -> list[cards.Figure]:
    if month.through is None or month.days is None:
        return [
            cards.Figure("This month so far", fmt.UNKNOWN, because="No day of this month is in the bill yet.")
        ]
    budget = budget_chart.in_short(
        page.lately(screen, budgets.of_month, at=ours.at), month.currency, screen.now.date()
    )
    before = month.same_days_last_month
    change = None if before is None else month.so_far - before
    return [
        cards.Figure(
            "This month so far",
            fmt.money(month.so_far, month.currency),
            None if change is None else fmt.change(change, month.currency),
            bad=True if change else None,
            because=f"to {fmt.short_day(month.through)}; {fmt.money(before, month.currency)} in the same days of last month",
            link=partial(_to_costs, "See this month's costs", month, month.days),
        ),
        cards.Figure(
            "Expected for the month",
            fmt.money(month.expected, month.currency),
            because=f"{budget}an estimate; last month {fmt.money(month.last_month, month.currency)}",
            hint=month.method,
            link=partial(
                _to_costs, "See last month's costs", month, month_of(month_back(month.month.start, 1))
            ),
        ),
    ]


def _to_costs(label: str, month: MonthToDate, days: Period) -> None:
    filter_field.to_costs(label, (), CostType.EFFECTIVE, days, currency=month.currency)


def _savings(screen: Screen) -> list[cards.Figure]:
    label = "Could be saved a month"
    plan = page.lately(screen, recommendations.plan)
    looked = page.lately(screen, recommendations.listing)
    if looked is not None and not looked.coverage:
        return [cards.Figure(label, fmt.UNKNOWN, because="No rule has looked at your resources yet.")]
    if plan is None:
        return []
    return [
        cards.Figure(
            label,
            fmt.money(plan.total_saving),
            because=f"by {fmt.count(len(plan.chosen), 'recommendation')} that go together",
            link=_to_recommendations if plan.chosen else None,
        )
    ]


def _to_recommendations() -> None:
    st.page_link("pages/recommendations.py", label="See what to do first")


def compared(ours: Bill) -> tuple[Period, Period] | None:
    """The days that what changed is told of, and those it is held against: the card's, or a week on the first day of a month."""
    month = ours.ask(costs.month_to_date)
    if month is not None and month.days is not None and month.same_days_last_month is not None:
        return month.days, same_days_last_month(month.days)
    fresh = ours.fresh()
    if fresh is None or fresh.last_day is None:
        return None
    week = last_days(fresh.last_day, 7)
    return week, week.previous()


def changed(ours: Bill) -> None:
    """What changed by service, in sentences with amounts that add up to the change that the card says."""
    days = compared(ours)
    if days is None:
        cards.heading("What changed")
        states.note("Nothing to compare: there is no bill yet.")
        return
    now, before = days
    cards.heading(
        "What changed",
        f"{fmt.span_of(now.start, now.end)}, against {fmt.span_of(before.start, before.end)}",
    )
    month = ours.ask(costs.month_to_date)
    same = None if month is None else month.currency
    found = ours.ask(costs.compare, Scope(now, currency=same), SERVICE, against=before)
    if found is None:
        return
    moved = [each for each in found.changes if each.difference]
    if not moved:
        states.note("Nothing changed.")
    for each in moved[:SENTENCES]:
        said(each.key or "Charges without a service", _how(each), each.difference, found.currency)
    if moved[SENTENCES:]:
        rest = difference(found.whole.difference, total(each.difference for each in moved[:SENTENCES]))
        said(f"{fmt.count(len(moved[SENTENCES:]), 'other')} together", "", rest, found.currency)
    view = {
        "period": "custom",
        "from": now.start.isoformat(),
        "to": (now.end - timedelta(days=1)).isoformat(),
        "against": "custom",
        "against-from": before.start.isoformat(),
        "against-to": (before.end - timedelta(days=1)).isoformat(),
        "show": "why",
    } | ({} if found.currency is None else {"currency": found.currency})
    st.page_link("pages/costs.py", label="See why", query_params=view)


def _how(each: Change) -> str:
    if each.new:
        return "is new"
    if each.gone:
        return "went away"
    return f"{'rose' if each.difference > 0 else 'fell'} by {fmt.percent(abs(each.percent or 0))}"


def said(name: str, how: str, amount: Decimal, currency: str | None) -> None:
    """One change in a line."""
    colour = "red" if amount > 0 else "green"
    words = f"**{fmt.plain(name)}**{f' {fmt.plain(how)}' if how else ''}"
    st.markdown(f"{words}, :{colour}[{fmt.plain(fmt.change(amount, currency))}]")


def open_days(ours: Bill, month: MonthToDate | None) -> str:
    """Why this month's bar is not the card's figure: the days that still fill are in it."""
    fresh = ours.fresh()
    if month is None or month.through is None or fresh is None or fresh.last_day is None:
        return ""
    if fresh.last_day <= month.through:
        return ""
    return f". This month's bar holds {fmt.short_day(fresh.last_day)} too, which the figure above leaves out: its charges still come in"


def months(ours: Bill) -> None:
    """Thirteen months by service."""
    spend = ours.ask(costs.monthly, SERVICE)
    if spend is None:
        return
    still = open_days(ours, ours.ask(costs.month_to_date))
    cards.heading("Thirteen months by service", f"Effective cost: commitments spread over their use{still}")
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
    filter_field.to_costs(
        "See these months' costs", (), spend.cost, spend.period, currency=spend.currency, by=SERVICE
    )


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
        "Connect one: what runs is here within minutes, what it costs as soon as AWS has exported a bill. "
        "A bill that you have as a file goes in at once: `./pioneer ingest FILE`.",
    )
    if screen.may(Permission.MANAGE_CONNECTIONS):
        st.page_link("pages/connections.py", label="Connect an AWS account")
    else:
        states.note(f"To connect one, ask one of: {page.able(Permission.MANAGE_CONNECTIONS)}.")
    attention.people(screen)
    return True


def beside(screen: Screen, ours: Bill | None) -> None:
    """What needs somebody, what comes and what was: of the bill, the budgets only."""
    cards.heading("Needs attention")
    attention.listing(screen, ours)
    upcoming(screen)
    recent(screen)


def main() -> None:
    """The screen."""
    screen = page.begin()
    at = page.attempt(costs.pin, screen.ctx, screen.user)
    if at is None:
        beside(screen, None)
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
        beside(screen, ours)


main()
