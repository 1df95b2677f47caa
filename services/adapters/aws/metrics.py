"""CloudWatch: many series in as few calls as AWS allows."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from core.errors import Forbidden, PioneerError
from core.inventory import Account, Gap
from core.metrics import Batch, MetricQuery, MetricsAnswer, MetricSeries, batches
from services.adapters.aws.permissions import permission
from services.adapters.aws.session import Place, Sessions

CALL = ("cloudwatch", "get_metric_data")
SERVICE = "CloudWatch metrics"
COMPLETE = "Complete"


class CloudWatchMetrics:
    """Implements `core.ports.Metrics` with boto3."""

    def __init__(self, sessions: Sessions) -> None:
        """Nothing is asked of AWS yet."""
        self._sessions = sessions

    def read(
        self,
        account: Account,
        region: str,
        queries: Sequence[MetricQuery],
        start: datetime,
        end: datetime,
        period_seconds: int,
    ) -> MetricsAnswer:
        """All series between two instants, in as few calls as AWS allows; `end` is not included.

        A series that CloudWatch knows nothing about is there and empty. One that it would not answer is absent and has a
        gap: after a call that fails as a whole no further one is made. Raises nothing of AWS's.
        """
        place = Place(self._sessions, account, region)
        series: list[MetricSeries] = []
        gaps: dict[str, Gap] = {}
        asked = 0
        for batch in batches(((start, query) for query in queries), end, period_seconds):
            try:
                asked += len(batch.queries)
                answered = _ask(place, batch, end, period_seconds)
            except PioneerError as error:
                grant = permission(*CALL) if isinstance(error, Forbidden) else None
                gaps[SERVICE] = Gap(account.id, region, SERVICE, error.message, grant)
                break
            series += answered
            silent = len(batch.queries) - len(answered)
            if silent:
                reason = f"CloudWatch would not answer {silent} of {len(batch.queries)} series."
                gaps.setdefault(SERVICE, Gap(account.id, region, SERVICE, reason))
        return MetricsAnswer(tuple(series), place.calls, asked, tuple(gaps.values()))


def _ask(place: Place, batch: Batch, end: datetime, period_seconds: int) -> list[MetricSeries]:
    """The series of one call, over all its pages; those that did not end as complete are left out."""
    points: dict[str, list[tuple[datetime, float]]] = defaultdict(list)
    status: dict[str, str] = {}
    found = place.pages(
        *CALL,
        "MetricDataResults",
        MetricDataQueries=[
            _query(number, query, period_seconds) for number, query in enumerate(batch.queries)
        ],
        StartTime=batch.start,
        EndTime=end,
        ScanBy="TimestampAscending",
    )
    for result in found:
        points[result["Id"]] += zip(result["Timestamps"], result["Values"], strict=True)
        status[result["Id"]] = result.get("StatusCode", COMPLETE)
    return [
        _series(query, points[f"q{number}"])
        for number, query in enumerate(batch.queries)
        if status.get(f"q{number}") == COMPLETE
    ]


def _series(query: MetricQuery, points: list[tuple[datetime, float]]) -> MetricSeries:
    points.sort()
    times = tuple(time for time, _ in points)
    return MetricSeries(
        query.resource_id, query.metric, times, np.array([value for _, value in points], np.float64)
    )


def _query(number: int, query: MetricQuery, period_seconds: int) -> dict[str, Any]:
    return {
        "Id": f"q{number}",
        "MetricStat": {
            "Metric": {
                "Namespace": query.namespace,
                "MetricName": query.name,
                "Dimensions": [{"Name": name, "Value": value} for name, value in query.dimensions],
            },
            "Period": period_seconds,
            "Stat": query.statistic,
        },
    }
