"""Bills taken into the warehouse: an intent first, settled once the warehouse has committed."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, Index, Table, Text, Uuid
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
    CheckConstraint("state in ('intended', 'settled', 'failed', 'superseded')", name="state"),
    Index("ix_bill_load_month", "organisation_id", "source", "month", "started_at"),
)
