"""Budgets: what is planned, what is spent, and where it is heading."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field

from core.costs import filters
from core.costs.budgets import Every, Plan, State
from core.costs.scope import CostType
from core.errors import NotFound
from core.money import ZERO
from services.api.deps import CostManager, CostViewer, Ctx
from services.api.routes.costs import FILTER, Exact
from services.api.shape import Answer, Body
from services.usecases import budgets
from services.usecases.budgets import BudgetView

router = APIRouter(prefix="/budgets", tags=["budgets"])
Given = Annotated[Decimal, Field(strict=False)]
"""An amount as text or number."""


def _id(budget_id: str) -> UUID:
    """A budget's id. Raises `NotFound` for what is no id of anything."""
    try:
        return UUID(budget_id)
    except ValueError as error:
        raise NotFound("There is no such budget.") from error


Identity = Annotated[str, Path(max_length=60)]


class BudgetIn(Body):
    """A plan. `amount` is for the period that holds `first` (default: the present one); each later one has `growth` per cent more.

    `version`, where given, must be that of the budget that is changed.
    """

    name: Annotated[str, Field(min_length=1, max_length=100)]
    amount: Given
    currency: Annotated[str, Field(min_length=1, max_length=20)] = "USD"
    every: Annotated[Every, Field(strict=False)] = Every.MONTH
    first: Annotated[date | None, Field(strict=False)] = None
    growth: Given = ZERO
    filters: Annotated[list[str], Field(default_factory=list, max_length=50, description=FILTER)]
    cost: Annotated[CostType, Field(strict=False)] = CostType.EFFECTIVE
    version: int | None = None

    def plan(self, today: date) -> Plan:
        """The same in core's words. Raises `Invalid`."""
        return Plan(
            name=self.name,
            amount=self.amount,
            currency=self.currency,
            every=self.every,
            first=self.first or today,
            growth=self.growth,
            filters=filters.parse_all(self.filters),
            cost=self.cost,
        )


class PastOut(Answer):
    """An earlier period from `first` to before `until`; `whole` false: the bill lacks days of it."""

    first: date
    until: date
    actual: Exact | None
    planned: Exact | None
    whole: bool


class BudgetOut(Answer):
    """A budget in its present period. `burn` is of full days up to `through`; `expected` is an estimate, `method` says how it is made.

    `limited`: only the accounts that the user sees are counted. Amounts in other currencies are not in it.
    """

    id: UUID
    name: str
    version: int
    amount: Exact
    currency: str
    every: Every
    first: date
    growth: Exact
    filters: list[str]
    cost: CostType
    period_first: date
    period_until: date
    state: State
    planned: Exact | None
    burn: Exact | None
    through: date | None
    expected: Exact | None
    method: str
    breached_on: date | None
    breach_expected: date | None
    missing_before: date | None
    unknown_lines: int
    limited: bool
    history: list[PastOut]


class BudgetsOut(Answer):
    """All budgets by name."""

    budgets: list[BudgetOut]


@router.get("")
def listing(ctx: Ctx, user: CostViewer) -> BudgetsOut:
    """Every budget, how it stands and when it is expected to be breached."""
    return BudgetsOut(budgets=[_out(view) for view in budgets.listing(ctx, user)])


@router.get("/{budget_id}")
def one(budget_id: Identity, ctx: Ctx, user: CostViewer) -> BudgetOut:
    """One budget."""
    return _out(budgets.one(ctx, user, _id(budget_id)))


@router.post("", status_code=201)
def create(body: BudgetIn, ctx: Ctx, user: CostManager) -> BudgetOut:
    """Make a budget."""
    made = budgets.save(ctx, user, None, body.plan(ctx.now().date()))
    return _out(budgets.one(ctx, user, made.id))


@router.put("/{budget_id}")
def change(budget_id: Identity, body: BudgetIn, ctx: Ctx, user: CostManager) -> BudgetOut:
    """Replace a budget's plan; without `first`, it begins anew in the present period."""
    budgets.save(ctx, user, _id(budget_id), body.plan(ctx.now().date()), version=body.version)
    return _out(budgets.one(ctx, user, _id(budget_id)))


@router.delete("/{budget_id}", status_code=204)
def delete(budget_id: Identity, ctx: Ctx, user: CostManager) -> None:
    """Delete a budget."""
    budgets.delete(ctx, user, _id(budget_id))


def _out(view: BudgetView) -> BudgetOut:
    plan, now = view.plan, view.standing
    return BudgetOut(
        id=view.budget.id,
        name=plan.name,
        version=view.budget.version,
        amount=plan.amount,
        currency=plan.currency,
        every=plan.every,
        first=plan.first,
        growth=plan.growth,
        filters=[filters.written(each) for each in plan.filters],
        cost=plan.cost,
        period_first=now.period.start,
        period_until=now.period.end,
        state=now.state,
        planned=now.planned,
        burn=now.burn,
        through=now.through,
        expected=now.expected,
        method=now.method,
        breached_on=now.breached_on,
        breach_expected=now.breach_expected,
        missing_before=now.missing_before,
        unknown_lines=view.unknown_lines,
        limited=view.limited,
        history=[
            PastOut(
                first=past.period.start,
                until=past.period.end,
                actual=past.actual,
                planned=past.planned,
                whole=past.whole,
            )
            for past in view.history
        ],
    )
