"""What the demo cloud's CloudWatch answers: computed when asked, from (seed, resource, time) alone, so it runs to any now.

Installed in place of moto's own, which ignores namespaces, has no percentiles and takes minutes for a fleet.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.inventory import AutoScalingGroup, Instance, Kind, NodeGroup, Resource
from core.measured import METRICS
from core.measured_groups import DIMENSION
from services.demo import measured, orders
from services.demo.life import Lived, World
from services.demo.measured.series import Series
from services.demo.noise import key
from services.demo.shapes import STEP, Moment, Samples
from services.demo.usage import epoch

Answer = dict[str, Any]
_SMALL = 60
"""Seconds: the finest period answered."""


_DIMENSION = {
    (kind, one.namespace, one.name): one.dimension for kind, of_kind in METRICS.items() for one in of_kind
}
_STATISTIC = re.compile(r"Average|Sum|Minimum|Maximum|SampleCount|p\d{1,2}(\.\d+)?")
_EMPTY: tuple[NDArray[np.int64], Samples] = (np.empty(0, np.int64), np.empty(0))


def _up(life: Lived, runs: tuple[str, ...], index: NDArray[np.int64]) -> NDArray[np.bool_]:
    """In which five minutes the resource ran: a stopped one says nothing."""
    spans = [(each.start, each.end) for each in life.charges if each.item.startswith(runs)] if runs else []
    ran = np.zeros(len(index), bool)
    for start, end in spans if runs else [(life.began, life.ended)]:
        ran |= (index * STEP >= epoch(start)) & ((index + 1) * STEP <= epoch(end))
    return ran


def _samples(seed: int, life: Lived, series: Series, index: NDArray[np.int64]) -> Samples:
    at = Moment(index, key(seed, life.resource.id), epoch(life.began) // STEP)
    return series.sample(life, at)


@dataclass(frozen=True)
class _Table:
    """A row a period, a column a sample in it: its value, whether it is there, and how many reported it."""

    times: NDArray[np.int64]
    values: Samples
    ran: NDArray[np.bool_]
    reporting: Samples

    def beside(self, other: "_Table") -> "_Table":
        """Both, over the same periods."""
        return _Table(
            self.times,
            np.hstack((self.values, other.values)),
            np.hstack((self.ran, other.ran)),
            np.hstack((self.reporting, other.reporting)),
        )

    def folded(self, statistic: str) -> tuple[NDArray[np.int64], Samples]:
        """Times and one value of each period that has samples, of those that are there."""
        kept = self.ran.any(axis=1)
        values, ran = self.values[kept], self.ran[kept]
        folded: Samples
        match statistic:
            case "Average":
                folded = (values * ran).sum(axis=1) / ran.sum(axis=1)
            case "Sum":
                folded = (values * ran).sum(axis=1)
            case "Minimum":
                folded = np.where(ran, values, np.inf).min(axis=1)
            case "Maximum":
                folded = np.where(ran, values, -np.inf).max(axis=1)
            case "SampleCount":
                folded = (self.reporting[kept] * ran).sum(axis=1)
            case percentile:
                folded = np.nanpercentile(np.where(ran, values, np.nan), float(percentile[1:]), axis=1)
        return self.times[kept], folded


def _fine(seed: int, life: Lived, series: Series, span: tuple[int, int, int]) -> _Table:
    """Periods under five minutes: on the line between the samples around."""
    start, end, period = span
    times = np.arange(start // period * period, end, period, dtype=np.int64)
    index = times // STEP
    low, high = _samples(seed, life, series, index), _samples(seed, life, series, index + 1)
    values = low + (high - low) * ((times % STEP) / STEP)
    ran = _up(life, series.runs, index) & ~np.isnan(values)
    values = np.nan_to_num(values) * (period / STEP if series.total else 1)
    reporting = series.reporting(life, index)
    return _Table(times, values[:, None], ran[:, None], reporting[:, None])


def _coarse(seed: int, life: Lived, series: Series, span: tuple[int, int, int]) -> _Table:
    """Periods of five minutes and more, made of the samples in them."""
    start, end, period = span
    width = period // STEP
    first, last = start // period, -(-end // period)
    index = np.arange(first * width, last * width, dtype=np.int64)
    samples = _samples(seed, life, series, index)
    ran = _up(life, series.runs, index) & (index * STEP < end) & ~np.isnan(samples)
    return _Table(
        np.arange(first, last, dtype=np.int64) * period,
        np.nan_to_num(samples).reshape(-1, width),
        ran.reshape(-1, width),
        series.reporting(life, index).reshape(-1, width),
    )


def values(
    seed: int, lives: Lived | Sequence[Lived], series: Series, statistic: str, span: tuple[int, int, int]
) -> tuple[NDArray[np.int64], Samples]:
    """Times (epoch seconds) and values of a metric, of all `lives` together: `span` is start, end (excluded) and period, in seconds."""
    start, end, period = span
    of = [life for life in ([lives] if isinstance(lives, Lived) else lives) if series.of(life)]
    if end <= start or not of:
        return _EMPTY
    made = _fine if period < STEP else _coarse
    return reduce(_Table.beside, (made(seed, life, series, span) for life in of)).folded(statistic)


def members(resource: Resource, lives: Iterable[Lived]) -> tuple[Lived, ...]:
    """The lives of the instances that a group of them has had; none of what is no such group."""
    if not isinstance(resource, AutoScalingGroup | NodeGroup):
        return ()
    here = (resource.account_id, resource.region)
    return tuple(
        life
        for life in lives
        if isinstance(life.resource, Instance)
        and life.resource.autoscaling_group in resource.groups
        and (life.resource.account_id, life.resource.region) == here
    )


class Watch:
    """CloudWatch over the lives of a world. `lives` is replaced whenever something was done to the cloud."""

    def __init__(self, world: World, lives: Iterable[Lived]) -> None:
        """Know every resource by account, region, kind and CloudWatch's name for it."""
        self._seed, self._born = world.seed, world.born
        self.follow(lives)

    def follow(self, lives: Iterable[Lived]) -> None:
        """Answer from these lives from now on."""
        every = tuple(lives)
        self._by_name = {
            (life.resource.account_id, life.resource.region, life.resource.kind, life.resource.short_id): life
            for life in every
        }
        self._members: dict[tuple[str, str, str], list[Lived]] = defaultdict(list)
        for one, life in ((life.resource, life) for life in every):
            if isinstance(one, Instance) and one.autoscaling_group:
                self._members[one.account_id, one.region, one.autoscaling_group].append(life)

    def answer(
        self, account: str, region: str, query: Answer, start: datetime, end: datetime
    ) -> tuple[list[datetime], list[float]] | None:
        """One GetMetricData query, ascending; None where it is about nothing we know, for moto to answer."""
        if orders.asked_for(account, region, query):
            return orders.answer(self._seed, self._born, start, end)
        stat = query["MetricStat"]
        metric = stat["Metric"]
        series = measured.series().get((metric["Namespace"], metric["MetricName"]))
        if series is None:
            return None
        named = {each["Name"]: each["Value"] for each in metric.get("Dimensions") or []}
        lives = self._of(account, region, series, named)
        if not lives or not _STATISTIC.fullmatch(stat["Stat"]):
            return None
        span = (_seconds(start), _seconds(end), max(int(stat["Period"]), _SMALL))
        times, numbers = values(self._seed, lives, series, stat["Stat"], span)
        # moto writes naive times as UTC
        return [
            datetime.fromtimestamp(one, UTC).replace(tzinfo=None) for one in times.tolist()
        ], numbers.tolist()

    def _of(self, account: str, region: str, series: Series, named: Mapping[str, str]) -> Sequence[Lived]:
        """Whose metric is asked for: one resource's, or that of all that a group of instances has had."""
        if series.kind is Kind.INSTANCE and series.namespace == "AWS/EC2" and DIMENSION in named:
            return self._members.get((account, region, named[DIMENSION]), ())
        own = named.get(_DIMENSION[series.kind, series.namespace, series.name], "")
        life = self._by_name.get((account, region, series.kind, own))
        return () if life is None else (life,)


