"""Thresholds on metrics."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from core.alerts import AlertState
from services.api.deps import AlertEditor, Ctx, ResourceViewer
from services.api.routes.resources import LONGEST_PAGE
from services.api.shape import Answer, Asked, Body
from services.usecases import alerts

router = APIRouter(prefix="/alerts", tags=["alerts"])


class AlertsAsked(Asked):
    """Which alerts; repeat `state` to allow several."""

    state: tuple[AlertState, ...] = ()
    resource_id: Annotated[str | None, Field(max_length=2000)] = None
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = 100
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0


class AlertIn(Body):
    """Fire once `metric` of the resource compares so to `threshold` (in the metric's unit) for `for_minutes` on end."""

    metric: Annotated[str, Field(min_length=1, max_length=100, examples=["cpu"])]
    resource_id: Annotated[str, Field(min_length=1, max_length=2000)]
    comparison: Literal[">", ">=", "<", "<="]
    threshold: Annotated[float, Field(allow_inf_nan=False)]
    for_minutes: Annotated[int, Field(ge=0, le=1440)]


class AlertOut(Answer):
    """What was stored. `unknown` until the worker has looked; `last_value` in the metric's unit, null until something was reported."""

    id: UUID
    metric: str
    resource_id: str
    comparison: str
    threshold: float
    for_minutes: int
    state: str
    state_since: datetime
    last_value: float | None
    last_checked_at: datetime | None
    detail: str
    created_by: str
    created_at: datetime


class AlertsOut(Answer):
    """One page, those that fire first, then the newest; `total` counts all that match."""

    total: int
    limit: int
    offset: int
    alerts: list[AlertOut]


@router.get("")
def listing(asked: Annotated[AlertsAsked, Query()], ctx: Ctx, user: ResourceViewer) -> AlertsOut:
    """Alerts on what one sees, and how each stands; those that fire first."""
    found = alerts.page(ctx, user, asked.state, asked.resource_id, asked.limit, asked.offset)
    rows = [AlertOut.model_validate(row) for row in found.rows]
    return AlertsOut(total=found.total, limit=asked.limit, offset=asked.offset, alerts=rows)


@router.post("", status_code=201)
def create(body: AlertIn, ctx: Ctx, user: AlertEditor) -> AlertOut:
    """Keep a threshold; the worker evaluates it and records when it fires and recovers."""
    alert = alerts.create(
        ctx, user, body.resource_id, body.metric, body.comparison, body.threshold, body.for_minutes
    )
    return AlertOut.model_validate(alert)
