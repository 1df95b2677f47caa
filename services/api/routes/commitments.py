"""Savings Plans and reservations: how far they are used, what they cover, and when they end."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field, PlainSerializer

from core.costs.commitments import Term
from core.costs.renewals import AHEAD, LATELY, MOST
from core.costs.scope import Dimension
from core.errors import Invalid
from core.money import exact
from core.periods import Period
from services.api.deps import CostViewer, Ctx
from services.api.shape import Answer, Asked
from services.usecases import commitments, costs, renewals

router = APIRouter(prefix="/commitments", tags=["commitments"])
Exact = Annotated[Decimal, PlainSerializer(exact, return_type=str)]
"""An amount or a ratio from 0 to 1, as text, all digits."""


class PeriodAsked(Asked):
    """Which days, both included; without: the last 30 full days of the bill."""

    first: Annotated[date | None, Field(alias="from")] = None
    last: Annotated[date | None, Field(alias="to")] = None
    currency: Annotated[str | None, Field(max_length=20, description="default: the largest")] = None
    at: Annotated[str | None, Field(max_length=200, description="a state of the bill, from an answer")] = None

    def period(self) -> Period | None:
        """The same in core's words. Raises `Invalid` for half a period."""
        if self.first is None and self.last is None:
            return None
        if self.first is None or self.last is None or self.last == date.max:
            raise Invalid("A period has a first and a last day.", mend="Give both `from` and `to`.")
        return Period(self.first, self.last + timedelta(days=1))


class CoverageAsked(PeriodAsked):
    """Cut by what."""

    by: Literal["service", "account", "region"] = "service"


class UseOut(Answer):
    """Amortised cost used and not used; `commitment` is both. `unknown` lines say no such cost."""

    used: Exact
    unused: Exact
    commitment: Exact
    unknown: int


class CoverOut(Answer):
    """At on-demand prices: what commitments covered, and what they could have. `unknown` lines say no such price."""

    covered: Exact
    on_demand: Exact
    coverable: Exact
    coverage: Exact | None
    unknown: int


class CommitmentOut(Answer):
    """One commitment. `missing` says why its utilisation is not known, `expiry_missing` how its expiry comes to be."""

    id: str
    name: str | None
    type: str | None
    category: str | None
    provider: str | None
    term: Term
    first: date
    last: date
    expires: datetime | None
    expiry_missing: str | None
    use: UseOut
    utilisation: Exact | None
    missing: str | None
    cover: CoverOut
    billed: Exact


class SlotOut(Answer):
    """One day, or one hour of it (UTC); in hours, `hour` null is what is billed by the day or longer."""

    day: date
    hour: int | None
    use: UseOut
    cover: CoverOut


class StandingOut(Answer):
    """All commitments of one currency in a period, `from` and `to` included, and both figures by day.

    `missing` says of which commitments the utilisation is not known. Days leave out the use of what is billed by the month.
    """

    first: Annotated[date, Field(serialization_alias="from")]
    last: Annotated[date, Field(serialization_alias="to")]
    currency: str | None
    currencies: list[str]
    next_expiry: datetime | None
    use: UseOut
    utilisation: Exact | None
    missing: list[str]
    cover: CoverOut
    commitments: list[CommitmentOut]
    days: list[SlotOut]
    at: str


class HoursOut(Answer):
    """One commitment hour by hour."""

    currency: str | None
    hours: list[SlotOut]
    at: str


class CoveredOut(Answer):
    """Coverage of one value; null: lines without one."""

    value: str | None
    cover: CoverOut


class CoverageOut(Answer):
    """Coverage by service, account or region, the most on demand first."""

    currency: str | None
    rows: list[CoveredOut]
    at: str


@router.get("")
def standing(asked: Annotated[PeriodAsked, Query()], ctx: Ctx, user: CostViewer) -> StandingOut:
    """All commitments, with utilisation, waste, coverage and expiry; of the last 30 full days unless said otherwise."""
    at = asked.at if asked.at is not None else costs.pin(ctx, user)
    found = commitments.standing(ctx, user, asked.period(), currency=asked.currency, at=at)
    upcoming = found.next_expiry
    return StandingOut(
        first=found.period.start,
        last=found.period.end - timedelta(days=1),
        currency=found.currency,
        currencies=list(found.currencies),
        next_expiry=None if upcoming is None else upcoming.expires,
        use=UseOut.model_validate(found.use),
        utilisation=found.utilisation,
        missing=list(found.missing),
        cover=CoverOut.model_validate(found.cover),
        commitments=[CommitmentOut.model_validate(each) for each in found.commitments],
        days=[SlotOut.model_validate(each) for each in found.days],
        at=at,
    )


@router.get("/coverage")
def coverage(asked: Annotated[CoverageAsked, Query()], ctx: Ctx, user: CostViewer) -> CoverageOut:
    """What commitments covered and could have covered, by service, account or region."""
    at = asked.at if asked.at is not None else costs.pin(ctx, user)
    currency, found = commitments.coverage(
        ctx, user, Dimension(asked.by), asked.period(), currency=asked.currency, at=at
    )
    return CoverageOut(currency=currency, rows=[CoveredOut.model_validate(each) for each in found], at=at)


class RenewalsAsked(Asked):
    """How many days to look ahead and back."""

    ahead: Annotated[int, Field(ge=0, le=MOST)] = AHEAD
    lately: Annotated[int, Field(ge=0, le=MOST)] = LATELY
    at: Annotated[str | None, Field(max_length=200, description="a state of the bill, from an answer")] = None


class RenewalOut(Answer):
    """One that ends soon or `ended` lately; money a month of 730 hours, from its last `days`. `missing` says why its worth is not known.

    `seen`: the bill has no expiry of it, and its last line tells that it ended.
    """

    id: str
    name: str | None
    type: str | None
    currency: str | None
    ends: date
    ended: bool
    seen: bool
    days: int
    cost: Exact | None
    covers: Exact | None
    worth: Exact | None
    advice: str
    missing: str | None


class RenewalsOut(Answer):
    """What is due, the first to end first; of `unknown` ones the bill does not say when they end; `fine` ones run on."""

    due: list[RenewalOut]
    unknown: list[str]
    fine: int
    at: str


@router.get("/renewals")
def due(asked: Annotated[RenewalsAsked, Query()], ctx: Ctx, user: CostViewer) -> RenewalsOut:
    """Commitments that end soon or ended lately: what each costs and covers, and whether to have it again."""
    at = asked.at if asked.at is not None else costs.pin(ctx, user)
    found = renewals.renewals(ctx, user, ahead=asked.ahead, lately=asked.lately, at=at)
    rows = [RenewalOut.model_validate(each) for each in found.due]
    return RenewalsOut(due=rows, unknown=list(found.unknown), fine=found.fine, at=at)


@router.get("/{commitment:path}/hours")
def hours(commitment: str, asked: Annotated[PeriodAsked, Query()], ctx: Ctx, user: CostViewer) -> HoursOut:
    """One commitment hour by hour, of at most 92 days; its id is as the bill has it, slashes and all."""
    at = asked.at if asked.at is not None else costs.pin(ctx, user)
    currency, found = commitments.hours(ctx, user, asked.period(), commitment, currency=asked.currency, at=at)
    return HoursOut(currency=currency, hours=[SlotOut.model_validate(each) for each in found], at=at)
