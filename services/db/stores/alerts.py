"""Thresholds people set, and how each stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, or_, select, text, tuple_, update

from core.alerts import Alert, AlertState, Judgement
from core.inventory import Resource
from services.db.stores.resources import resource_of
from services.db.tables.alerts import alerts
from services.db.tables.cloud import resources
from services.db.tables.records import events

FIRED, RECOVERED = "AlertFiring", "AlertRecovered"


@dataclass(frozen=True)
class Watched:
    """An alert to judge, and its resource as last seen; `gone` when it is no longer there."""

    alert: Alert
    resource: Resource
    gone: bool


def alert_of(row: RowMapping) -> Alert:
    """A row of the alerts table."""
    given = {name: value for name, value in row.items() if name != "deleted_at"}
    return Alert(**{**given, "state": AlertState(row["state"])})


def add(db: Connection, alert: Alert) -> None:
    """Keep a new alert."""
    db.execute(insert(alerts).values(**alert.__dict__))


def _wanted(
    organisation_id: UUID,
    accounts: frozenset[str] | None,
    alert_id: UUID | None,
    states: Sequence[AlertState],
    resource_id: str | None,
) -> list[ColumnElement[bool]]:
    conditions = [alerts.c.organisation_id == organisation_id, alerts.c.deleted_at.is_(None)]
    if accounts is not None:
        conditions.append(resources.c.account_id.in_(accounts))
    if alert_id is not None:
        conditions.append(alerts.c.id == alert_id)
    if states:
        conditions.append(alerts.c.state.in_(states))
    if resource_id is not None:
        conditions.append(alerts.c.resource_id == resource_id)
    return conditions


_WITH_RESOURCES = alerts.join(
    resources,
    (resources.c.organisation_id == alerts.c.organisation_id) & (resources.c.id == alerts.c.resource_id),
)


def listing(
    db: Connection,
    organisation_id: UUID,
    *,
    accounts: frozenset[str] | None,
    alert_id: UUID | None = None,
    states: Sequence[AlertState] = (),
    resource_id: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[Alert]:
    """Alerts on resources of these accounts, those that fire first, newest first; or the one asked for. None: no narrowing, or all."""
    conditions = _wanted(organisation_id, accounts, alert_id, states, resource_id)
    query = (
        select(alerts)
        .select_from(_WITH_RESOURCES)
        .where(*conditions)
        .order_by(alerts.c.state != AlertState.FIRING, alerts.c.created_at.desc(), alerts.c.id)
    )
    return [alert_of(row) for row in db.execute(query.limit(limit).offset(offset)).mappings()]


def count(
    db: Connection,
    organisation_id: UUID,
    *,
    accounts: frozenset[str] | None,
    states: Sequence[AlertState] = (),
    resource_id: str | None = None,
) -> int:
    """How many `listing` would answer, page by page."""
    conditions = _wanted(organisation_id, accounts, None, states, resource_id)
    query = select(func.count()).select_from(_WITH_RESOURCES).where(*conditions)
    return int(db.execute(query).scalar_one())


def delete(db: Connection, organisation_id: UUID, alert_id: UUID, at: datetime) -> None:
    """Judge it no longer."""
    db.execute(
        update(alerts)
        .where(alerts.c.organisation_id == organisation_id, alerts.c.id == alert_id)
        .values(deleted_at=at)
    )


def due(db: Connection, checked_before: datetime) -> Sequence[Watched]:
    """Alerts of every organisation that were not judged since this instant, with their resources."""
    rows = db.execute(
        select(alerts).where(
            alerts.c.deleted_at.is_(None),
            or_(alerts.c.last_checked_at.is_(None), alerts.c.last_checked_at <= checked_before),
        )
    )
    waiting = [alert_of(row) for row in rows.mappings()]
    keys = {(alert.organisation_id, alert.resource_id) for alert in waiting}
    found = db.execute(
        select(resources).where(tuple_(resources.c.organisation_id, resources.c.id).in_(list(keys)))
    ).all()
    seen = {(row.organisation_id, row.id): (resource_of(row), row.gone_at is not None) for row in found}
    return [
        Watched(alert, *seen[alert.organisation_id, alert.resource_id])
        for alert in waiting
        if (alert.organisation_id, alert.resource_id) in seen
    ]


_JUDGED = text("""
    update alert set state = j.state, state_since = j.since, last_value = j.value, last_checked_at = :at, detail = j.detail
    from unnest(
        cast(:ids as uuid[]), cast(:states as text[]), cast(:since as timestamptz[]), cast(:values as double precision[]),
        cast(:details as text[])
    ) as j(id, state, since, value, detail)
    where alert.id = j.id and alert.deleted_at is null
    returning alert.id
""")


def judged(db: Connection, judgements: Sequence[tuple[Alert, Judgement]], at: datetime) -> frozenset[UUID]:
    """Write down how alerts stand, all in one statement; answers which: those deleted meanwhile are left alone."""
    if not judgements:
        return frozenset()
    same = (judgement.state is alert.state for alert, judgement in judgements)
    given = {
        "at": at,
        "ids": [alert.id for alert, _ in judgements],
        "states": [judgement.state.value for _, judgement in judgements],
        "since": [
            alert.state_since if kept else at for kept, (alert, _) in zip(same, judgements, strict=True)
        ],
        "values": [judgement.value for _, judgement in judgements],
        "details": [judgement.detail for _, judgement in judgements],
    }
    return frozenset(db.execute(_JUDGED, given).scalars())


def said_to_fire(db: Connection, alert: Alert) -> bool:
    """Whether the last thing said of it was that it fires: an alert may have been unknown in between."""
    query = (
        select(events.c.type)
        .where(
            events.c.organisation_id == alert.organisation_id,
            events.c.aggregate == f"alert:{alert.id}",
            events.c.type.in_([FIRED, RECOVERED]),
        )
        .order_by(events.c.aggregate_seq.desc())
        .limit(1)
    )
    return db.execute(query).scalar_one_or_none() == FIRED
