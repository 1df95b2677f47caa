"""Budgets, and what was said of each in a period."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Numeric,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.db.tables.metadata import INSTANT, METADATA, organisation

budgets = Table(
    "budget",
    METADATA,
    Column("id", Uuid, primary_key=True),
    organisation(),
    Column("name", Text, nullable=False),
    Column("amount", Numeric, nullable=False),
    Column("currency", Text, nullable=False),
    Column("every", Text, nullable=False),
    Column("first", Date, nullable=False),
    Column("growth", Numeric, nullable=False, server_default="0"),  # per cent a period
    Column("filters", JSONB, nullable=False),  # in their text form
    Column("cost", Text, nullable=False),
    Column("version", BigInteger, nullable=False, server_default="1"),
    Column("created_by", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("changed_at", INSTANT, nullable=False),
    Column("deleted_at", INSTANT),
    CheckConstraint("every in ('month', 'quarter', 'year')", name="every"),
    Index("uq_budget_name", "organisation_id", "name", unique=True, postgresql_where="deleted_at is null"),
)

notices = Table(
    "budget_notice",
    METADATA,
    organisation(),
    Column("budget_id", Uuid, ForeignKey("budget.id"), primary_key=True),
    Column("period_start", Date, primary_key=True),
    Column("event", Text, primary_key=True),
    Column("at", INSTANT, nullable=False),
)
