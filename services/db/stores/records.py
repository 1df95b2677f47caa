"""Audit rows and events. Both take a row lock first, so that sequence numbers have no hole and no fork."""

import json
from collections.abc import Sequence
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
