"""Thresholds on metrics: when one is crossed for long enough, and when we cannot tell."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from math import isfinite
from uuid import UUID

from core import dates
from core.errors import Invalid
from core.metrics import MetricSeries

STEP = timedelta(minutes=5)
"""The resolution alerts are judged at: what EC2 reports without detailed monitoring."""
WINDOW = timedelta(hours=3)
"""How far back is read at least, so that a metric reported hourly shows its pace."""
LONGEST = 24 * 60
"""The longest `for_minutes`."""


class AlertState(StrEnum):
    """Unknown: no recent samples, which is neither good nor bad."""

    OK = "ok"
    FIRING = "firing"
    UNKNOWN = "unknown"


COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


@dataclass(frozen=True, kw_only=True)
class Alert:
    """Fires once `metric` of the resource compares so to `threshold` (in the metric's unit) for `for_minutes` on end."""

    id: UUID
    organisation_id: UUID
    resource_id: str
    metric: str
    comparison: str
    threshold: float
    for_minutes: int
    state: AlertState
    state_since: datetime
    last_value: float | None = None
    last_checked_at: datetime | None = None
    detail: str = ""
    created_by: str
    created_at: datetime


@dataclass(frozen=True)
class Judgement:
    """How an alert stands, the newest value in the metric's unit (None: none), and why in words."""

    state: AlertState
    value: float | None
    detail: str


def check(comparison: str, threshold: float, for_minutes: int) -> None:
    """Raise `Invalid` for a threshold that could never be judged."""
    if comparison not in COMPARISONS:
        message = f"A comparison is one of {' '.join(COMPARISONS)}; {comparison!r} is not."
        raise Invalid(message)
    if not isfinite(threshold):
        message = "A threshold is a finite number."
        raise Invalid(message)
    if not 0 <= for_minutes <= LONGEST:
        message = f"An alert waits 0 to {LONGEST} minutes; {for_minutes} is outside of that."
        raise Invalid(message)


def judge(alert: Alert, series: MetricSeries | None, now: datetime) -> Judgement:
    """How the alert stands at `now`, from the samples read; samples after `now` do not count."""
    points = _points(series, now)
    if not points:
        return Judgement(AlertState.UNKNOWN, None, f"No {alert.metric} was reported in the last hours.")
    at, value = points[-1]
    pace = _pace(points)
    if now - at > 3 * pace:
        return Judgement(AlertState.UNKNOWN, value, f"The newest {alert.metric} is from {dates.when(at)}.")
    crossed = COMPARISONS[alert.comparison]
    if not crossed(value, alert.threshold):
        return Judgement(
            AlertState.OK, value, f"{alert.metric} is {value:g}, not {alert.comparison} {alert.threshold:g}."
        )
    since = _crossed_since(alert, points, pace)
    lasted = int((at + pace - since).total_seconds() // 60)
    words = f"{alert.metric} is {value:g}, {alert.comparison} {alert.threshold:g} since {dates.when(since)}"
    if lasted >= alert.for_minutes or alert.state is AlertState.FIRING:
        return Judgement(AlertState.FIRING, value, f"{words}.")
    return Judgement(AlertState.OK, value, f"{words}: {lasted} of {alert.for_minutes} minutes.")


def _points(series: MetricSeries | None, now: datetime) -> list[tuple[datetime, float]]:
    if series is None:
        return []
    pairs = zip(series.times, series.values.tolist(), strict=True)
    return [(at, value) for at, value in pairs if at <= now and isfinite(value)]


def _pace(points: list[tuple[datetime, float]]) -> timedelta:
    """How far apart samples come; a sample covers the time from its instant until one pace later."""
    return max(min((later - earlier for (earlier, _), (later, _) in pairwise(points)), default=STEP), STEP)


def _crossed_since(alert: Alert, points: list[tuple[datetime, float]], pace: timedelta) -> datetime:
    """The first instant of the unbroken run of crossing samples that ends with the newest."""
    crossed = COMPARISONS[alert.comparison]
    since = points[-1][0]
    for at, value in reversed(points[:-1]):
        if not crossed(value, alert.threshold) or since - at > 3 * pace:
            break
        since = at
    return since
