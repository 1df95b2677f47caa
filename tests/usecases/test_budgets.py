"""Budgets kept, judged against the bill, and watched by the worker."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from core.access.roles import Role, User
from core.costs.budgets import Every, Plan, State
from core.costs.scope import ACCOUNT, SERVICE, Filter, Match, Scope
from core.errors import Conflict, Forbidden, NotFound
from core.periods import month_back, month_of
from services.context import Beat, Context
from services.db.tables.records import events
from services.usecases import budgets, costs, ingest
from tests.bills import a_bill, a_line
from tests.stand_in import later

D = Decimal
MIDDLE = 16
"""The day of the month on which these tests happen."""


@pytest.fixture
def finance(ctx: Context, person: Callable[..., User]) -> User:
    """Finance, at noon in the middle of next month."""
    now = ctx.now()
    middle = month_of(now.date()).end + timedelta(days=MIDDLE - 1)
    later(ctx, timedelta(days=(middle - now.date()).days))
    return person(Role.FINANCE)


@pytest.fixture
def this_month(ctx: Context, finance: User, data_dir: Path) -> date:
    """Ten dollars a day in one account and one in another, since the month before, up to today; answers this month's first day."""
    today = ctx.now().date()
    start = month_back(today, 1)
    lines = [
        a_line(day=(start + timedelta(days=day)).isoformat(), cost=cost, SubAccountId=account)
        for day in range((today - start).days + 1)
        for account, cost in (("222222222222", "10"), ("333333333333", "1"))
    ]
    lines.append(a_line(day=today.replace(day=2).isoformat(), cost="7000", BillingCurrency="ISK"))
    ingest.files(ctx, finance.organisation_id, [a_bill(data_dir / "bill.csv", lines)])
    return today.replace(day=1)


def a_plan(amount: str, name: str = "All", **other: object) -> Plan:
    given = {
        "name": name,
        "amount": D(amount),
        "currency": "USD",
        "every": Every.MONTH,
        "first": date(2026, 1, 1),
    }
    return Plan(**given | other)  # type: ignore[arg-type]  the test's own words


def told(ctx: Context) -> list[tuple[str, str]]:
    with ctx.begin() as db:
        query = select(events.c.type, events.c.data).where(
            events.c.type.in_(["BudgetBreached", "BudgetAtRisk"])
        )
        return [(row.type, row.data["name"]) for row in db.execute(query.order_by(events.c.id))]


def test_the_burn_is_the_bills_own_sum_and_the_end_that_of_the_overview(
    ctx: Context, finance: User, this_month: date
) -> None:
    budgets.save(ctx, finance, None, a_plan("200"))
    (view,) = budgets.listing(ctx, finance)
    month = costs.month_to_date(ctx, finance, currency="USD")
    bill = costs.table(ctx, finance, Scope(month_of(this_month), currency="USD"), ())
    assert (view.standing.burn, view.standing.expected) == (month.so_far, month.expected)
    assert view.standing.burn == bill.total - 11  # today is still filling
    assert (view.standing.state, view.standing.breach_expected) == (State.AT_RISK, this_month.replace(day=19))
    assert view.elsewhere == (("ISK", D(7000)),)
    assert (view.history[-1].actual, view.history[-1].whole) == (
        D(11 * (this_month - month_back(this_month, 1)).days),
        True,
    )
    assert budgets.of_month(ctx, finance) == view == budgets.one(ctx, finance, view.budget.id)


@pytest.mark.usefixtures("this_month")
def test_a_budget_is_of_its_filters_and_of_the_accounts_one_sees(
    ctx: Context, finance: User, person: Callable[..., User]
) -> None:
    small = (Filter(ACCOUNT, Match.IS, "333333333333"),)
    budget = budgets.save(ctx, finance, None, a_plan("100", filters=small))
    assert budgets.one(ctx, finance, budget.id).standing.burn == D(MIDDLE - 1)
    assert budgets.of_month(ctx, finance) is None
    some = person(Role.VIEWER, organisation=finance.organisation_id, accounts=frozenset({"222222222222"}))
    with pytest.raises(NotFound):
        budgets.one(ctx, some, budget.id)
    both = (*small, Filter(ACCOUNT, Match.IS, "222222222222"))
    shared = budgets.save(ctx, finance, None, a_plan("100", "Both", filters=both))
    [seen] = budgets.listing(ctx, some)
    assert (seen.plan.name, seen.limited, seen.plan.filters) == ("Both", True, both[1:])
    assert seen.standing.burn == budgets.one(ctx, finance, shared.id).standing.burn - D(MIDDLE - 1)
    assert budgets.preview(ctx, finance, a_plan("1", filters=small))[-1].actual is not None


