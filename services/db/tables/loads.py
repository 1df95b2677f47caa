"""Bills taken into the warehouse: an intent first, settled once the warehouse has committed; and the runs that took them in."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, Double, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.db.tables.metadata import INSTANT, METADATA, organisation

loads = Table(
    "bill_load",
    METADATA,
    Column("id", Uuid, primary_key=True),
    organisation(),
    Column("source", Text, nullable=False),
    Column("month", Date, nullable=False),
    Column("version", Text, nullable=False),  # manifest ETag or a hash of the files' content
    Column("state", Text, nullable=False),
    Column("rows", BigInteger),
    Column("totals", JSONB),  # cost type -> currency -> exact decimal text
    Column("payers", JSONB(none_as_null=True)),  # list of provider:billing account; null when it was not read
    Column("snapshot_id", BigInteger),
    Column("message", Text, nullable=False, server_default=""),
    Column("started_at", INSTANT, nullable=False),
    Column("settled_at", INSTANT),
    Column("run_id", Uuid),
    Column("report", JSONB(none_as_null=True)),  # against manifest and version before; see stores.loads.kept
    CheckConstraint("state in ('intended', 'settled', 'failed', 'superseded')", name="state"),
    Index("ix_bill_load_month", "organisation_id", "source", "month", "started_at"),
    Index("ix_bill_load_started_at", "organisation_id", "started_at"),
)

runs = Table(
    "bill_run",
    METADATA,
    Column("id", Uuid, primary_key=True),
    organisation(),
    Column("what", Text, nullable=False),  # the files or the export's month, in words
    Column("state", Text, nullable=False),
    Column("said", Text, nullable=False, server_default=""),
    Column("part", Double),  # done, 0 to 1; null where it is not known
    Column("message", Text, nullable=False, server_default=""),
    Column("quarantined", JSONB, nullable=False, server_default="[]"),  # name, reason, months, whole
    Column("started_at", INSTANT, nullable=False),
    Column("ended_at", INSTANT),
    CheckConstraint("state in ('running', 'done', 'partly', 'failed')", name="state"),
    Index("ix_bill_run_started_at", "organisation_id", "started_at"),
)
