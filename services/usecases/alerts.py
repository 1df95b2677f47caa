"""Alerts: thresholds on metrics, judged by the worker."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.alerts import STEP, WINDOW, Alert, AlertState, Judgement, check, judge
from core.errors import Invalid, NotFound, PioneerError
from core.events import Event
from core.inventory import Account
from core.measured import METRICS, metric_of, queries_of
from core.metrics import MetricQuery, MetricSeries
from services.context import Beat, Context, System
from services.db import database
from services.db.stores import alerts as store
from services.db.stores import collections, connections, leases, resources
from services.db.stores.alerts import Watched
from services.usecases.record import record

Place = tuple[UUID, str, str]
Series = Mapping[tuple[str, str], MetricSeries]


@dataclass(frozen=True)
class Page:
    """How many alerts match, and some of them, those that fire first."""

    total: int
    rows: tuple[Alert, ...]


def create(
    ctx: Context,
    user: User,
    resource_id: str,
    metric: str,
    comparison: str,
    threshold: float,
    for_minutes: int,
) -> Alert:
    """Set a threshold (in the metric's unit) on a resource's metric. It is unknown until the worker has judged it.

    Raises `Invalid`, `NotFound`.
    """
    user.require(Permission.EDIT_ALERTS)
    check(comparison, threshold, for_minutes)
    with ctx.begin() as db:
        resource = resources.by_ids(db, user.organisation_id, [resource_id], accounts=user.accounts).get(
            resource_id
        )
        if resource is None:
            message = f"There is no resource {resource_id} among those you see."
            raise NotFound(message)
        known = [one.metric for one in METRICS.get(resource.kind, ())]
        if metric not in known:
            message = f"We read no metric called {metric} of {resource.kind.one}."
            raise Invalid(message, mend=f"There are: {', '.join(known) or 'none'}.")
        now = database.now(db)
        alert = Alert(
            id=uuid4(),
            organisation_id=user.organisation_id,
            resource_id=resource_id,
            metric=metric,
            comparison=comparison,
            threshold=threshold,
            for_minutes=for_minutes,
            state=AlertState.UNKNOWN,
            state_since=now,
            detail="Not judged yet.",
            created_by=user.email,
            created_at=now,
        )
        store.add(db, alert)
        data = {**_facts(alert, resource.account_id), "comparison": comparison, "threshold": threshold}
        record(db, user, Event("AlertSaved", f"alert:{alert.id}", data), subject=resource_id)
    return alert


def listing(ctx: Context, user: User) -> tuple[Alert, ...]:
    """Alerts on what the user sees, those that fire first."""
    user.require(Permission.VIEW_RESOURCES)
    with ctx.begin() as db:
        return tuple(store.listing(db, user.organisation_id, accounts=user.accounts))


def page(
    ctx: Context,
    user: User,
    states: Sequence[AlertState] = (),
    resource_id: str | None = None,
    limit: int = 100,
    offset: int = 0,
) -> Page:
    """One page of them; none of `states` stands for any, and None for every resource."""
    user.require(Permission.VIEW_RESOURCES)
    organisation_id, accounts = user.organisation_id, user.accounts
    with ctx.read() as db:
        total = store.count(db, organisation_id, accounts=accounts, states=states, resource_id=resource_id)
        rows = store.listing(
            db,
            organisation_id,
            accounts=accounts,
            states=states,
            resource_id=resource_id,
            limit=limit,
            offset=offset,
        )
    return Page(total, tuple(rows))


def delete(ctx: Context, user: User, alert_id: UUID) -> None:
    """Remove an alert. Raises `NotFound`."""
    user.require(Permission.EDIT_ALERTS)
    with ctx.begin() as db:
        found = store.listing(db, user.organisation_id, accounts=user.accounts, alert_id=alert_id)
        if not found:
            message = "There is no such alert among those you see."
            raise NotFound(message)
        store.delete(db, user.organisation_id, alert_id, database.now(db))
        alert = found[0]
        data = {"metric": alert.metric, "resource_id": alert.resource_id}
        record(db, user, Event("AlertDeleted", f"alert:{alert_id}", data), subject=alert.resource_id)


def evaluate(ctx: Context, beat: Beat) -> str:
    """Worker job: judge each alert every five minutes, in as few questions to CloudWatch as there are accounts and regions.

    What cannot be read is unknown, with the reason; an account that does not answer keeps no other from being judged.
    """
    with ctx.begin() as db:
        now = database.now(db)
        due = store.due(db, now - STEP)
    places: defaultdict[Place, list[Watched]] = defaultdict(list)
    for one in due:
        places[one.alert.organisation_id, one.resource.account_id, one.resource.region].append(one)
    changed = 0
    for place, watched in places.items():
        beat.check()
        found, why = _read(ctx, place, watched, now)
        judgements = [(one, _judge(one, found, why, now)) for one in watched]
        with ctx.begin() as db:
            leases.fence(db, beat.epoch)
            kept = store.judged(db, [(one.alert, judgement) for one, judgement in judgements], now)
            changed += sum(_say(db, one, judgement) for one, judgement in judgements if one.alert.id in kept)
    return f"{len(due)} judged, {changed} changed." if due else "None was due."


def _read(ctx: Context, place: Place, watched: Sequence[Watched], now: datetime) -> tuple[Series, str]:
    """The series of one account and region, and in words what kept us from reading them."""
    organisation_id, account_id, region = place
    with ctx.read() as db:
        account = connections.one(db, organisation_id, account_id)
    wanted = {
        query for one in watched if not one.gone for query in queries_of(one.resource, [one.alert.metric])
    }
    if account is None or not wanted:
        return {}, "" if account else f"Account {account_id} is no longer connected."
    try:
        return _ask(ctx, account, region, watched, sorted(wanted), now)
    except PioneerError as error:
        return {}, error.message


def _ask(
    ctx: Context,
    account: Account,
    region: str,
    watched: Sequence[Watched],
    wanted: Sequence[MetricQuery],
    now: datetime,
) -> tuple[Series, str]:
    longest = timedelta(minutes=max(one.alert.for_minutes for one in watched))
    seconds = int(STEP.total_seconds())
    start = now - max(WINDOW, longest + 6 * STEP)
    start -= timedelta(seconds=start.timestamp() % seconds)
    answer = ctx.metrics.read(account, region, wanted, start, now, seconds)
    with ctx.begin() as db:
        collections.count_live(
            db, account.organisation_id, account.id, region, now, answer.calls, answer.metrics_asked
        )
    why = "; ".join(gap.reason for gap in answer.gaps)
    return {(series.resource_id, series.metric): series for series in answer.series}, why


def _judge(one: Watched, found: Series, why: str, now: datetime) -> Judgement:
    if one.gone:
        return Judgement(AlertState.UNKNOWN, None, "The resource is gone.")
    alert, metric = one.alert, metric_of(one.resource.kind, one.alert.metric)
    judgement = judge(alert, found.get((alert.resource_id, alert.metric)), now, metric)
    if judgement.state is AlertState.UNKNOWN and why:
        return Judgement(AlertState.UNKNOWN, judgement.value, why)
    return judgement


def _say(db: Connection, one: Watched, judgement: Judgement) -> bool:
    """Record that it fires or has recovered, each once, however often it was unknown in between."""
    alert = one.alert
    if judgement.state is alert.state or judgement.state is AlertState.UNKNOWN:
        return False
    firing = judgement.state is AlertState.FIRING
    if store.said_to_fire(db, alert) == firing:
        return False
    name = store.FIRED if firing else store.RECOVERED
    data = {**_facts(alert, one.resource.account_id), "value": judgement.value, "detail": judgement.detail}
    worker = System(alert.organisation_id, "worker")
    record(
        db, worker, Event(name, f"alert:{alert.id}", data), subject=alert.resource_id, reason=judgement.detail
    )
    return True


def _facts(alert: Alert, account_id: str) -> dict[str, object]:
    return {"metric": alert.metric, "resource_id": alert.resource_id, "account_id": account_id}
