"""Resource metrics: pulled hourly values kept by us, and live ones straight from CloudWatch."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from core.access.roles import Permission, User
from core.connections import Outcome, What
from core.errors import Invalid
from core.events import Event
from core.inventory import Account, Gap
from core.measured import METRICS, queries_of, settling
from core.metrics import HOUR, LiveMetrics, MetricQuery, MetricsAnswer, MetricSeries, batches, by_day
from core.periods import midnight
from services.context import Beat, Context, System
from services.db import database
from services.db.stores import collections, connections, resources, samples
from services.usecases.live_metrics import recent, told
from services.usecases.record import record

FIRST_PULL_DAYS = 30
KEPT_DAYS = 430
CUT_OFF = timedelta(hours=3)
SPARK_DAYS, SPARK_HOURS = 7, 3
LIVE_RESOURCES = 100


@dataclass(frozen=True)
class Begun:
    """The pull of one account and region."""

    id: int
    account: Account
    region: str


@dataclass
class Tally:
    """What a pull has come to so far."""

    series: int = 0
    calls: int = 0
    asked: int = 0
    gaps: tuple[Gap, ...] = ()

    def add(self, answer: MetricsAnswer) -> None:
        """Count one answer in."""
        self.series += len(answer.series)
        self.calls += answer.calls
        self.asked += answer.metrics_asked
        self.gaps += answer.gaps


def collect(ctx: Context, beat: Beat | None = None) -> str:
    """Worker job: pull what is missing of the hourly metrics of every account, in as few calls as AWS allows.

    Today is pulled again each time, a full day once, and 30 days at first sight. Answers a summary.
    """
    beat = beat or Beat()
    begun, now = _begin(ctx)
    done: list[Tally] = []
    with ThreadPoolExecutor(ctx.settings.collect_threads, thread_name_prefix="metrics") as threads:
        waiting = [threads.submit(_pull, ctx, one, now) for one in begun]
        try:
            for future in as_completed(waiting):
                beat.check()
                done.append(future.result())
                beat.say(f"{len(done)} of {len(begun)} account regions")
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
    series, calls = sum(tally.series for tally in done), sum(tally.calls for tally in done)
    return f"{series} series in {calls} calls, {sum(bool(tally.gaps) for tally in done)} account regions with gaps."


def _begin(ctx: Context) -> tuple[Sequence[Begun], datetime]:
    with ctx.begin() as db:
        now = database.now(db)
        collections.interrupt(db, What.METRICS, now - CUT_OFF, now)
        first = now.date() - timedelta(days=FIRST_PULL_DAYS)
        samples.make_partitions(db, first, now.date())
        samples.drop_partitions(db, now.date() - timedelta(days=KEPT_DAYS))
        begun = [
            Begun(
                collections.begin(db, account.organisation_id, account.id, region, What.METRICS, now),
                account,
                region,
            )
            for account in connections.to_collect(db)
            for region in account.regions
        ]
    return begun, now


def _pull(ctx: Context, one: Begun, now: datetime) -> Tally:
    """One account and region, call by call, each answer kept at once; a call that fails ends it."""
    end = now.replace(minute=0, second=0, microsecond=0)
    tally = Tally()
    for batch in batches(_needs(ctx, one, now, end), end, HOUR):
        answer = ctx.metrics.read(one.account, one.region, batch.queries, batch.start, end, HOUR)
        tally.add(answer)
        if answer.series:
            days = [
                day
                for found in answer.series
                for day in by_day(found, batch.start, end, now, settling=settling(found.metric))
            ]
            with ctx.begin() as db:
                samples.write(db, one.account.organisation_id, days, HOUR)
        elif answer.gaps:
            break
    _end(ctx, one, tally)
    return tally


def _needs(ctx: Context, one: Begun, now: datetime, end: datetime) -> Sequence[tuple[datetime, MetricQuery]]:
    """Each series of this place, and the midnight from which it is missing."""
    first = now.date() - timedelta(days=FIRST_PULL_DAYS)
    owner = one.account.organisation_id
    with ctx.begin() as db:
        missing = samples.missing_from(db, owner, one.account.id, one.region, first)
        there = resources.of_kinds(db, owner, list(METRICS), account_id=one.account.id, region=one.region)
        wanted = [query for resource in there for query in queries_of(resource)]
    needs = ((midnight(missing.get((query.resource_id, query.metric), first)), query) for query in wanted)
    return [(start, query) for start, query in needs if start < end]


def _end(ctx: Context, one: Begun, tally: Tally) -> None:
    outcome = Outcome.COMPLETE if not tally.gaps else Outcome.PARTIAL if tally.series else Outcome.FAILED
    owner = one.account.organisation_id
    detail = tally.gaps[0].reason if outcome is Outcome.FAILED else f"{tally.series} series."
    with ctx.begin() as db:
        collections.end(
            db,
            one.id,
            database.now(db),
            outcome,
            detail=detail,
            calls=tally.calls,
            metrics_asked=tally.asked,
            missing=tally.gaps,
        )
        if tally.series:
            data = {
                "account_id": one.account.id,
                "region": one.region,
                "series": tally.series,
                "calls": tally.calls,
            }
            event = Event("MetricsCollected", f"account:{one.account.id}", data)
            record(db, System(owner, "collect-metrics"), event, subject=one.account.id)


def series(
    ctx: Context, user: User, resource_ids: Sequence[str], metric: str, start: datetime, end: datetime
) -> Mapping[str, MetricSeries]:
    """Hourly values that we keep, by resource; a resource without any is absent. Raises `Invalid` when `end` is before `start`."""
    user.require(Permission.VIEW_RESOURCES)
    if end < start:
        raise Invalid("The end of the time asked for lies before its start.")
    with ctx.begin() as db:
        seen = resources.by_ids(db, user.organisation_id, resource_ids, accounts=user.accounts)
        return samples.series(db, user.organisation_id, list(seen), metric, start, end)


def sparklines(
    ctx: Context, user: User, resource_ids: Sequence[str]
) -> Mapping[str, tuple[float | None, ...]]:
    """CPU in percent over the last 7 days in steps of 3 hours, today included; None where unknown, absent when all is."""
    user.require(Permission.VIEW_RESOURCES)
    with ctx.begin() as db:
        first = database.now(db).date() - timedelta(days=SPARK_DAYS - 1)
        seen = list(resources.by_ids(db, user.organisation_id, resource_ids, accounts=user.accounts))
        hours = samples.hours(db, user.organisation_id, seen, "cpu", first, SPARK_DAYS)
    steps = hours.reshape(len(seen), SPARK_DAYS * 24 // SPARK_HOURS, SPARK_HOURS).astype(np.float64)
    known = ~np.isnan(steps)
    count = known.sum(axis=2)
    means = np.where(count, np.nansum(steps, axis=2) / np.maximum(count, 1), np.nan)
    return {
        resource_id: tuple(None if np.isnan(value) else float(value) for value in row)
        for resource_id, row, some in zip(seen, means, count.any(axis=1), strict=True)
        if some
    }


def live(
    ctx: Context,
    user: User,
    resource_ids: Sequence[str],
    metrics: Collection[str],
    minutes: int = 60,
    patience: timedelta | None = None,
) -> LiveMetrics:
    """Straight from CloudWatch, at most 15 seconds old: these metrics of these resources over the last minutes.

    Who has only so much `patience` gets what was answered last where AWS takes longer; it is asked on meanwhile.
    Raises `Invalid` for more than 100 resources or more than a day: AWS takes money for each metric asked.
    """
    user.require(Permission.VIEW_RESOURCES)
    if len(resource_ids) > LIVE_RESOURCES or not 1 <= minutes <= 24 * 60:
        raise Invalid(f"The live view takes at most {LIVE_RESOURCES} resources and a day.")
    with ctx.begin() as db:
        now = database.now(db)
        seen = resources.by_ids(db, user.organisation_id, resource_ids, accounts=user.accounts)
        owned = {account.id: account for account, _ in connections.of_organisation(db, user.organisation_id)}
    wanted: dict[tuple[str, str], list[MetricQuery]] = defaultdict(list)
    for resource_id in dict.fromkeys(resource_ids):
        if resource_id in seen:
            resource = seen[resource_id]
            wanted[resource.account_id, resource.region] += queries_of(resource, metrics)
    asked = [
        recent.answer(ctx, owned[account_id], region, tuple(queries), minutes, now)
        for (account_id, region), queries in wanted.items()
        if queries
    ]
    return told(asked, now, patience)
