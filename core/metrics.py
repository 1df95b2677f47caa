"""Resource metrics as CloudWatch has them: what to ask, and what came back."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from core.inventory import Gap


@dataclass(frozen=True, order=True)
class MetricQuery:
    """One series to ask for. `metric` is our short name (`cpu`), the rest is CloudWatch's."""

    resource_id: str
    metric: str
    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str = "Average"


@dataclass(frozen=True)
class MetricSeries:
    """One answered series: UTC instants in ascending order, and a value for each, in the metric's unit."""

    resource_id: str
    metric: str
    times: tuple[datetime, ...]
    values: NDArray[np.float64]


@dataclass(frozen=True)
class MetricsAnswer:
    """What CloudWatch answered, in how many calls and metrics asked (AWS bills metrics asked), and what it would not say."""

    series: tuple[MetricSeries, ...]
    calls: int
    metrics_asked: int
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class LiveMetrics:
    """What CloudWatch said just now: series by (resource id, metric), what it would not say, and when it was asked for."""

    series: Mapping[tuple[str, str], MetricSeries]
    gaps: tuple[Gap, ...]
    at: datetime
    """Of the oldest answer in it."""
    asking_since: datetime | None = None
    """Where AWS has not answered yet: since when it is asked. What it answered last is among the series."""


MAX_QUERIES = 500
"""Series that one GetMetricData call may ask for."""
MAX_POINTS = 100_800
"""Data points that one GetMetricData call answers."""
USD_PER_METRIC = Decimal("0.00001")
"""What AWS takes for each metric asked: $0.01 for 1,000, however many points come back."""
SETTLING = timedelta(hours=3)
"""How long after its end a day's points may still arrive: before that it is asked for again."""
HOUR = 3600


@dataclass(frozen=True)
class Batch:
    """Series asked for in one call: all from `start`, the earliest that any of them needs."""

    start: datetime
    queries: tuple[MetricQuery, ...]


def queries_a_call(start: datetime, end: datetime, period_seconds: int) -> int:
    """How many series one call may ask for over this window."""
    points = max(1, -((start - end) // timedelta(seconds=period_seconds)))
    return max(1, min(MAX_QUERIES, MAX_POINTS // points))


def batches(
    needs: Iterable[tuple[datetime, MetricQuery]], end: datetime, period_seconds: int
) -> Iterator[Batch]:
    """The fewest calls that answer all needs, each a series and the instant from which it is missing.

    Widest first: a call's room is set by its widest series, and filling it with the next widest leaves the easiest rest.
    """
    waiting = sorted(needs)
    at = 0
    while at < len(waiting):
        start = waiting[at][0]
        room = queries_a_call(start, end, period_seconds)
        yield Batch(start, tuple(query for _, query in waiting[at : at + room]))
        at += room


@dataclass(frozen=True)
class DayOfSamples:
    """One day of one series: a value a step from midnight UTC, NaN where nothing was reported."""

    resource_id: str
    metric: str
    day: date
    values: NDArray[np.float32]
    complete: bool


def by_day(
    series: MetricSeries,
    start: datetime,
    end: datetime,
    now: datetime,
    step_seconds: int = HOUR,
    settling: timedelta = SETTLING,
) -> Iterator[DayOfSamples]:
    """Cut a series into whole days; `start` is a midnight, and a day without any point is all NaN, not absent.

    Until `settling` after its end a day is not complete: points may still come.
    """
    days = -((start - end) // timedelta(days=1))
    steps = 86_400 // step_seconds
    grid = np.full(days * steps, np.nan, dtype=np.float32)
    if series.times:
        stamps = np.fromiter((time.timestamp() for time in series.times), np.float64, len(series.times))
        places = ((stamps - start.timestamp()) // step_seconds).astype(np.int64)
        inside = (places >= 0) & (places < grid.size)
        grid[places[inside]] = series.values[inside]
    for number, values in enumerate(grid.reshape(days, steps)):
        first = start + timedelta(days=number)
        complete = first + timedelta(days=1) + settling <= now
        yield DayOfSamples(series.resource_id, series.metric, first.date(), values, complete)


def asking_cost(metrics_asked: int) -> Decimal:
    """US dollars that asking for so many metrics costs."""
    return metrics_asked * USD_PER_METRIC
