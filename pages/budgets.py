"""Will we stay inside?"""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from core.access.roles import Permission
from core.costs.budgets import Standing, State
from core.costs.spend import Choices
from core.periods import Period
from pages.ui import (
    bill,
    budget_chart,
    budget_editor,
    cards,
    filter_field,
    filters,
    kept,
    page,
    saved_views,
    states,
)
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import budgets, costs
from services.usecases.budgets import BudgetView

ALL = "all"
WORST_FIRST = (State.BREACHED, State.AT_RISK, State.UNKNOWN, State.WITHIN)


def headline(views: Sequence[BudgetView]) -> None:
    """The answer: how many are breached, at risk, unknown."""
    row = []
    for state, label, hint in (
        (State.BREACHED, "Breached", "More was spent than planned"),
        (State.AT_RISK, "At risk", "Expected to be breached before the period ends"),
        (State.WITHIN, "Within plan", "Expected to stay inside"),
        (State.UNKNOWN, "Unknown", "The bill lacks days of the period"),
    ):
        found = [view.plan.name for view in views if view.standing.state is state]
        if found or state is not State.UNKNOWN:
            because = fmt.short(", ".join(found), 60) if found else hint
            row.append(cards.Figure(label, f"{len(found)} of {len(views)}", because=because, hint=hint))
    cards.figures(row)


def one(screen: Screen, view: BudgetView, choices: Choices, *, may_edit: bool) -> None:
    """A budget: how it stands, why we think so, and what earlier periods cost."""
    plan, now = view.plan, view.standing
    with st.container(border=True):
        badge = states.badge(now.state, budget_chart.BADGES[now.state])
        st.markdown(f"**{fmt.plain(plan.name)}** {badge}")
        words = budget_chart.verdict(now, screen.now.date())
        spent = f"{fmt.money(now.burn, plan.currency, 2)} of {fmt.money(now.planned, plan.currency, 2)}"
        through = f" to {fmt.short_day(now.through)}" if now.through else ""
        growth = f", {fmt.signed_percent(plan.growth)} each {plan.every}" if plan.growth else ""
        facts = [
            ("Of", f"{filter_field.in_words(plan.filters, choices)}, {plan.cost} cost{growth}"),
            ("Spent", f"{spent}{through}; {words}"),
            (
                "Expected at the end",
                f"{fmt.money(now.expected, plan.currency, 2)}. {now.method}",
            ),
        ]
        cards.facts(facts)
        _left_out(view)
        filter_field.to_costs(
            "See what was spent", plan.filters, plan.cost, _spent(now), currency=plan.currency
        )
        with st.expander("Earlier periods"):
            earlier = budget_editor.past(view.history, plan.currency, f"past-{view.budget.id}")
            if earlier is not None:
                label = f"{filters.called(earlier)}: what was spent"
                filter_field.to_costs(label, plan.filters, plan.cost, earlier, currency=plan.currency)
        if may_edit:
            with st.container(horizontal=True):
                if st.button("Edit", key=f"edit-{view.budget.id}"):
                    budget_editor.edit(screen, choices, view.budget)
                if st.button("Delete", key=f"delete-{view.budget.id}"):
                    budget_editor.delete(screen, view.budget)


def _spent(now: Standing) -> Period:
    """The days that the figure is of: a day that is still filling is not in it."""
    return now.period if now.through is None else Period(now.period.start, now.through + timedelta(days=1))


def _left_out(view: BudgetView) -> None:
    """What its figures leave out."""
    if view.standing.missing_before:
        states.note(
            f"The bill begins on {fmt.day(view.standing.missing_before)}: what was spent before is unknown."
        )
    if view.elsewhere:
        others = ", ".join(fmt.money(amount, currency) for currency, amount in view.elsewhere)
        states.note(f"Other currencies are kept apart and not in it: {others}.")
    if view.unknown_lines:
        lines = fmt.count(view.unknown_lines, "bill line")
        states.note(f"{lines} carry no {view.plan.cost} amount and are missing.")


def bar(
    screen: Screen, views: Sequence[BudgetView], choices: Choices, *, may_edit: bool
) -> Sequence[BudgetView]:
    """Which budgets are shown: all, or those that stand so now; kept in the link, so that it can be saved as a view."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = kept.select("Show", [ALL, *WORST_FIRST], "state", format_func=fmt.sentence, width=160)
        if may_edit:
            new(screen, choices, first=False)
        saved_views.menu(screen)
    return [view for view in views if wanted in {ALL, view.standing.state}]


def new(screen: Screen, choices: Choices, *, first: bool) -> None:
    """The way to a new budget; where it is the first, that is all there is to do here."""
    if st.button("New budget", type="primary" if first else "secondary", key="new-budget"):
        budget_editor.edit(screen, choices, None)


def main() -> None:
    """The screen."""
    screen = page.begin()
    states.said()
    ours = bill.opened(screen)
    views = page.need(budgets.listing, screen.ctx, screen.user, at=ours.at)
    views = tuple(sorted(views, key=lambda view: WORST_FIRST.index(view.standing.state)))
    choices = ours.need(costs.choices)
    may_edit = screen.may(Permission.MANAGE_COSTS)
    if views:
        headline(views)
    else:
        states.empty(
            "There is no budget yet",
            "Begin with one for everything: what a month may cost. You are told when it is expected to be breached.",
        )
    if not may_edit:
        states.note(f"To change budgets, ask one of: {page.able(Permission.MANAGE_COSTS)}.")
    if not views:
        if may_edit:
            new(screen, choices, first=True)
        return
    shown = bar(screen, views, choices, may_edit=may_edit)
    if screen.user.accounts is not None:
        states.note(
            "Only the accounts that you see are counted: a budget of more may look better than it is."
        )
    if not shown:
        states.empty("No budget stands so now", "Choose another, or all.")
        return
    today = screen.now.date()
    budget_chart.drawn(shown, "budgets-chart", today)
    of = [filter_field.in_words(view.plan.filters, choices) for view in shown]
    picked = budget_chart.table(shown, of, "budgets-table", today)
    cards.heading("Each budget" if picked is None else "The chosen budget")
    for view in shown if picked is None else [shown[picked]]:
        one(screen, view, choices, may_edit=may_edit)


main()
