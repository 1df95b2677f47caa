"""Budgets: kept, judged against the bill, and watched by the worker."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core.access.roles import Permission, User
from core.costs import budgets as reckoning
from core.costs import spend as spending
from core.costs.budgets import Bill, Budget, Every, Past, Plan, Standing, State
from core.costs.hidden import told
from core.costs.month import usage_and_other
from core.costs.scope import CHARGE_CATEGORY, DAY, CostType
from core.errors import Conflict, NotFound, PioneerError
from core.events import Event
from core.money import exact
from core.periods import Period
from services.context import Beat, Context, System
from services.db import database
from services.db.stores import budgets as store
from services.db.stores import leases
from services.usecases.allocation_rules import partly_unseen
from services.usecases.record import record
from services.warehouse import answers
from services.warehouse.warehouse import Pin

BREACHED, AT_RISK = "BudgetBreached", "BudgetAtRisk"


@dataclass(frozen=True)
class BudgetView:
    """A budget, how it stands, and what earlier periods cost. `limited`: only the accounts that the user sees are counted."""

    budget: Budget
    standing: Standing
    history: tuple[Past, ...]
    elsewhere: tuple[tuple[str, Decimal], ...]
    unknown_lines: int
    limited: bool

    @property
    def plan(self) -> Plan:
        """What was planned."""
        return self.budget.plan


def listing(ctx: Context, user: User, *, at: str | None = None) -> tuple[BudgetView, ...]:
    """All budgets by name, each in its present period: one question to the bill each."""
    user.require(Permission.VIEW_COSTS)
    with ctx.begin() as db:
        kept, today = store.listing(db, user.organisation_id), database.now(db).date()
    pinned = ctx.warehouse.pin(user.organisation_id, at)
    seen = (each for each in (_told(budget, user) for budget in kept) if each is not None)
    return tuple(_view(pinned, budget, today, user.accounts) for budget in seen)


def one(ctx: Context, user: User, budget_id: UUID, *, at: str | None = None) -> BudgetView:
    """One budget. Raises `NotFound`."""
    user.require(Permission.VIEW_COSTS)
    with ctx.begin() as db:
        budget, today = _found(db, user, budget_id), database.now(db).date()
    return _view(ctx.warehouse.pin(user.organisation_id, at), budget, today, user.accounts)


def of_month(ctx: Context, user: User, *, at: str | None = None) -> BudgetView | None:
    """The monthly budget of everything, effective cost: the first by name of those without filters; None where there is none."""
    user.require(Permission.VIEW_COSTS)
    with ctx.begin() as db:
        kept, today = store.listing(db, user.organisation_id), database.now(db).date()
    whole = (
        each
        for each in kept
        if each.plan.every is Every.MONTH and not each.plan.filters and each.plan.cost is CostType.EFFECTIVE
    )
    budget = next(whole, None)
    if budget is None:
        return None
    return _view(ctx.warehouse.pin(user.organisation_id, at), budget, today, user.accounts)


def preview(ctx: Context, user: User, plan: Plan, *, at: str | None = None) -> tuple[Past, ...]:
    """What a plan's last six periods before the present one cost, before it is saved."""
    user.require(Permission.VIEW_COSTS)
    today = ctx.now().date()
    periods = reckoning.earlier(plan.every, reckoning.period_of(plan.every, today))
    bill = _bill(ctx.warehouse.pin(user.organisation_id, at), plan, _whole(periods), user.accounts)
    return reckoning.history(plan, periods, today, bill)


def save(
    ctx: Context, user: User, budget_id: UUID | None, plan: Plan, *, version: int | None = None
) -> Budget:
    """Make a budget (`budget_id` None) or change one. With `version`, only if it is still that one.

    Raises `Conflict` when the name is taken or the version has moved on, `NotFound`.
    """
    user.require(Permission.MANAGE_COSTS)
    with ctx.begin() as db:
        now = database.now(db)
        if budget_id is None:
            budget = Budget(uuid4(), user.organisation_id, plan, 1, user.email, now, now)
        else:
            before = _own(db, user, budget_id)
            if version is not None and version != before.version:
                message = f"“{before.plan.name}” was changed meanwhile (version {before.version}, you saw {version})."
                raise Conflict(message, mend="Load it again and repeat your change.")
            budget = Budget(
                before.id,
                before.organisation_id,
                plan,
                before.version + 1,
                before.created_by,
                before.created_at,
                now,
            )
        try:
            with db.begin_nested():
                keep = store.add if budget_id is None else store.change
                keep(db, budget)
        except IntegrityError as error:
            message = f"There is a budget called “{plan.name}” already."
            raise Conflict(message, mend="Give it another name.") from error
        store.unsay(db, user.organisation_id, budget.id)
        data = {
            "name": plan.name,
            "version": budget.version,
            "amount": exact(plan.amount),
            "currency": plan.currency,
            "every": plan.every.value,
        }
        record(db, user, Event("BudgetSaved", f"budget:{budget.id}", data), subject=plan.name)
    return budget


