"""Thresholds on metrics."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.api.deps import AlertEditor, Ctx
from services.api.shape import Answer, Body
from services.usecases import alerts

router = APIRouter(prefix="/alerts", tags=["alerts"])


class AlertIn(Body):
    """Fire once `metric` of the resource compares so to `threshold` (in the metric's unit) for `for_minutes` on end."""

    metric: Annotated[str, Field(min_length=1, max_length=100, examples=["cpu"])]
    resource_id: Annotated[str, Field(min_length=1, max_length=2000)]
    comparison: Literal[">", ">=", "<", "<="]
    threshold: Annotated[float, Field(allow_inf_nan=False)]
    for_minutes: Annotated[int, Field(ge=0, le=1440)]


class AlertOut(Answer):
    """What was stored. `unknown` until the worker has looked."""

    id: UUID
    metric: str
    resource_id: str
    comparison: str
    threshold: float
    for_minutes: int
    state: str
    state_since: datetime
    detail: str
    created_by: str
    created_at: datetime


@router.post("", status_code=201)
def create(body: AlertIn, ctx: Ctx, user: AlertEditor) -> AlertOut:
    """Keep a threshold; the worker evaluates it and records when it fires and recovers."""
    alert = alerts.create(
        ctx, user, body.resource_id, body.metric, body.comparison, body.threshold, body.for_minutes
    )
    return AlertOut.model_validate(alert)
