"""What people set of the rules."""

from sqlalchemy import Column, Double, Index, Table, Text, Uuid

from services.db.tables.metadata import INSTANT, METADATA, organisation

options = Table(
    "rule_option",
    METADATA,
    organisation(primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Double, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", INSTANT, nullable=False),
)

exclusions = Table(
    "rule_exclusion",
    METADATA,
    Column("id", Uuid, primary_key=True),
    organisation(),
    Column("rule", Text, nullable=False, server_default=""),  # empty: every rule
    Column("resource_id", Text, nullable=False, server_default=""),
    Column("tag_key", Text, nullable=False, server_default=""),
    Column("tag_value", Text, nullable=False, server_default=""),  # empty: whatever it is
    Column("account_id", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", INSTANT, nullable=False),
    Column("until", INSTANT),
    Column("ended_at", INSTANT),  # taken back
    Index("ix_rule_exclusion_of", "organisation_id", "ended_at"),
)