def delete(ctx: Context, user: User, budget_id: UUID) -> None:
    """Delete a budget. Raises `NotFound`."""
    user.require(Permission.MANAGE_COSTS)
    with ctx.begin() as db:
        budget = _own(db, user, budget_id)
        store.remove(db, user.organisation_id, budget_id, database.now(db))
        event = Event("BudgetDeleted", f"budget:{budget_id}", {"name": budget.plan.name})
        record(db, user, event, subject=budget.plan.name)


def check(ctx: Context, beat: Beat) -> str:
    """Worker job: say once a period that a budget is breached, or that it is expected to be.

    The period before is judged too, for what its last days brought; a changed plan is judged anew.
    """
    with ctx.begin() as db:
        kept, now = store.everywhere(db), database.now(db)
    by_organisation: defaultdict[UUID, list[Budget]] = defaultdict(list)
    for budget in kept:
        by_organisation[budget.organisation_id].append(budget)
    said, failed = 0, 0
    for organisation_id, budgets in by_organisation.items():
        beat.check()
        try:
            pinned = ctx.warehouse.pin(organisation_id, None)
            judged = [(each, one) for each in budgets for one in _judged(pinned, each, now.date())]
        except PioneerError:
            failed += len(budgets)
            continue
        with ctx.begin() as db:
            leases.fence(db, beat.epoch)
            said += sum(_say(db, budget, standing) for budget, standing in judged)
    unread = f" {failed} could not be judged: their bill cannot be read." if failed else ""
    return f"{len(kept)} judged, {said} said.{unread}" if kept else "There is none."


def _judged(pinned: Pin, budget: Budget, today: date) -> list[Standing]:
    """The present period and, where the budget was there already, the one before."""
    plan = budget.plan
    now = reckoning.period_of(plan.every, today)
    periods = [
        period
        for period in (*reckoning.earlier(plan.every, now, 1), now)
        if budget.created_at.date() < period.end
    ]
    bill = _bill(pinned, plan, _whole(periods), None)
    return [reckoning.standing(plan, period, today, bill) for period in periods]


def _say(db: Connection, budget: Budget, standing: Standing) -> bool:
    if standing.state not in {State.BREACHED, State.AT_RISK} or standing.planned is None:
        return False
    name = BREACHED if standing.state is State.BREACHED else AT_RISK
    day = standing.breached_on or standing.breach_expected
    if not store.notice(db, budget, standing.period.start, name, database.now(db)):
        return False
    amount = standing.burn if name == BREACHED else standing.expected
    data = {
        "name": budget.plan.name,
        "period": standing.period.start.isoformat(),
        "planned": exact(standing.planned),
        "burn" if name == BREACHED else "expected": None if amount is None else exact(amount),
        "currency": budget.plan.currency,
        "day": None if day is None else day.isoformat(),
    }
    worker = System(budget.organisation_id, "check-budgets")
    record(db, worker, Event(name, f"budget:{budget.id}", data), subject=budget.plan.name)
    return True


def _view(pinned: Pin, budget: Budget, today: date, accounts: frozenset[str] | None) -> BudgetView:
    plan = budget.plan
    now = reckoning.period_of(plan.every, today)
    before = reckoning.earlier(plan.every, now)
    bill = _bill(pinned, plan, _whole((*before, now)), accounts)
    return BudgetView(
        budget,
        reckoning.standing(plan, now, today, bill),
        reckoning.history(plan, before, today, bill),
        bill.elsewhere,
        bill.unknown_lines,
        limited=accounts is not None,
    )


def _whole(periods: Sequence[Period]) -> Period:
    return Period(periods[0].start, periods[-1].end)


def _bill(pinned: Pin, plan: Plan, period: Period, accounts: frozenset[str] | None) -> Bill:
    """What the bill says of a plan's filters, in its currency. Other currencies and unknown lines are told of its last plan period only."""
    scope = plan.scope(period).within(accounts)
    parts = answers.parts(pinned, scope, (DAY, CHARGE_CATEGORY))
    usage, other = usage_and_other(parts, plan.currency)
    first, last = answers.span(pinned, scope.accounts)
    newest = reckoning.period_of(plan.every, period.end - timedelta(days=1))
    lately = [part for part in parts if isinstance(day := part.keys[0], date) and newest.contains(day)]
    return Bill(
        usage,
        other,
        first,
        last,
        tuple(each for each in spending.by_currency(lately) if each[0] != plan.currency),
        sum(part.unknown for part in lately if part.currency == plan.currency),
    )


def _found(db: Connection, user: User, budget_id: UUID, *, lock: bool = False) -> Budget:
    """A budget as the user may read it."""
    budget = store.find(db, user.organisation_id, budget_id, lock=lock)
    seen = None if budget is None else _told(budget, user)
    if seen is None:
        message = "There is no such budget."
        raise NotFound(message)
    return seen


def _own(db: Connection, user: User, budget_id: UUID) -> Budget:
    """A budget that the user may change: who reads a part of it only would write the other part away."""
    seen = _found(db, user, budget_id, lock=True)
    if seen != store.find(db, user.organisation_id, budget_id):
        raise partly_unseen(seen.plan.name)
    return seen


def _told(budget: Budget, user: User) -> Budget | None:
    """Without what it says of accounts that the user does not see; None where it is about others alone."""
    filters = told(budget.plan.filters, user.accounts)
    return None if filters is None else replace(budget, plan=replace(budget.plan, filters=filters))
