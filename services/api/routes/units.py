"""Unit economics: metrics named, their days sent, and what one unit costs."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from core.costs import filters
from core.costs.samples import MOST_SAMPLES, Sample, counted
from core.costs.scope import MONTH, CostType, Dimension
from core.costs.units import LONGEST_NAME, STATISTICS, CloudWatchMetric, KeptUnit, Point, UnitMetric
from core.errors import Invalid
from core.periods import Period, last_days
from services.api.deps import CostManager, CostViewer, Ctx
from services.api.routes.costs import FILTER, Exact
from services.api.shape import Answer, Asked, Body
from services.usecases import units

router = APIRouter(prefix="/units", tags=["units"])
Name = Annotated[str, Path(max_length=LONGEST_NAME, examples=["orders"])]
USUAL_DAYS = 90


class SampleIn(Body):
    """How many there were on one day, as text or number; a day sent again is replaced."""

    date: Annotated[date, Field(strict=False)]
    value: Annotated[Decimal, Field(strict=False, ge=0)]


class SamplesIn(Body):
    """Days of the metric, each once."""

    samples: Annotated[list[SampleIn], Field(max_length=MOST_SAMPLES)]


class CloudWatchIn(Body):
    """A metric of CloudWatch that counts them: the worker reads `statistic` of each day in UTC, once a day."""

    namespace: Annotated[str, Field(min_length=1, max_length=255)]
    name: Annotated[str, Field(min_length=1, max_length=255)]
    dimensions: Annotated[dict[str, str], Field(default_factory=dict, max_length=30)]
    statistic: str = STATISTICS[0]
    account_id: Annotated[str, Field(max_length=60)]
    region: Annotated[str, Field(max_length=60)]

    def metric(self) -> CloudWatchMetric:
        """The same in core's words. Raises `Invalid`."""
        pairs = tuple(self.dimensions.items())
        return CloudWatchMetric(
            self.namespace, self.name, pairs, self.statistic, self.account_id, self.region
        )


class UnitIn(Body):
    """What is counted, and which cost it shares. Without `cloudwatch` its days are sent; `name` gives one that is there another."""

    name: Annotated[str | None, Field(max_length=LONGEST_NAME)] = None
    per: int = 1
    filters: Annotated[list[str], Field(default_factory=list, max_length=50, description=FILTER)]
    cost: Annotated[CostType, Field(strict=False)] = CostType.EFFECTIVE
    currency: Annotated[str | None, Field(max_length=20)] = None
    cloudwatch: CloudWatchIn | None = None

    def metric(self, name: str) -> UnitMetric:
        """The same in core's words. Raises `Invalid`."""
        return UnitMetric(
            self.name or name,
            self.per,
            filters.parse_all(self.filters),
            self.cost,
            self.currency,
            None if self.cloudwatch is None else self.cloudwatch.metric(),
        )


class CloudWatchOut(Answer):
    """Where its days are read. `account_id` is empty for an account that the user does not see."""

    namespace: str
    name: str
    dimensions: dict[str, str]
    statistic: str
    account_id: str
    region: str


class UnitOut(Answer):
    """A daily metric, which cost it shares, and how far it is known. `problem`: why CloudWatch could not be read."""

    name: str
    per: int
    filters: list[str]
    cost: CostType
    currency: str | None
    source: str
    cloudwatch: CloudWatchOut | None
    days: int
    first_day: date | None
    last_day: date | None
    problem: str


class UnitsOut(Answer):
    """All metrics by name."""

    units: list[UnitOut]


class CostAsked(Asked):
    """`from` and `to` are days, both included; without them the last 90. Without `filter`, `cost` and `currency` the metric's own hold."""

    granularity: Annotated[str, Field(pattern="^(day|week|month)$")] = MONTH.name
    first: Annotated[date | None, Field(alias="from")] = None
    last: Annotated[date | None, Field(alias="to")] = None
    filter: Annotated[tuple[str, ...] | None, Field(max_length=50, description=FILTER)] = None
    cost: CostType | None = None
    currency: Annotated[str | None, Field(max_length=20)] = None
    at: Annotated[str | None, Field(max_length=200, description="a state of the bill, from an answer")] = None


