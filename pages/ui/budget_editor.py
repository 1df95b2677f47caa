"""Dialogs about a budget: making or changing one, with what it would have cost before, and deleting it."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial

import streamlit as st

from core.costs.budgets import LAST_YEAR, LONGEST_NAME, Budget, Every, Past, Plan, period_of
from core.costs.samples import number
from core.costs.scope import CostType
from core.costs.spend import Choices
from core.costs.statements import amount_of
from core.errors import Invalid
from core.money import ZERO, exact
from core.periods import Period
from pages.ui import dialog, filter_field, filters, page, states, tables
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import budgets

NEVER = date(LAST_YEAR, 1, 1)
"""The first period of a plan that has no amount yet."""
TITLES = {Every.MONTH: "Each month", Every.QUARTER: "Each quarter", Every.YEAR: "Each year"}


def edit(screen: Screen, choices: Choices, budget: Budget | None) -> None:
    """Open the dialog for a new budget (None) or a present one."""
    title = f"Edit {fmt.plain(budget.plan.name)}" if budget else "New budget"
    st.dialog(title, width="medium")(_edit)(screen, choices, budget)


def _edit(screen: Screen, choices: Choices, budget: Budget | None) -> None:
    now, start = page.again(screen), budget.plan if budget else None
    name = st.text_input(
        "Name",
        start.name if start else "",
        key="budget-name",
        max_chars=LONGEST_NAME,
        placeholder="Production",
    )
    wanted = filter_field.field("Which cost", choices, start.filters if start else (), "budget-filters")
    left, right = st.columns(2)
    kinds = list(Every)
    every = left.selectbox(
        "Period",
        kinds,
        kinds.index(start.every) if start else 0,
        key="budget-every",
        format_func=lambda each: TITLES[each],
    )
    types = list(CostType)
    cost = right.selectbox(
        "Cost type",
        types,
        types.index(start.cost if start else CostType.EFFECTIVE),
        key="budget-cost",
        format_func=fmt.sentence,
    )
    offered = list(dict.fromkeys([*([start.currency] if start else []), *choices.currencies])) or ["USD"]
    amount = left.text_input(
        "Amount a period",
        exact(start.amount) if start else "",
        key="budget-amount",
        placeholder="12,000",
    )
    currency = right.selectbox("Currency", offered, key="budget-currency")
    growth = left.text_input(
        "Grows each period by, %",
        exact(start.growth) if start else "0",
        key="budget-growth",
        help="0 for a fixed amount; -2 for one that shrinks by 2% each period.",
    )
    usual = start.first if start else period_of(every, now.now.date()).start
    first = right.date_input("Amount is of the period with", usual, key="budget-first")
    drafted = partial(
        _plan,
        amount,
        growth,
        lambda spend, grown: Plan(name.strip(), spend, currency, every, first, grown, wanted or (), cost),
    )
    if wanted is not None:
        _before(now, drafted, Plan("Draft", Decimal(1), currency, every, NEVER, ZERO, wanted, cost))
    if dialog.decided("Save", "budget-save", disabled=wanted is None):
        saved = page.attempt(_save, now, budget, drafted)
        if saved is not None:
            states.say(f"Saved: {saved.plan.name}.")


def _plan(amount: str, growth: str, make: Callable[[Decimal, Decimal], Plan]) -> Plan:
    """What the fields say. Raises `Invalid`."""
    if not amount.strip():
        raise Invalid("Say how much may be spent.")
    typed = growth.strip() or "0"
    grown = number(typed.removeprefix("-"))
    return make(amount_of(amount), grown.copy_negate() if typed.startswith("-") else grown)


def _save(screen: Screen, budget: Budget | None, drafted: Callable[[], Plan]) -> Budget:
    identity, version = (budget.id, budget.version) if budget else (None, None)
    return budgets.save(screen.ctx, screen.user, identity, drafted(), version=version)


def _before(screen: Screen, drafted: Callable[[], Plan], otherwise: Plan) -> None:
    """What the last periods cost, so that nobody plans blind: also while name and amount are still to be said."""
    st.markdown("**What the last six periods cost**")
    try:
        plan = drafted()
    except Invalid:
        plan = otherwise
    found = page.attempt(budgets.preview, screen.ctx, screen.user, plan)
    if found is not None:
        past(found, plan.currency, "budget-before")


def past(found: Sequence[Past], currency: str, key: str) -> Period | None:
    """Earlier periods, the newest first; what was planned only where something was. Answers the one that was clicked."""
    rows, actual, planned = found[::-1], f"Actual, {currency}", f"Plan, {currency}"
    columns: dict[str, list[object]] = {
        "Period": [filters.called(each.period) for each in rows],
        actual: [fmt.pixel(each.actual) for each in rows],
    }
    if any(each.planned is not None for each in rows):
        amounts = ["no plan" if each.planned is None else fmt.money(each.planned, None, 2) for each in rows]
        columns[planned] = list(amounts)
    stands = [_stands(each) for each in rows]
    if any(stands):
        columns["Stands"] = list(stands)
    picked = tables.show(
        columns,
        {
            "Period": tables.thing_column("Period"),
            actual: tables.money_column(actual),
            planned: tables.text_column(planned, width=tables.AMOUNT),
        },
        alt="What earlier periods cost, against their plan",
        key=key,
        select="single-row",
        rows=[each.period for each in rows],
    )
    exact = columns | {actual: [each.actual for each in rows], planned: [each.planned for each in rows]}
    tables.export(exact, "budget-periods.csv", key=f"{key}-csv")
    return rows[picked[0]].period if picked else None


def _stands(each: Past) -> str:
    if each.actual is None:
        return "not in the bill"
    part = "" if each.whole else ", the bill lacks days of it"
    if each.planned is None:
        return part.removeprefix(", ").capitalize()
    return ("Breached" if each.actual > each.planned else "Within plan") + part


def delete(screen: Screen, budget: Budget) -> None:
    """Open the dialog before a budget goes."""
    st.dialog(f"Delete {fmt.plain(budget.plan.name)}?")(_delete)(screen, budget)


def _delete(screen: Screen, budget: Budget) -> None:
    now = page.again(screen)
    amount = fmt.money(budget.plan.amount, budget.plan.currency)
    st.markdown(
        f"**{fmt.plain(budget.plan.name)}**, {fmt.plain(amount)} a {budget.plan.every}, is no longer watched. "
        "What was said of it stays in the audit log."
    )
    if dialog.decided("Delete", "budget-delete-go") and page.attempt(_deleted, now, budget):
        states.say(f"Deleted: {budget.plan.name}.")


def _deleted(screen: Screen, budget: Budget) -> bool:
    budgets.delete(screen.ctx, screen.user, budget.id)
    return True
