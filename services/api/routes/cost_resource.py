"""One resource on the bill."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from core.costs.lines import ResourceProfile
from core.costs.scope import CostType
from core.errors import Invalid
from services.api.deps import CostViewer, Ctx
from services.api.routes.costs import Exact, ScopeAsked
from services.api.shape import Answer
from services.usecases import cost_resources, costs

router = APIRouter(prefix="/costs", tags=["costs"])


class ResourceAsked(ScopeAsked):
    """Which resource, by its id on the bill; `from` and `to` are needed."""

    resource: Annotated[str, Field(min_length=1, max_length=2000)]


class SkuOut(Answer):
    """What it cost by one SKU, in all and by `days` (null: lines without one). `other` counts the SKUs in the row of all the rest."""

    sku: str | None
    cost: Exact
    over_time: list[Exact]
    other: int | None


class TagsOut(Answer):
    """The tags that its lines carried from `first` to `last`; null: none."""

    first: date
    last: date
    tags: dict[str, str | None] | None


class CoveringOut(Answer):
    """A commitment that paid for it: what it covered, in effective cost, lines and hours (null: not counted)."""

    id: str
    name: str | None
    type: str | None
    effective: Exact
    hours: Exact | None
    lines: int
    first: date
    last: date


class ResourceOut(Answer):
    """`skus` add up to `total`, and each one's `over_time` to its cost. `hours` are billed hours of use a day (null: the bill counts none).

    `uncovered` is what no commitment paid for, in effective cost. Its lines: `GET /costs/lines` with `filter=resource=ID`.
    """

    resource: str
    cost: CostType
    currency: str | None
    total: Exact
    days: list[date]
    skus: list[SkuOut]
    hours: list[Exact | None]
    tags: list[TagsOut]
    commitments: list[CoveringOut]
    uncovered: Exact
    at: str


@router.get("/resource")
def resource(asked: Annotated[ResourceAsked, Query()], ctx: Ctx, user: CostViewer) -> ResourceOut:
    """One resource's cost by day and SKU, its billed hours, the tags it carried when, and the commitments that paid for it."""
    if asked.first is None or asked.last is None or asked.month is not None:
        raise Invalid(
            "A resource is told by its days.", mend="Give from and to, both included, and no month."
        )
    at = asked.at if asked.at is not None else costs.pin(ctx, user)
    return _out(cost_resources.resource_profile(ctx, user, asked.scope(), asked.resource, at=at), at)


def _out(found: ResourceProfile, at: str) -> ResourceOut:
    spend = found.by_sku
    return ResourceOut(
        resource=found.resource_id,
        cost=spend.cost,
        currency=spend.currency,
        total=spend.total,
        days=list(spend.steps),
        skus=[
            SkuOut(sku=each.key, cost=each.total, over_time=list(each.values), other=each.folded or None)
            for each in spend.series
        ],
        hours=list(found.hours),
        tags=[TagsOut.model_validate(each) for each in found.tags],
        commitments=[CoveringOut.model_validate(each) for each in found.commitments],
        uncovered=found.uncovered,
        at=at,
    )
