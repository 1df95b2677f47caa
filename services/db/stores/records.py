"""Audit rows and events. Both take a row lock first, so that sequence numbers have no hole and no fork."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from core.audit import GENESIS, AuditRow, chained
from core.events import Event
from services.db.tables.records import audit, audit_heads, events

_COUNT_ON = text("""
insert into event_aggregate (organisation_id, aggregate, seq)
select :organisation, w.name, w.count from unnest(cast(:names as text[]), cast(:counts as bigint[])) w(name, count)
on conflict (organisation_id, aggregate) do update set seq = event_aggregate.seq + excluded.seq
returning aggregate, seq
""")


@dataclass(frozen=True)
class Told:
    """What an audit row says besides who and when."""

    action: str
    subject: str
    reason: str
    data: Mapping[str, object]


def append_audit(
    db: Connection, organisation_id: UUID, at: datetime, actor: str, told: Sequence[Told]
) -> tuple[AuditRow, ...]:
    """Append rows to the organisation's chain, in this order; concurrent writers queue on the head's row lock."""
    if not told:
        return ()
    seq, last = _head(db, organisation_id)
    rows = []
    for each in told:
        seq += 1
        plain = _plain(each.data)  # what PostgreSQL will hand back, so that the hash holds
        row = chained(organisation_id, seq, at, actor, each.action, each.subject, each.reason, plain, last)
        rows.append(row)
        last = row.hash
    db.execute(insert(audit), [row.__dict__ for row in rows])
    db.execute(
        audit_heads.update()
        .where(audit_heads.c.organisation_id == organisation_id)
        .values(seq=rows[-1].seq, hash=rows[-1].hash)
    )
    return tuple(rows)


def _head(db: Connection, organisation_id: UUID) -> tuple[int, bytes]:
    """The number and hash of the last row, held until the transaction ends."""
    query = (
        select(audit_heads.c.seq, audit_heads.c.hash)
        .where(audit_heads.c.organisation_id == organisation_id)
        .with_for_update()
    )
    head = db.execute(query).one_or_none()
    if head is None:
        first = upsert(audit_heads).values(organisation_id=organisation_id, seq=0, hash=GENESIS)
        db.execute(first.on_conflict_do_nothing())
        head = db.execute(query).one()
    return head.seq, head.hash


def append_events(db: Connection, organisation_id: UUID, at: datetime, told: Mapping[UUID, Event]) -> None:
    """Append events, by their ids, to the event log in this order, under their aggregates' row locks."""
    if not told:
        return
    counted = Counter(event.aggregate for event in told.values())
    names = sorted(counted)
    given = {"organisation": organisation_id, "names": names, "counts": [counted[name] for name in names]}
    last = {row.aggregate: row.seq for row in db.execute(_COUNT_ON, given)}
    rows = []
    for event_id, event in told.items():
        counted[event.aggregate] -= 1
        row = {
            "event_id": event_id,
            "organisation_id": organisation_id,
            "aggregate": event.aggregate,
            "aggregate_seq": last[event.aggregate] - counted[event.aggregate],
            "type": event.type,
            "schema_version": event.schema_version,
            "data": _plain(event.data),
            "occurred_at": at,
        }
        rows.append(row)
    db.execute(insert(events), rows)


def _plain(data: Mapping[str, object]) -> dict[str, object]:
    plain: dict[str, object] = json.loads(json.dumps(dict(data), default=str))
    return plain


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
