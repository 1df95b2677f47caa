"""Calendars: named days off that schedules share."""

from sqlalchemy import BigInteger, Column, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.db.tables.metadata import INSTANT, METADATA, organisation

calendars = Table(
    "schedule_calendar",
    METADATA,
    Column("id", Uuid, primary_key=True),
    organisation(),
    Column("name", Text, nullable=False),
    Column("days", JSONB, nullable=False),  # [{"day", "name"}]
    Column("version", BigInteger, nullable=False, server_default="1"),
    Column("created_by", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("changed_at", INSTANT, nullable=False),  # when what is wanted at that moment last became another
    Index("uq_schedule_calendar_name", "organisation_id", "name", unique=True),
)
