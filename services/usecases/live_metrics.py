"""What CloudWatch answered in the last seconds, and what it is being asked: nobody need wait for a cloud that is silent."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core.inventory import Account, Gap
from core.metrics import LiveMetrics, MetricQuery, MetricsAnswer, MetricSeries
from services.context import Context
from services.db.stores import collections

FRESH = timedelta(seconds=15)
KEPT = timedelta(hours=1)
"""How long the last answer is shown while AWS gives no other."""
FINE_MINUTES = 180
"""Up to here the live view asks minute by minute, beyond in steps of five."""

Key = tuple[UUID, str, str, tuple[MetricQuery, ...], int]


@dataclass(eq=False)
class Asked:
    """One question: the answer to come, since when it is asked, and what was answered last."""

    at: datetime
    coming: "Future[MetricsAnswer]"
    last: tuple[datetime, MetricsAnswer] | None = None
    failed: tuple[Gap, ...] = ()
    """What went wrong with the question before this one."""


class Recent:
    """Fifty people who look at the same screen ask once, and see the last answer while the next one is late."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self._asked: dict[Key, Asked] = {}
        self._lock = threading.Lock()

    def answer(
        self,
        ctx: Context,
        account: Account,
        region: str,
        queries: tuple[MetricQuery, ...],
        minutes: int,
        now: datetime,
    ) -> Asked:
        """The question as it was asked in the last seconds or is still unanswered, or asked anew in a thread of its own."""
        key = (account.organisation_id, account.id, region, queries, minutes)
        with self._lock:
            self._forget(now)
            known = self._asked.get(key)
            if known is not None and (not known.coming.done() or abs(now - known.at) < FRESH):
                return known
            asked = Asked(now, Future(), *_before(known))
            self._asked[key] = asked

        def ask() -> None:
            try:
                asked.coming.set_result(_read(ctx, account, region, queries, minutes, now))
            except BaseException as error:  # noqa: BLE001  raised again by whoever waits for it
                asked.coming.set_exception(error)

        threading.Thread(target=ask, name="live-metrics", daemon=True).start()
        return asked

    def _forget(self, now: datetime) -> None:
        """Called under the lock, like all that looks into what was asked."""
        for key in [key for key, each in self._asked.items() if abs(now - each.at) >= KEPT]:
            if self._asked[key].coming.done():
                del self._asked[key]


def _before(known: Asked | None) -> tuple[tuple[datetime, MetricsAnswer] | None, tuple[Gap, ...]]:
    """The newest answer with a series in it, as one that only says what went wrong is nothing to look at; and what went wrong."""
    if known is None:
        return None, ()
    if known.coming.exception() is not None:
        return known.last, known.failed
    answer = known.coming.result()
    return ((known.at, answer) if answer.series else known.last), answer.gaps


def _read(
    ctx: Context,
    account: Account,
    region: str,
    queries: tuple[MetricQuery, ...],
    minutes: int,
    now: datetime,
) -> MetricsAnswer:
    step = 60 if minutes <= FINE_MINUTES else 300
    end = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    answer = ctx.metrics.read(account, region, queries, end - timedelta(minutes=minutes), end, step)
    with ctx.begin() as db:
        collections.count_live(
            db, account.organisation_id, account.id, region, now, answer.calls, answer.metrics_asked
        )
    return answer


def told(asked: Sequence[Asked], now: datetime, patience: timedelta | None) -> LiveMetrics:
    """All answers together, after at most `patience` (None: as long as it takes); the last one of whoever is late or failed."""
    seconds = None if patience is None else patience.total_seconds()
    wait([each.coming for each in asked], timeout=seconds)
    series: dict[tuple[str, str], MetricSeries] = {}
    gaps: list[Gap] = []
    ages: list[datetime] = []
    late = [each for each in asked if not each.coming.done()]
    for each in asked:
        shown = each.last
        if each in late:
            gaps += each.failed
        else:
            answer = each.coming.result()
            gaps += answer.gaps
            if answer.series or shown is None or not answer.gaps:
                shown = each.at, answer
        if shown is not None:
            ages.append(shown[0])
            series.update({(found.resource_id, found.metric): found for found in shown[1].series})
    return LiveMetrics(
        series, tuple(gaps), min(ages, default=now), min((each.at for each in late), default=None)
    )


recent = Recent()