def _seconds(at: datetime) -> int:
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())


def install(watch: Watch, backend: Any) -> None:  # noqa: ANN401  # moto's class
    """Make moto's CloudWatch ask `watch` first, and its own records only for what `watch` does not know."""
    own = backend.get_metric_data

    def get_metric_data(
        self: Any,  # noqa: ANN401  # a moto backend
        queries: Sequence[Answer],
        start_time: datetime,
        end_time: datetime,
        scan_by: str = "TimestampAscending",
    ) -> list[Answer]:
        known = {
            query["Id"]: watch.answer(self.account_id, self.region_name, query, start_time, end_time)
            for query in queries
            if "MetricStat" in query
        }
        left = [query for query in queries if known.get(query["Id"]) is None]
        others = {one["id"]: one for one in own(self, left, start_time, end_time, scan_by)} if left else {}
        return [_result(query, known.get(query["Id"]), others, scan_by) for query in queries]

    backend.get_metric_data = get_metric_data


def _result(
    query: Answer, found: tuple[list[datetime], list[float]] | None, others: dict[str, Answer], scan_by: str
) -> Answer:
    if found is None:
        return others[query["Id"]]
    step = -1 if scan_by == "TimestampDescending" else 1
    stat = query["MetricStat"]
    return {
        "id": query["Id"],
        "label": query.get("Label") or f"{stat['Metric']['MetricName']} {stat['Stat']}",
        "timestamps": found[0][::step],
        "values": found[1][::step],
        "status_code": "Complete",
    }
