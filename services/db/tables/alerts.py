"""Thresholds people set on metrics, and how each stands."""

from sqlalchemy import CheckConstraint, Column, Double, Index, Integer, Table, Text, Uuid

from services.db.tables.metadata import INSTANT, METADATA, organisation

alerts = Table(
    "alert",
    METADATA,
    Column("id", Uuid, primary_key=True),
    organisation(),
    Column("resource_id", Text, nullable=False),
    Column("metric", Text, nullable=False),
    Column("comparison", Text, nullable=False),
    Column("threshold", Double, nullable=False),
    Column("for_minutes", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("state_since", INSTANT, nullable=False),
    Column("last_value", Double),
    Column("last_checked_at", INSTANT),
    Column("detail", Text, nullable=False, server_default=""),
    Column("created_by", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("deleted_at", INSTANT),
    CheckConstraint("comparison in ('>', '>=', '<', '<=')", name="comparison"),
    CheckConstraint("state in ('ok', 'firing', 'unknown')", name="state"),
    Index("ix_alert_of", "organisation_id", "state"),
)
