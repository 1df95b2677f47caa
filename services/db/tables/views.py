"""Views of screens that people kept: a screen's name and the query of its link."""

from sqlalchemy import Boolean, Column, Index, Table, Text, Uuid

from services.db.tables.metadata import INSTANT, METADATA, organisation

views = Table(
    "saved_view",
    METADATA,
    Column("id", Uuid, primary_key=True),
    organisation(),
    Column("owner_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("page", Text, nullable=False),
    Column("query", Text, nullable=False, server_default=""),  # as in a link, without the question mark
    Column("shared", Boolean, nullable=False, server_default="false"),
    Column("created_by", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("deleted_at", INSTANT),
    Index(
        "uq_saved_view_name",
        "organisation_id",
        "owner_id",
        "name",
        unique=True,
        postgresql_where="deleted_at is null",
    ),
)
