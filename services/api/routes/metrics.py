"""Resource metrics for people's programs, and the service's own metrics for a Prometheus scraper."""

import math
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import AwareDatetime, Field

from core.access.roles import User
from core.errors import Unauthenticated
from core.inventory import Kind
from core.measured import METRICS
from core.metrics import MetricSeries
from core.resources import ResourceFilter
from services import telemetry
from services.api import scraped
from services.api.deps import Ctx, ResourceViewer, Who
from services.api.shape import Answer, Asked
from services.context import Context
from services.usecases import metrics, resources
from services.usecases.telemetry import figures

router = APIRouter(tags=["metrics"])
MOST_RESOURCES = 200
LONGEST_DAYS = 400
DEFAULT_HOURS = 24
SCRAPED = ("text/plain", "application/openmetrics-text")


class MetricsAsked(Asked):
    """Which metric of which resources, and when. Without `resource_id`: instances and databases, the first 100 by name."""

    resource_id: Annotated[tuple[str, ...], Field(max_length=MOST_RESOURCES)] = ()
    metric: Annotated[str, Field(max_length=100, examples=["cpu"])] = "cpu"
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None


class SeriesOut(Answer):
    """One resource's values; null where nothing was reported."""

    resource_id: str
    times: list[datetime]
    values: list[float | None]


class MetricsOut(Answer):
    """`unknown` names the resources without any value: not reported, not collected yet, or not visible."""

    metric: str
    unit: str | None
    start: datetime
    end: datetime
    series: list[SeriesOut]
    unknown: list[str]


@router.get(
    "/metrics",
    response_model=MetricsOut,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "By Accept."}},
)
def read(
    asked: Annotated[MetricsAsked, Query()], request: Request, ctx: Ctx, who: Who, user: ResourceViewer
) -> MetricsOut | Response:
    """Hourly metrics of resources as JSON; to a scraper (Accept: text/plain) the service's own, which need a bearer token."""
    if _scraping(request.headers.get("accept", "")):
        return _own(who.bearer, ctx, user)
    return _resource_metrics(asked, ctx, user)


def _scraping(accept: str) -> bool:
    return "application/json" not in accept and any(kind in accept for kind in SCRAPED)


def _own(bearer: bool, ctx: Context, user: User) -> Response:  # noqa: FBT001  one private caller
    if not bearer:
        raise Unauthenticated("The service's own metrics need a bearer token.")
    standing = scraped.text(figures(ctx, user))
    body = generate_latest(telemetry.REGISTRY) + standing
    return Response(body, HTTPStatus.OK, media_type=CONTENT_TYPE_LATEST)


def _resource_metrics(asked: MetricsAsked, ctx: Context, user: User) -> MetricsOut:
    end = asked.end or ctx.now()
    start = asked.start or end - timedelta(hours=DEFAULT_HOURS)
    ids = asked.resource_id or _busy(ctx, user)
    earliest = end - timedelta(days=LONGEST_DAYS)
    found = metrics.series(ctx, user, ids, asked.metric, max(start, earliest), end)
    units = {metric.metric: metric.unit for kept in METRICS.values() for metric in kept}
    return MetricsOut(
        metric=asked.metric,
        unit=units.get(asked.metric),
        start=max(start, earliest),
        end=end,
        series=[_series(one) for one in found.values()],
        unknown=[resource_id for resource_id in ids if resource_id not in found],
    )


def _busy(ctx: Context, user: User) -> list[str]:
    wanted = ResourceFilter(kinds=(Kind.INSTANCE, Kind.DATABASE), limit=100)
    return [row.id for row in resources.search(ctx, user, wanted).rows]


def _series(one: MetricSeries) -> SeriesOut:
    values = [None if math.isnan(value) else value for value in one.values.tolist()]
    return SeriesOut(resource_id=one.resource_id, times=list(one.times), values=values)
