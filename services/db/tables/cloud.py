"""The accounts we were given, what runs in them, and what we could not see."""

from sqlalchemy import (
    ARRAY,
    REAL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.db.tables.metadata import INSTANT, METADATA, organisation

accounts = Table(
    "cloud_account",
    METADATA,
    organisation(primary_key=True),
    Column("id", Text, primary_key=True),  # AWS's twelve digits
    Column("name", Text, nullable=False),
    Column("role_arn", Text),
    Column("external_id", Text, nullable=False),
    Column("regions", ARRAY(Text), nullable=False),
    Column("export", JSONB(none_as_null=True)),  # bucket, prefix, name, region
    Column("status", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    CheckConstraint("status in ('new', 'connected', 'paused', 'broken')", name="status"),
    CheckConstraint("id ~ '^[0-9]{12}$'", name="twelve_digits"),
)

offers = Table(
    "connection_offer",
    METADATA,
    organisation(primary_key=True),
    Column("external_id", Text, primary_key=True),  # made by us before the account is known
    Column("created_at", INSTANT, nullable=False),
)

collections = Table(
    "collection",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    organisation(),
    Column("account_id", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("what", Text, nullable=False),  # inventory, metrics or bills
    Column("started_at", INSTANT, nullable=False),
    Column("ended_at", INSTANT),
    Column("outcome", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("calls", Integer, nullable=False, server_default="0"),
    Column("metrics_asked", BigInteger, nullable=False, server_default="0"),
    Column("kinds", ARRAY(Text), nullable=False, server_default="{}"),  # kinds of resource seen whole
    CheckConstraint("outcome in ('running', 'complete', 'partial', 'failed')", name="outcome"),
    Index("ix_collection_latest", "organisation_id", "account_id", "region", "what", "id"),
)

gaps = Table(
    "collection_gap",
    METADATA,
    Column("collection_id", BigInteger, ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True),
    Column("service", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("permission", Text),
)

resources = Table(
    "resource",
    METADATA,
    organisation(primary_key=True),
    Column("id", Text, primary_key=True),  # the FOCUS ResourceId
    Column("kind", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("tags", JSONB, nullable=False),
    Column("details", JSONB, nullable=False),  # the other fields of its dataclass
    Column("created_at", INSTANT),
    Column("first_seen_at", INSTANT, nullable=False),
    Column("last_seen_at", INSTANT, nullable=False),
    Column("gone_at", INSTANT),
    ForeignKeyConstraint(
        ["organisation_id", "account_id"], ["cloud_account.organisation_id", "cloud_account.id"]
    ),
    Index("ix_resource_place", "organisation_id", "account_id", "region", "kind"),
    Index("ix_resource_tags", "tags", postgresql_using="gin"),
)

observations = Table(
    "observation",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    organisation(),
    Column("resource_id", Text, nullable=False),
    Column("at", INSTANT, nullable=False),
    Column("state", Text, nullable=False),  # written when a state differs from the one before
    Column("changed", JSONB, nullable=False, server_default="{}"),
    Index("ix_observation_of", "organisation_id", "resource_id", "at"),
)

samples = Table(
    "metric_sample",
    METADATA,
    organisation(primary_key=True),
    Column("resource_id", Text, primary_key=True),
    Column("metric", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("step_seconds", Integer, nullable=False),
    Column(
        "values", ARRAY(REAL), nullable=False
    ),  # one a step from midnight UTC; null where nothing was reported
    Column("mean", Double),
    Column("maximum", Double),
    Column("complete", Boolean, nullable=False, server_default="false"),
    postgresql_partition_by="RANGE (day)",
)
