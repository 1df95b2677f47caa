"""What to commit to: a Compute Savings Plan sized on what remains after the chosen savings."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from core.recommendations.advice import Advice, DiscountFrom, Point
from core.recommendations.commitment import Sizing
from services.api.deps import CostViewer, Ctx
from services.api.routes.commitments import Exact, PeriodAsked
from services.api.shape import Answer
from services.usecases import commitment_advice, costs

router = APIRouter(prefix="/commitments", tags=["commitments"])
PERCENT = Decimal(100)


class AdviceAsked(PeriodAsked):
    """Which days, both included; without: the last eight full weeks of the bill."""

    discount: Annotated[
        Decimal | None,
        Field(
            description="per cent off the on-demand price; default: as the bill's own plans, else 27",
            max_digits=8,
        ),
    ] = None


class SizingOut(Answer):
    """A commitment an hour, at Savings Plan prices. Money is a month of 730 hours, ratios are from 0 to 1."""

    commitment: Exact
    on_demand: Exact
    cost: Exact
    saving: Exact
    coverage: Exact | None
    utilisation: Exact | None
    break_even_use: Exact
    break_even_hours: int | None
    term_hours: int


class RegretOut(Answer):
    """Money a month more than the best commitment would have cost, in futures drawn from the past weeks."""

    p10: Exact
    p50: Exact
    p90: Exact


class PointOut(Answer):
    """A commitment an hour, what a month would have cost with it, and how much it is regretted."""

    commitment: Exact
    cost: Exact
    regret: RegretOut


class AdviceOut(Answer):
    """What to commit to for a year; `missing` says why nothing is advised. `taken` is what the chosen savings take off `on_demand`, a month.

    `freed` are commitments that ended within the period or end within 30 days: what they covered counts as on demand.
    """

    first: Annotated[date, Field(serialization_alias="from")]
    last: Annotated[date, Field(serialization_alias="to")]
    currency: str | None
    discount: Exact
    discount_from: DiscountFrom
    on_demand: Exact
    taken: Exact
    resources: int
    advised: SizingOut | None
    regret: RegretOut | None
    without_savings: SizingOut | None
    curve: list[PointOut]
    freed: list[str]
    missing: str | None
    remarks: list[str]
    at: str


@router.get("/advice")
def advice(asked: Annotated[AdviceAsked, Query()], ctx: Ctx, user: CostViewer) -> AdviceOut:
    """How much an hour to commit to; for who sees every account, because a Savings Plan serves them all."""
    at = asked.at if asked.at is not None else costs.pin(ctx, user)
    discount = None if asked.discount is None else asked.discount / PERCENT
    found = commitment_advice.advise(
        ctx, user, asked.period(), discount=discount, currency=asked.currency, at=at
    )
    return AdviceOut(
        first=found.period.start,
        last=max(found.period.start, found.period.end - timedelta(days=1)),
        currency=found.currency,
        discount=found.discount,
        discount_from=found.discount_from,
        on_demand=found.on_demand,
        taken=found.taken,
        resources=found.resources,
        advised=_sizing(found.sizing),
        regret=_regret(found),
        without_savings=_sizing(found.unplanned),
        curve=[_point(each) for each in found.curve],
        freed=list(found.freed),
        missing=found.missing,
        remarks=list(found.remarks),
        at=at,
    )


def _sizing(found: Sizing | None) -> SizingOut | None:
    if found is None:
        return None
    return SizingOut(
        commitment=found.commitment,
        on_demand=found.a_month(found.on_demand),
        cost=found.a_month(found.cost),
        saving=found.a_month(found.saving),
        coverage=found.coverage,
        utilisation=found.utilisation,
        break_even_use=found.break_even_use,
        break_even_hours=found.break_even_hours,
        term_hours=found.term_hours,
    )


def _regret(found: Advice) -> RegretOut | None:
    return None if found.advised is None else RegretOut.model_validate(found.advised.regret)


def _point(each: Point) -> PointOut:
    return PointOut.model_validate(each)