@pytest.mark.usefixtures("this_month")
def test_who_reads_a_part_of_a_budget_cannot_write_the_other_part_away(
    ctx: Context, finance: User, person: Callable[..., User]
) -> None:
    filters = tuple(Filter(ACCOUNT, Match.IS, account) for account in ("222222222222", "333333333333"))
    budget = budgets.save(ctx, finance, None, a_plan("100", filters=filters))
    some = person(Role.FINANCE, organisation=finance.organisation_id, accounts=frozenset({"222222222222"}))
    with pytest.raises(Forbidden, match="accounts that you do not see"):
        budgets.save(ctx, some, budget.id, a_plan("1"))
    with pytest.raises(Forbidden):
        budgets.delete(ctx, some, budget.id)
    assert budgets.one(ctx, finance, budget.id).plan == budget.plan


@pytest.mark.usefixtures("this_month")
def test_a_breach_and_a_risk_are_said_once_a_period(ctx: Context, finance: User) -> None:
    budgets.save(ctx, finance, None, a_plan("100", "Breached"))
    budgets.save(ctx, finance, None, a_plan("200", "Close"))
    budgets.save(ctx, finance, None, a_plan("2000", "Fine"))
    assert budgets.check(ctx, Beat()) == "3 judged, 2 said."
    assert budgets.check(ctx, Beat()) == "3 judged, 0 said."
    assert told(ctx) == [("BudgetBreached", "Breached"), ("BudgetAtRisk", "Close")]


@pytest.mark.usefixtures("this_month")
def test_a_changed_plan_is_judged_anew(ctx: Context, finance: User) -> None:
    budget = budgets.save(ctx, finance, None, a_plan("100"))
    budgets.check(ctx, Beat())
    budgets.save(ctx, finance, budget.id, a_plan("150"), version=1)
    budgets.check(ctx, Beat())
    assert told(ctx) == [("BudgetBreached", "All")] * 2


def test_without_a_bill_a_budget_is_unknown_and_nothing_is_said(ctx: Context, finance: User) -> None:
    budgets.save(ctx, finance, None, a_plan("1"))
    (view,) = budgets.listing(ctx, finance)
    assert (view.standing.state, view.standing.burn) == (State.UNKNOWN, None)
    assert [past.actual for past in view.history] == [None] * 6
    assert budgets.check(ctx, Beat()) == "1 judged, 0 said."


def test_a_budget_is_changed_once_at_a_time_and_deleted(ctx: Context, finance: User) -> None:
    budget = budgets.save(ctx, finance, None, a_plan("1"))
    with pytest.raises(Conflict, match="called “All” already"):
        budgets.save(ctx, finance, None, a_plan("2"))
    changed = budgets.save(
        ctx,
        finance,
        budget.id,
        a_plan(
            "2.50", every=Every.YEAR, growth=D("1.5"), filters=(Filter(SERVICE, Match.CONTAINS, "EC2=~!"),)
        ),
        version=1,
    )
    assert budgets.one(ctx, finance, budget.id).budget == changed
    with pytest.raises(Conflict, match="changed meanwhile"):
        budgets.save(ctx, finance, budget.id, a_plan("3"), version=1)
    budgets.delete(ctx, finance, budget.id)
    assert budgets.listing(ctx, finance) == ()
    with pytest.raises(NotFound):
        budgets.delete(ctx, finance, budget.id)
    budgets.save(ctx, finance, None, a_plan("1"))


def test_who_may_not_manage_costs_looks_only(
    ctx: Context, finance: User, person: Callable[..., User]
) -> None:
    budget = budgets.save(ctx, finance, None, a_plan("1"))
    viewer = person(Role.VIEWER, organisation=finance.organisation_id)
    assert len(budgets.listing(ctx, viewer)) == 1
    with pytest.raises(Forbidden):
        budgets.save(ctx, viewer, None, a_plan("1", "Mine"))
    with pytest.raises(Forbidden):
        budgets.delete(ctx, viewer, budget.id)
