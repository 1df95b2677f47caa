"""What was done to save, what it came to on the bill, and each day of it."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, Numeric, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.db.tables.metadata import INSTANT, METADATA, organisation

entries = Table(
    "saving_entry",
    METADATA,
    Column("id", Uuid, primary_key=True),
    organisation(),
    Column("rule", Text, nullable=False),  # empty: done elsewhere, and told us
    Column("title", Text, nullable=False),
    Column("lever", Text, nullable=False),
    Column("resource_id", Text, nullable=False),
    Column("resource_name", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("promised", Numeric(38, 20), nullable=False),  # USD a month
    Column("applied_at", INSTANT, nullable=False),
    Column("applied_by", Text, nullable=False),
    Column("ended_at", INSTANT),  # we took it back
    Column("finding_id", Uuid),
    Column("action_id", Uuid),
    Index("ix_saving_entry_of", "organisation_id", "resource_id"),
    Index("ix_saving_entry_action", "action_id"),
)

results = Table(
    "saving_result",
    METADATA,
    Column("entry_id", Uuid, ForeignKey("saving_entry.id"), primary_key=True),
    organisation(),
    Column("proof", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("days", Integer, nullable=False),
    Column("promised", Numeric(38, 20), nullable=False),  # USD over those days
    Column("saved", Numeric(38, 20), nullable=False),
    Column("low", Numeric(38, 20), nullable=False),
    Column("high", Numeric(38, 20), nullable=False),
    Column("undone_on", Date),
    Column("until", Date, nullable=False),  # first day that is not in it
    Column("normalised", JSONB, nullable=False),
    Column("computed_at", INSTANT, nullable=False),
    CheckConstraint("proof in ('waiting', 'proven', 'not proven', 'undone', 'unknown')", name="proof"),
)

days = Table(
    "saving_day",
    METADATA,
    Column("entry_id", Uuid, ForeignKey("saving_entry.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    organisation(),
    Column("expected", Numeric(38, 20), nullable=False),
    Column("actual", Numeric(38, 20), nullable=False),
)
