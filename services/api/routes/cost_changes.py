"""Why the cost of one period is not that of another."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from core.costs.scope import CostType
from core.costs.why import Driver, Reason
from core.errors import Invalid
from core.periods import Period
from services.api.deps import CostViewer, Ctx
from services.api.routes.costs import CurrencyOut, Exact, ScopeAsked
from services.api.shape import Answer
from services.usecases import cost_changes, costs

router = APIRouter(prefix="/costs", tags=["costs"])
MOST_DRIVERS = 1_000


class WhyAsked(ScopeAsked):
    """`from` and `to` are needed. They are compared with `against_from` and `against_to`: without, with as many days just before."""

    against_from: date | None = None
    against_to: date | None = None
    top: Annotated[int, Field(ge=1, le=MOST_DRIVERS)] = cost_changes.TOP


class PeriodOut(Answer):
    """Days, both included."""

    first: date
    last: date


class ReasonOut(Answer):
    """What one reason adds to the cost, and whom it is about: resources, and services' charges that name none."""

    amount: Exact
    resources: int
    charges: int


class DriverOut(Answer):
    """A resource (null: a service's charges that name none) whose cost changed; `reasons` add up to its difference."""

    resource: str | None
    service: str | None
    account: str | None
    region: str | None
    before: Exact
    now: Exact
    difference: Exact
    reasons: dict[Reason, Exact]


class RestOut(Answer):
    """The drivers further down: how many, and their reasons."""

    drivers: int
    reasons: dict[Reason, Exact]


class WhyOut(Answer):
    """`reasons` add up to `difference`, and so do those of all `drivers` with those of `rest`.

    `complete` false: the bill does not hold every day of both periods. `at` names the state of the bill.
    """

    cost: CostType
    currency: str | None
    currencies: list[CurrencyOut]
    period: PeriodOut
    against: PeriodOut
    before: Exact
    now: Exact
    difference: Exact
    reasons: dict[Reason, ReasonOut]
    drivers: list[DriverOut]
    rest: RestOut
    complete: bool
    at: str


@router.get("/why")
def why(asked: Annotated[WhyAsked, Query()], ctx: Ctx, user: CostViewer) -> WhyOut:
    """The difference between two periods split into usage, price, commitment coverage, new, gone, one-off and not measured."""
    if asked.month is not None or asked.first is None or asked.last is None:
        raise Invalid(
            "Why a cost changed is asked of days.", mend="Give from and to, both included, and no month."
        )
    at = asked.at if asked.at is not None else costs.pin(ctx, user)
    found = cost_changes.why(ctx, user, asked.scope(), against=_against(asked), top=asked.top, at=at)
    return WhyOut(
        cost=found.cost,
        currency=found.currency,
        currencies=[CurrencyOut(currency=name, total=total) for name, total in found.currencies],
        period=_period(found.period),
        against=_period(found.against),
        before=found.before,
        now=found.now,
        difference=found.difference,
        reasons={
            reason: ReasonOut(
                amount=amount,
                resources=found.touched[reason].resources,
                charges=found.touched[reason].charges,
            )
            for reason, amount in found.reasons.items()
        },
        drivers=[_driver(each) for each in found.drivers],
        rest=RestOut(drivers=found.folded, reasons=dict(found.rest)),
        complete=found.complete,
        at=at,
    )


def _against(asked: WhyAsked) -> Period | None:
    first, last = asked.against_from, asked.against_to
    if first is None and last is None:
        return None
    if first is None or last is None or last == date.max:
        raise Invalid(
            "A period to compare with has a first and a last day.", mend="Give against_from and against_to."
        )
    return Period(first, last + timedelta(days=1))


def _period(period: Period) -> PeriodOut:
    return PeriodOut(first=period.start, last=period.end - timedelta(days=1))


def _driver(each: Driver) -> DriverOut:
    return DriverOut(
        resource=each.resource,
        service=each.service,
        account=each.account,
        region=each.region,
        before=each.before,
        now=each.now,
        difference=each.difference,
        reasons=dict(each.reasons),
    )
