"""Who may sign in, and who is signed in."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Interval,
    LargeBinary,
    Table,
    Text,
    Uuid,
)

from services.db.tables.metadata import INSTANT, METADATA, organisation

organisations = Table(
    "organisation",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
)

users = Table(
    "app_user",
    METADATA,
    Column("id", Uuid, primary_key=True),
    organisation(),
    Column("email", Text, nullable=False, unique=True),  # lower case; one sign-in name across organisations
    Column("name", Text, nullable=False),
    Column("password_hash", Text),  # null: signs in through an identity provider only
    Column("roles", ARRAY(Text), nullable=False),
    Column("accounts", ARRAY(Text)),  # null: every AWS account of the organisation
    Column("status", Text, nullable=False),
    Column(
        "token_version", BigInteger, nullable=False, server_default="0"
    ),  # raised to end every token at once
    Column("created_at", INSTANT, nullable=False),
    Column("last_sign_in_at", INSTANT),
    CheckConstraint("status in ('pending', 'active', 'disabled')", name="status"),
    Index("ix_app_user_organisation_id_status", "organisation_id", "status"),
)

identities = Table(
    "user_identity",
    METADATA,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("user_id", Uuid, ForeignKey("app_user.id"), nullable=False, index=True),
    Column("linked_at", INSTANT, nullable=False),
)

sessions = Table(
    "session",
    METADATA,
    Column("token_hash", LargeBinary, primary_key=True),  # SHA-256: a stolen table opens nothing
    Column("id", Uuid, nullable=False, unique=True),
    Column("user_id", Uuid, ForeignKey("app_user.id"), nullable=False, index=True),
    Column("created_at", INSTANT, nullable=False),
    Column("last_seen_at", INSTANT, nullable=False),
    Column("expires_at", INSTANT, nullable=False),
    Column("revoked_at", INSTANT),
    Column("device", Text, nullable=False),
)

tickets = Table(
    "session_ticket",
    METADATA,
    Column("ticket_hash", LargeBinary, primary_key=True),
    Column("user_id", Uuid, ForeignKey("app_user.id"), nullable=False),
    Column("expires_at", INSTANT, nullable=False),
    Column("redeemed_at", INSTANT),
)

attempts = Table(
    "rate_counter",
    METADATA,
    Column("key", Text, primary_key=True),  # such as login:account:<e-mail> or login:address:<ip>
    Column("window_start", INSTANT, primary_key=True),
    Column("count", BigInteger, nullable=False),
)

clock_shift = Table(
    "clock_shift",
    METADATA,
    Column("id", Text, primary_key=True, server_default="it"),
    Column("shift", Interval, nullable=False),
    CheckConstraint("id = 'it'", name="one_row"),
)
