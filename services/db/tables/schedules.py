"""Schedules, what they are attached to, and which segment was last acted on."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.db.tables.metadata import INSTANT, METADATA, organisation

schedules = Table(
    "schedule",
    METADATA,
    Column("id", Uuid, primary_key=True),
    organisation(),
    Column("name", Text, nullable=False),
    Column("definition", JSONB, nullable=False),  # timezone, default, periods
    Column("calendars", ARRAY(Uuid), nullable=False, server_default="{}"),  # those it observes
    Column("version", BigInteger, nullable=False, server_default="1"),
    Column("enabled", Boolean, nullable=False, server_default="true"),
    Column("created_by", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column(
        "changed_at", INSTANT, nullable=False
    ),  # of its definition: a segment begins anew with the wording
    Column("deleted_at", INSTANT),
    Index("uq_schedule_name", "organisation_id", "name", unique=True, postgresql_where="deleted_at is null"),
)

attachments = Table(
    "schedule_attachment",
    METADATA,
    Column("id", Uuid, primary_key=True),
    organisation(),
    Column("schedule_id", Uuid, ForeignKey("schedule.id"), nullable=False, index=True),
    # {"tag": {"key", "value"}}, {"resource_ids": [...]} or neither, and "accounts", "kinds" and "regions" where it is narrowed to some
    Column("selector", JSONB, nullable=False),
    Column("order", Integer, nullable=False, server_default="0"),  # started in this order, stopped in reverse
    Column("mode", Text, nullable=False),
    Column(
        "manual", JSONB, nullable=False, server_default="{}"
    ),  # how starts and stops by hand are respected
    Column("version", BigInteger, nullable=False, server_default="1"),
    Column("attached_by", Text, nullable=False),
    Column("attached_at", INSTANT, nullable=False),
    Column("detached_at", INSTANT),
    CheckConstraint("mode in ('off', 'dry_run', 'approve', 'apply')", name="mode"),
)

segments = Table(
    "schedule_segment",
    METADATA,
    organisation(primary_key=True),
    Column("resource_id", Text, primary_key=True),
    Column("segment_start", INSTANT, primary_key=True),
    Column("desired", Text, primary_key=True),
    Column("decided_at", INSTANT, nullable=False),
    Column("reason", Text, nullable=False),
    Column("outcome", Text, nullable=False),  # requested, already so, dry run, refused: ...
    Column("action_id", Uuid),
)

overrides = Table(
    "schedule_override",
    METADATA,
    Column("id", Uuid, primary_key=True),
    organisation(),
    Column("resource_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("from", INSTANT, nullable=False),
    Column("until", INSTANT, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", INSTANT, nullable=False),
    Column("ended_at", INSTANT),  # by somebody, or by the override that took its place
    CheckConstraint("state in ('running', 'stopped')", name="state"),
    CheckConstraint('until > "from"', name="end"),
    Index(
        "uq_schedule_override_open",
        "organisation_id",
        "resource_id",
        unique=True,
        postgresql_where="ended_at is null",
    ),
    Index("ix_schedule_override_of", "organisation_id", "resource_id", "at"),
)
