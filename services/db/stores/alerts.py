"""Thresholds people set, and how each stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, bindparam, insert, or_, select, tuple_, update

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


def listing(
    db: Connection, organisation_id: UUID, *, accounts: frozenset[str] | None, alert_id: UUID | None = None
) -> Sequence[Alert]:
    """Alerts on resources of these accounts, those that fire first; or the one asked for."""
    query = (
        select(alerts)
        .join(
            resources,
            (resources.c.organisation_id == alerts.c.organisation_id)
            & (resources.c.id == alerts.c.resource_id),
        )
        .where(alerts.c.organisation_id == organisation_id, alerts.c.deleted_at.is_(None))
    )
    if accounts is not None:
        query = query.where(resources.c.account_id.in_(accounts))
    if alert_id is not None:
        query = query.where(alerts.c.id == alert_id)
    rows = db.execute(query.order_by(alerts.c.state != AlertState.FIRING, alerts.c.created_at.desc()))
    return [alert_of(row) for row in rows.mappings()]


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


def judged(db: Connection, judgements: Iterable[tuple[Alert, Judgement]], at: datetime) -> None:
    """Write down how alerts stand, all in one statement; those deleted meanwhile are left alone."""
    rows = [
        {
            "alert": alert.id,
            "new_state": judgement.state.value,
            "since": at if judgement.state is not alert.state else alert.state_since,
            "value": judgement.value,
            "at": at,
            "words": judgement.detail,
        }
        for alert, judgement in judgements
    ]
    if not rows:
        return
    statement = update(alerts).where(alerts.c.id == bindparam("alert"), alerts.c.deleted_at.is_(None))
    db.execute(
        statement.values(
            state=bindparam("new_state"),
            state_since=bindparam("since"),
            last_value=bindparam("value"),
            last_checked_at=bindparam("at"),
            detail=bindparam("words"),
        ),
        rows,
    )


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
