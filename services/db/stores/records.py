"""Audit rows and events. Both take a row lock first, so that sequence numbers have no hole and no fork."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from core.audit import GENESIS, AuditRow, chained
from core.events import Event
from services.db.tables.records import aggregates, audit, audit_heads, events


def append_audit(
    db: Connection,
    organisation_id: UUID,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    reason: str,
    data: dict[str, object],
) -> AuditRow:
    """Append one row to the organisation's chain; concurrent writers queue on the head's row lock."""
    db.execute(
        upsert(audit_heads)
        .values(organisation_id=organisation_id, seq=0, hash=GENESIS)
        .on_conflict_do_nothing()
    )
    head = db.execute(
        select(audit_heads.c.seq, audit_heads.c.hash)
        .where(audit_heads.c.organisation_id == organisation_id)
        .with_for_update()
    ).one()
    plain = json.loads(
        json.dumps(data, default=str)
    )  # what PostgreSQL will hand back, so that the hash holds
    row = chained(organisation_id, head.seq + 1, at, actor, action, subject, reason, plain, head.hash)
    db.execute(insert(audit).values(**row.__dict__))
    db.execute(
        audit_heads.update()
        .where(audit_heads.c.organisation_id == organisation_id)
        .values(seq=row.seq, hash=row.hash)
    )
    return row


def append_event(db: Connection, organisation_id: UUID, event_id: UUID, at: datetime, event: Event) -> int:
    """Append to the event log under the aggregate's row lock; answers the aggregate's sequence number."""
    statement = upsert(aggregates).values(organisation_id=organisation_id, aggregate=event.aggregate, seq=1)
    seq: int = db.execute(
        statement.on_conflict_do_update(
            index_elements=["organisation_id", "aggregate"], set_={"seq": aggregates.c.seq + 1}
        ).returning(aggregates.c.seq)
    ).scalar_one()
    db.execute(
        insert(events).values(
            event_id=event_id,
            organisation_id=organisation_id,
            aggregate=event.aggregate,
            aggregate_seq=seq,
            type=event.type,
            schema_version=event.schema_version,
            data=json.loads(json.dumps(dict(event.data), default=str)),
            occurred_at=at,
        )
    )
    return seq


def audit_rows(db: Connection, organisation_id: UUID, *, limit: int | None = None) -> Sequence[AuditRow]:
    """The chain in ascending order; with `limit`, only its newest rows (newest first)."""
    query = select(audit).where(audit.c.organisation_id == organisation_id)
    query = query.order_by(audit.c.seq) if limit is None else query.order_by(audit.c.seq.desc()).limit(limit)
    return [AuditRow(**row) for row in db.execute(query).mappings()]


def audit_head(db: Connection, organisation_id: UUID) -> int:
    """The number of the last row ever written; 0 before the first."""
    query = select(audit_heads.c.seq).where(audit_heads.c.organisation_id == organisation_id)
    return db.execute(query).scalar_one_or_none() or 0


def audit_chain(db: Connection, organisation_id: UUID, last: int) -> Iterator[AuditRow]:
    """The chain up to row `last` in ascending order, streamed."""
    query = select(audit).where(audit.c.organisation_id == organisation_id, audit.c.seq <= last)
    streamed = db.execute(query.order_by(audit.c.seq), execution_options={"yield_per": 2000})
    return (AuditRow(**row) for row in streamed.mappings())


def audit_ends_so(db: Connection, organisation_id: UUID) -> bool:
    """Whether the last row is there and is the one that the head remembers."""
    query = (
        select(audit.c.seq)
        .join(
            audit_heads,
            (audit_heads.c.organisation_id == audit.c.organisation_id)
            & (audit_heads.c.seq == audit.c.seq)
            & (audit_heads.c.hash == audit.c.hash),
        )
        .where(audit.c.organisation_id == organisation_id)
    )
    return db.execute(query).first() is not None


def audit_of(
    db: Connection,
    organisation_id: UUID,
    names: Sequence[str],
    *,
    accounts: frozenset[str] | None,
    limit: int,
    among: int = 5000,
) -> Sequence[AuditRow]:
    """The newest rows with these actions, newest first, looked for `among` the newest only; within the accounts given."""
    newest = select(audit).where(audit.c.organisation_id == organisation_id)
    recent = newest.order_by(audit.c.seq.desc()).limit(among).subquery()
    query = select(recent).where(recent.c.action.in_(names))
    if accounts is not None:
        query = query.where(recent.c.data["account_id"].astext.in_(accounts))
    query = query.order_by(recent.c.seq.desc()).limit(limit)
    return [AuditRow(**row) for row in db.execute(query).mappings()]


def audit_about(
    db: Connection, organisation_id: UUID, subject: str, names: Sequence[str], limit: int
) -> Sequence[AuditRow]:
    """The newest rows about one subject with these actions, newest first."""
    query = select(audit).where(
        audit.c.organisation_id == organisation_id, audit.c.subject == subject, audit.c.action.in_(names)
    )
    return [AuditRow(**row) for row in db.execute(query.order_by(audit.c.seq.desc()).limit(limit)).mappings()]