class PointOut(Answer):
    """A day, week (its Monday) or month: of its `days` the `known` ones, on which bill and metric are both known.

    `per_unit` is rounded half-even to 12 places; null where it is unknown, and `because` says why.
    """

    step: date
    cost: Exact | None
    units: Exact | None
    per_unit: Exact | None
    known: int
    days: int
    because: str


class CostOut(Answer):
    """Cost for `per` units over time and of the `whole` period. `limited`: only the accounts that the user sees are counted."""

    name: str
    per: int
    cost: CostType
    currency: str | None
    points: list[PointOut]
    whole: PointOut
    unknown_lines: int
    limited: bool


@router.get("")
def listing(ctx: Ctx, user: CostViewer) -> UnitsOut:
    """Every metric that cost can be divided by."""
    return UnitsOut(units=[_unit(each) for each in units.listing(ctx, user)])


@router.put("/{metric}")
def save(metric: Name, body: UnitIn, ctx: Ctx, user: CostManager) -> UnitOut:
    """Name a metric, or change the one that is called so: what of the cost it shares, and whether its days are sent or read from CloudWatch.

    A `name` that differs renames: 404 where there is nothing called as the address says, as after the same was sent before.
    """
    wanted = body.metric(metric)
    known = any(each.metric.name == metric for each in units.listing(ctx, user))
    was = metric if known or wanted.name != metric else None
    return _unit(units.save(ctx, user, wanted, was=was))


@router.delete("/{metric}", status_code=204)
def delete(metric: Name, ctx: Ctx, user: CostManager) -> None:
    """Delete a metric with all its days."""
    units.delete(ctx, user, metric)


@router.post("/{metric}/samples")
def send(metric: Name, body: SamplesIn, ctx: Ctx, user: CostManager) -> UnitOut:
    """Keep days of a metric, all or none. A metric not known yet is made: the cost of everything by one unit."""
    sent = [Sample(each.date, counted(each.value)) for each in body.samples]
    return _unit(units.send(ctx, user, metric, sent))


@router.get("/{metric}/cost")
def cost(metric: Name, asked: Annotated[CostAsked, Query()], ctx: Ctx, user: CostViewer) -> CostOut:
    """Cost per unit by day, week or month; what is not known is null, never zero."""
    wanted = None if asked.filter is None else filters.parse_all(asked.filter)
    found = units.cost(
        ctx,
        user,
        metric,
        Dimension(asked.granularity),
        _period(asked, ctx.now().date()),
        filters=wanted,
        cost_type=asked.cost,
        currency=asked.currency,
        at=asked.at,
    )
    return CostOut(
        name=found.metric.name,
        per=found.metric.per,
        cost=found.metric.cost,
        currency=found.currency,
        points=[_point(each) for each in found.points],
        whole=_point(found.whole),
        unknown_lines=found.unknown_lines,
        limited=found.limited,
    )


def _period(asked: CostAsked, today: date) -> Period:
    usual = last_days(today, USUAL_DAYS)
    if asked.last == date.max:
        raise Invalid("The period ends after the last day there is.")
    end = usual.end if asked.last is None else asked.last + timedelta(days=1)
    return Period(asked.first or min(usual.start, end), end)


def _point(point: Point) -> PointOut:
    return PointOut.model_validate(point)


def _unit(unit: KeptUnit) -> UnitOut:
    metric = unit.metric
    return UnitOut(
        name=metric.name,
        per=metric.per,
        filters=[filters.written(each) for each in metric.filters],
        cost=metric.cost,
        currency=metric.currency,
        source="sent" if metric.source is None else "cloudwatch",
        cloudwatch=None if metric.source is None else _cloudwatch(metric.source),
        days=unit.days,
        first_day=unit.first_day,
        last_day=unit.last_day,
        problem=unit.problem,
    )


def _cloudwatch(source: CloudWatchMetric) -> CloudWatchOut:
    return CloudWatchOut(
        namespace=source.namespace,
        name=source.name,
        dimensions=dict(source.dimensions),
        statistic=source.statistic,
        account_id=source.account_id,
        region=source.region,
    )
