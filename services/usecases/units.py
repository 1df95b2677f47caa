"""Unit economics: daily metrics sent, uploaded or read from CloudWatch, and what one unit costs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core.access.roles import Permission, User
from core.costs import filters as written_filters
from core.costs import hidden
from core.costs import samples as coming
from core.costs import spend as spending
from core.costs import units as reckoning
from core.costs.month import full_until
from core.costs.samples import Sample
from core.costs.scope import DAY, CostType, Dimension, Filter, Scope
from core.costs.spend import LONGEST_DAYS
from core.costs.units import KeptUnit, UnitCost, UnitMetric
from core.errors import Conflict, Forbidden, Invalid, NotFound, PioneerError
from core.events import Event
from core.metrics import SETTLING, MetricQuery, MetricSeries
from core.periods import Period, midnight
from services.context import Beat, Context, System
from services.db import database
from services.db.stores import collections, connections, leases
from services.db.stores import units as store
from services.usecases.allocation_rules import partly_unseen
from services.usecases.record import record
from services.warehouse import answers

DAY_SECONDS = 86_400
FIRST_DAYS = 395
"""How far back CloudWatch is asked at first: thirteen months; it keeps daily points for fifteen."""
Place = tuple[UUID, str, str]


def listing(ctx: Context, user: User) -> tuple[KeptUnit, ...]:
    """All metrics by name, and how far each is known."""
    user.require(Permission.VIEW_COSTS)
    with ctx.read() as db:
        kept = store.listing(db, user.organisation_id)
    return tuple(each for each in (_told(unit, user) for unit in kept) if each is not None)


def save(ctx: Context, user: User, metric: UnitMetric, *, was: str | None = None) -> KeptUnit:
    """Name a metric, or change the one that `was` named so. What CloudWatch knows of it is read by the worker within minutes.

    Raises `NotFound`, `Conflict` when the name is taken, and `Forbidden` for one that is read from an account the user does not see.
    """
    user.require(Permission.MANAGE_COSTS)
    source = metric.source
    with ctx.begin() as db:
        if source is not None and not _reached(db, user, source.account_id, source.region):
            message = f"There is no account {source.account_id} with {source.region} among those you see."
            raise NotFound(message, mend="Connect it first, or add the region to it.")
        before = None if was is None else _own(db, user, was)
        identity = uuid4() if before is None else before.id
        try:
            with db.begin_nested():
                if before is None:
                    store.add(db, user.organisation_id, identity, metric, user.email, database.now(db))
                else:
                    store.change(db, user.organisation_id, identity, metric)
        except IntegrityError as error:
            message = f"There is a metric called “{metric.name}” already."
            raise Conflict(message, mend="Give it another name.") from error
        data = {"name": metric.name, "filters": [written_filters.written(each) for each in metric.filters]}
        record(db, user, Event("UnitSaved", f"unit:{identity}", data), subject=metric.name)
        return _found(db, user, metric.name)


def _reached(db: Connection, user: User, account_id: str, region: str) -> bool:
    account = connections.one(db, user.organisation_id, account_id) if user.sees(account_id) else None
    return account is not None and region in account.regions


def delete(ctx: Context, user: User, name: str) -> None:
    """Delete a metric with all its days. Raises `NotFound`, and `Forbidden` as `save` does."""
    user.require(Permission.MANAGE_COSTS)
    with ctx.begin() as db:
        unit = _own(db, user, name)
        store.remove(db, user.organisation_id, unit.id)
        record(db, user, Event("UnitDeleted", f"unit:{unit.id}", {"name": name}), subject=name)


def send(ctx: Context, user: User, name: str, sent: Iterable[Sample]) -> KeptUnit:
    """Keep days of a metric, all or none; a day sent again is replaced. One not known yet is made: all cost by one unit.

    Raises `Invalid` for a day with two values, and for a metric that CloudWatch is read for.
    """
    user.require(Permission.MANAGE_COSTS)
    with ctx.begin() as db:
        now = database.now(db)
        days = coming.checked(sent, now.date())
        unit = store.find(db, user.organisation_id, name)
        if unit is not None:
            unit = _own(db, user, name)
        else:
            store.add(db, user.organisation_id, uuid4(), UnitMetric(name), user.email, now)
            unit = _found(db, user, name)
            made = Event("UnitSaved", f"unit:{unit.id}", {"name": name, "filters": []})
            record(db, user, made, subject=name)
        if unit.metric.source is not None:
            message = f"“{name}” is read from CloudWatch, so its days cannot be sent."
            raise Invalid(message, mend="Edit it, or send them to a metric of another name.")
        _keep(db, user, unit, days)
        return _found(db, user, name)


def upload(ctx: Context, user: User, name: str, content: bytes) -> KeptUnit:
    """The same from a CSV file of `date,value`. Raises `Invalid` naming the first bad rows."""
    user.require(Permission.MANAGE_COSTS)
    return send(ctx, user, name, coming.read_csv(content))


def _keep(db: Connection, who: User | System, unit: KeptUnit, days: Sequence[Sample]) -> None:
    if not days:
        return
    store.keep(db, unit.organisation_id, unit.id, days)
    first, last = days[0].day.isoformat(), days[-1].day.isoformat()
    data = {"name": unit.metric.name, "days": len(days), "first": first, "last": last}
    record(db, who, Event("UnitSamplesKept", f"unit:{unit.id}", data), subject=unit.metric.name)


def cost(
    ctx: Context,
    user: User,
    name: str,
    step: Dimension,
    period: Period,
    *,
    filters: tuple[Filter, ...] | None = None,
    cost_type: CostType | None = None,
    currency: str | None = None,
    at: str | None = None,
) -> UnitCost:
    """Cost per unit by day, week or month, of the metric's own filters, cost type and currency unless others are given.

    Raises `NotFound`, and `Invalid` for a period beyond ten years.
    """
    user.require(Permission.VIEW_COSTS)
    if period.length > LONGEST_DAYS:
        raise Invalid("Cost per unit is told for ten years at most.")
    with ctx.begin() as db:
        unit = _found(db, user, name)
        samples = store.days(db, user.organisation_id, unit.id, period)
    metric = replace(
        unit.metric,
        filters=unit.metric.filters if filters is None else filters,
        cost=cost_type or unit.metric.cost,
    )
    pinned = ctx.warehouse.pin(user.organisation_id, at)
    scope = Scope(period, cost=metric.cost, filters=metric.filters).within(user.accounts)
    parts = answers.parts(pinned, scope, (DAY,))
    first, last = answers.span(pinned, scope.accounts)
    until = full_until(ctx.now().date(), last)
    billed = Period(first, max(first, until)) if first and until else Period(period.start, period.start)
    currencies = spending.by_currency(parts)
    chosen = spending.chosen_currency(currencies, currency or metric.currency)
    mine = [part for part in parts if part.currency == chosen]
    costs = {day: part.cost for part in mine if isinstance(day := part.keys[0], date)}
    points, whole = reckoning.over_time(metric, step, period, costs, billed, samples)
    return UnitCost(
        metric,
        step,
        period,
        points,
        whole,
        samples,
        chosen,
        currencies,
        sum(part.unknown for part in mine),
        limited=user.accounts is not None,
    )


def _found(db: Connection, user: User, name: str) -> KeptUnit:
    """A metric as the user may read it."""
    unit = store.find(db, user.organisation_id, name)
    seen = None if unit is None else _told(unit, user)
    if seen is None:
        message = f"There is no metric called “{name}”."
        raise NotFound(message, mend="Name it under Units, or send its days to POST /units/NAME/samples.")
    return seen


def _told(unit: KeptUnit, user: User) -> KeptUnit | None:
    """Without what it says of accounts that the user does not see; None where its cost is in others alone."""
    filters = hidden.told(unit.metric.filters, user.accounts)
    if filters is None:
        return None
    source = unit.metric.source
    if source is None or user.sees(source.account_id):
        return replace(unit, metric=replace(unit.metric, filters=filters))
    elsewhere = replace(source, account_id="", dimensions=())
    problem = "It could not be read from an account that you do not see." if unit.problem else ""
    return replace(unit, metric=replace(unit.metric, filters=filters, source=elsewhere), problem=problem)


def _own(db: Connection, user: User, name: str) -> KeptUnit:
    """A metric that the user may change: who reads a part of it only would write the other part away."""
    unit = _found(db, user, name)
    if unit.metric.source is not None and not user.sees(unit.metric.source.account_id):
        message = f"“{name}” is read from an account that you do not see."
        raise Forbidden(message, mend="Ask somebody who sees that account to change it.")
    if unit != store.find(db, user.organisation_id, name):
        raise partly_unseen(name)
    return unit


def fetch(ctx: Context, beat: Beat) -> str:
    """Worker job: read each metric that CloudWatch knows once a day, all of an account and region in one question.

    A day's points are waited for three hours; the newest day known is read again. What cannot be read is tried again at the next run.
    """
    with ctx.begin() as db:
        now = database.now(db)
        due = store.due(db, reckoning.read_at(now, SETTLING))
    places: defaultdict[Place, list[KeptUnit]] = defaultdict(list)
    for unit in due:
        source = unit.metric.source
        if source is not None:
            places[unit.organisation_id, source.account_id, source.region].append(unit)
    read = 0
    for place, units in places.items():
        beat.check()
        found, why = _read(ctx, place, units, now)
        with ctx.begin() as db:
            leases.fence(db, beat.epoch)
            read += sum(_settle(db, unit, found.get(unit.id), why, now) for unit in units)
    return f"{read} of {len(due)} metrics read." if due else "None was due."


def _read(
    ctx: Context, place: Place, units: Sequence[KeptUnit], now: datetime
) -> tuple[dict[UUID, MetricSeries], str]:
    """The daily series of one account and region, and in words what kept us from reading the others."""
    organisation_id, account_id, region = place
    end = midnight(reckoning.read_at(now, SETTLING).date())
    start = min(_since(unit, end) for unit in units)
    queries = {_query(unit): unit.id for unit in units}
    with ctx.read() as db:
        account = connections.one(db, organisation_id, account_id)
    if account is None:
        return {}, f"Account {account_id} is no longer connected."
    try:
        answer = ctx.metrics.read(account, region, list(queries), start, end, DAY_SECONDS)
    except PioneerError as error:
        return {}, error.message
    with ctx.begin() as db:
        collections.count_live(
            db, organisation_id, account_id, region, now, answer.calls, answer.metrics_asked
        )
    why = "; ".join(gap.reason for gap in answer.gaps)
    return {UUID(series.resource_id): series for series in answer.series}, why


def _since(unit: KeptUnit, end: datetime) -> datetime:
    first = end - timedelta(days=FIRST_DAYS)
    if unit.fetched_at is None or unit.last_day is None:
        return first
    return max(first, min(midnight(unit.last_day), end - timedelta(days=1)))


def _query(unit: KeptUnit) -> MetricQuery:
    source = unit.metric.source
    if source is None:
        raise ValueError(unit.metric.name)
    return MetricQuery(
        str(unit.id), unit.metric.name, source.namespace, source.name, source.dimensions, source.statistic
    )


def _settle(db: Connection, unit: KeptUnit, series: MetricSeries | None, why: str, now: datetime) -> bool:
    """Keep what was read of one metric; False where it could not be, or the metric has gone."""
    if series is None:
        store.fetched(db, unit.id, unit.fetched_at, why or "CloudWatch would not answer.")
        return False
    try:
        days = [
            Sample(at.date(), coming.measured(float(value)))
            for at, value in zip(series.times, series.values, strict=True)
        ]
    except Invalid as error:
        store.fetched(db, unit.id, now, error.message)
        return False
    known = bool(days) or unit.last_day is not None
    problem = (
        "" if known else "CloudWatch has no point of it: check its names, its dimensions and the region."
    )
    if not store.fetched(db, unit.id, now, problem):
        return False
    _keep(db, System(unit.organisation_id, "read-unit-metrics"), unit, days)
    return True
