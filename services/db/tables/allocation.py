"""Virtual tags and shared costs. Each row is one version, from a day on; what was deleted or written anew stays, with its end."""

from sqlalchemy import Column, Date, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.db.tables.metadata import INSTANT, METADATA, organisation

virtual_tags = Table(
    "virtual_tag",
    METADATA,
    Column("id", Uuid, primary_key=True),
    organisation(),
    Column("name", Text, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("definition", JSONB, nullable=False),  # [{"filters": [text], "value" or "of"}], first match wins
    Column("created_by", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("deleted_at", INSTANT),
    Index(
        "uq_virtual_tag",
        "organisation_id",
        "name",
        "effective_from",
        unique=True,
        postgresql_where="deleted_at is null",
    ),
)

shared_costs = Table(
    "shared_cost",
    METADATA,
    Column("id", Uuid, primary_key=True),
    organisation(),
    Column("tag", Text, nullable=False),  # the virtual tag whose values share it
    Column("name", Text, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("definition", JSONB, nullable=False),  # filters, method, among
    Column("created_by", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("deleted_at", INSTANT),
    Index(
        "uq_shared_cost",
        "organisation_id",
        "tag",
        "name",
        "effective_from",
        unique=True,
        postgresql_where="deleted_at is null",
    ),
)
