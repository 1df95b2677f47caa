"""What is counted a day, how often, and which cost it shares."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Numeric, Table, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.db.tables.metadata import INSTANT, METADATA, organisation

metrics = Table(
    "unit_metric",
    METADATA,
    Column("id", Uuid, primary_key=True),
    organisation(),
    Column("name", Text, nullable=False),
    Column("per", BigInteger, nullable=False, server_default="1"),
    Column("filters", JSONB, nullable=False),  # in their text form
    Column("cost", Text, nullable=False),
    Column("currency", Text),
    Column(
        "source", JSONB(none_as_null=True)
    ),  # CloudWatch's: namespace, name, dimensions, statistic, account_id, region; null: sent
    Column("fetched_at", INSTANT),
    Column("problem", Text, nullable=False, server_default=""),
    Column("created_by", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    UniqueConstraint("organisation_id", "name"),
)

samples = Table(
    "unit_sample",
    METADATA,
    organisation(),
    Column("metric_id", Uuid, ForeignKey("unit_metric.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("value", Numeric, nullable=False),
)
