"""Why the cost of one period is not that of another."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from core.costs.scope import CostType, Scope
from core.costs.why import Driver, Reason
from core.errors import Invalid
from core.periods import Period
from services.api.deps import CostViewer, Ctx
from services.api.routes.costs import CurrencyOut, Exact, ScopeAsked
from services.api.shape import Answer
from services.usecases import cost_changes, costs

router = APIRouter(prefix="/costs", tags=["costs"])
MOST_DRIVERS = 1_000


class PeriodsAsked(ScopeAsked):
    """`from` and `to` are needed. They are compared with `against_from` and `against_to`: without, with as many days just before."""

    against_from: date | None = None
    against_to: date | None = None

    def periods(self) -> tuple[Scope, Period | None]:
        """The scope of the first, and the second one's days. Raises `Invalid` where either has no first or last day."""
        if self.month is not None or self.first is None or self.last is None:
            raise Invalid(
                "Two periods are compared by their days.",
                mend="Give from and to, both included, and no month.",
            )
        first, last = self.against_from, self.against_to
        if first is None and last is None:
            return self.scope(), None
        if first is None or last is None or last == date.max:
            raise Invalid(
                "A period to compare with has a first and a last day.",
                mend="Give against_from and against_to.",
            )
        return self.scope(), Period(first, last + timedelta(days=1))


class WhyAsked(PeriodsAsked):
    """Two periods, and how many of the things that changed are told one by one."""

    top: Annotated[int, Field(ge=1, le=MOST_DRIVERS)] = cost_changes.TOP


class PeriodOut(Answer):
    """Days, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, period: Period) -> "PeriodOut":
        """The same of core's, which ends before its last."""
        return cls(first=period.start, last=period.end - timedelta(days=1))


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
    scope, against = asked.periods()
    at = asked.at if asked.at is not None else costs.pin(ctx, user)
    found = cost_changes.why(ctx, user, scope, against=against, top=asked.top, at=at)
    return WhyOut(
        cost=found.cost,
        currency=found.currency,
        currencies=[CurrencyOut(currency=name, total=total) for name, total in found.currencies],
        period=PeriodOut.of(found.period),
        against=PeriodOut.of(found.against),
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
