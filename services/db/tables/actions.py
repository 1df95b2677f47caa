"""What was asked to be done, and what came of it."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.db.tables.metadata import INSTANT, METADATA, organisation

actions = Table(
    "action",
    METADATA,
    Column("id", Uuid, primary_key=True),
    organisation(),
    Column("kind", Text, nullable=False),
    Column("resource_id", Text, nullable=False),
    Column("resource_kind", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("parameters", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    Column("step", Text, nullable=False, server_default=""),  # what it waits for while running
    Column("step_at", INSTANT),  # when that step's call was last about to be sent
    Column("origin", Text, nullable=False),
    Column("origin_id", Text),  # the finding, schedule or request it came from
    Column("reason", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", INSTANT, nullable=False),
    Column("expected_saving", Numeric(38, 20)),  # USD a month
    Column("not_before", INSTANT, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("expects", JSONB(none_as_null=True)),  # the resource as its finding saw it
    Column("batch_id", Uuid),  # that it was asked for with
    Column("approved_by", Text),
    Column("approved_at", INSTANT),
    Column("epoch", BigInteger),  # of the worker that claimed it
    Column("before", JSONB(none_as_null=True)),
    Column("after", JSONB(none_as_null=True)),
    Column("outcome", Text, nullable=False, server_default=""),  # in words
    Column("started_at", INSTANT),
    Column("settled_at", INSTANT),
    CheckConstraint(
        "state in ('waiting', 'queued', 'running', 'done', 'failed', 'refused', 'cancelled')", name="state"
    ),
    CheckConstraint("origin in ('click', 'schedule', 'api', 'recommendation', 'undo')", name="origin"),
    Index(
        "ix_action_due",
        "organisation_id",
        "not_before",
        "requested_at",
        postgresql_where=text("state in ('queued', 'running')"),
    ),
    Index(
        "uq_action_one_open",
        "organisation_id",
        "resource_id",
        unique=True,
        postgresql_where=text("state in ('waiting', 'queued', 'running')"),
    ),
    Index("ix_action_newest", "organisation_id", "requested_at"),
    Index("ix_action_of", "organisation_id", "resource_id", "requested_at"),
    Index("ix_action_batch", "batch_id", postgresql_where=text("batch_id is not null")),
)

batches = Table(
    "action_batch",
    METADATA,
    Column("id", Uuid, primary_key=True),
    organisation(),
    Column("reason", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", INSTANT, nullable=False),
    Column("asked", Integer, nullable=False),  # how many fixes were asked for
    Column("outcomes", JSONB, nullable=False, server_default="[]"),  # what became of each at the door
    Column("stopped_by", Text),
    Column("stopped_at", INSTANT),
    Index("ix_action_batch_newest", "organisation_id", "requested_at"),
)
