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
from core.metric import Metric
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


COMPARED: Mapping[str, str] = {">": "above", ">=": "at or above", "<": "below", "<=": "at or below"}
"""The same in words."""
WHOLE = 100
"""From here on a value is told without decimals; below, by three digits."""


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


def rule(alert: Alert, metric: Metric | None) -> str:
    """What it waits for: `CPU above 80%`; None: a metric that we no longer know."""
    return f"{_title(alert, metric)} {COMPARED[alert.comparison]} {_limit(alert, metric)}"


def _title(alert: Alert, metric: Metric | None) -> str:
    return alert.metric.replace("_", " ") if metric is None else metric.title


def _with_unit(text: str, metric: Metric | None) -> str:
    if metric is None or metric.unit == "count":
        return text
    return f"{text}{metric.unit}" if metric.unit == "%" else f"{text} {metric.unit}"


def _limit(alert: Alert, metric: Metric | None) -> str:
    return _with_unit(f"{alert.threshold:,.15g}", metric)


def _value(alert: Alert, value: float, metric: Metric | None) -> str:
    """Rounded, but never to the threshold that it is not at."""
    told = f"{value:,.0f}" if abs(value) >= WHOLE else f"{value:.3g}"
    if value != alert.threshold and float(told.replace(",", "")) == alert.threshold:
        told = f"{value:,.9g}"
    return _with_unit(told, metric)


def judge(
    alert: Alert, series: MetricSeries | None, now: datetime, metric: Metric | None = None
) -> Judgement:
    """How the alert stands at `now`, from the samples read; samples after `now` do not count. `metric` gives the title and the unit."""
    points, title = _points(series, now), _title(alert, metric)
    if not points:
        return Judgement(AlertState.UNKNOWN, None, f"{title} was not reported in the last hours.")
    at, value = points[-1]
    pace = _pace(points)
    if now - at > 3 * pace:
        return Judgement(AlertState.UNKNOWN, value, f"{title} was last reported {dates.when(at)}.")
    crossed = COMPARISONS[alert.comparison]
    is_now, limit = f"{title} is {_value(alert, value, metric)}", _limit(alert, metric)
    if not crossed(value, alert.threshold):
        return Judgement(AlertState.OK, value, f"{is_now}, not {COMPARED[alert.comparison]} {limit}.")
    since = _crossed_since(alert, points, pace)
    lasted = int((at + pace - since).total_seconds() // 60)
    words = f"{is_now}, {COMPARED[alert.comparison]} {limit} since {dates.when(since)}"
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
