"""What must never be lost: the audit chain, the event log, who holds the worker's lease, and what jobs did."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    FetchedValue,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.db.tables.metadata import INSTANT, METADATA, organisation

audit = Table(
    "audit",
    METADATA,
    organisation(primary_key=True),
    Column("seq", BigInteger, primary_key=True),  # 1, 2, 3 ... without a hole, under the head's row lock
    Column("at", INSTANT, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Index("ix_audit_subject", "organisation_id", "subject"),
)

audit_heads = Table(
    "audit_head",
    METADATA,
    organisation(primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

events = Table(
    "event_log",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    organisation(),
    Column("aggregate", Text, nullable=False),
    Column("aggregate_seq", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("data", JSONB, nullable=False),
    Column(
        "xid",
        BigInteger,
        FetchedValue(),
        nullable=False,
        server_default=text("pg_current_xact_id()::text::bigint"),
    ),
    Column("occurred_at", INSTANT, nullable=False),
    UniqueConstraint("organisation_id", "aggregate", "aggregate_seq"),
    Index("ix_event_log_cursor", "xid", "id"),
    Index("ix_event_log_newest", "organisation_id", "occurred_at"),
)

aggregates = Table(
    "event_aggregate",
    METADATA,
    organisation(primary_key=True),
    Column("aggregate", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)

leases = Table(
    "lease",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("expires_at", INSTANT, nullable=False),
)

jobs = Table(
    "job",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("due_at", INSTANT, nullable=False),
    Column("state", Text, nullable=False),
    Column("progress", Text, nullable=False, server_default=""),
    Column("requested_at", INSTANT),  # somebody asked for a run now
    Column("started_at", INSTANT),
    Column("ended_at", INSTANT),
    Column("succeeded_at", INSTANT),
    Column("epoch", BigInteger),
    CheckConstraint("state in ('waiting', 'running', 'failed')", name="state"),
)
