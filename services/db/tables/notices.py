"""What people are told, where each wants to be told of it, and mails on their way."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.db.tables.metadata import INSTANT, METADATA, organisation

due = Table(
    "notice_due",  # events that somebody may have to be told of; gone once they were looked at
    METADATA,
    Column("event_id", Uuid, primary_key=True),
)

told = Table(
    "notice_told",  # so that nobody is told of the same moment of the same thing twice
    METADATA,
    Column("user_id", Uuid, ForeignKey("app_user.id"), primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("moment", Text, primary_key=True),
    Column("at", INSTANT, nullable=False, index=True),
)

notices = Table(
    "notice",
    METADATA,
    Column("id", Uuid, primary_key=True),
    organisation(),
    Column("user_id", Uuid, ForeignKey("app_user.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("accounts", ARRAY(Text), nullable=False),  # AWS accounts it speaks of; * stands for all of them
    Column("page", Text, nullable=False),
    Column("query", JSONB, nullable=False),
    Column("offers", JSONB, nullable=False),
    Column("at", INSTANT, nullable=False, index=True),
    Column("in_inbox", Boolean, nullable=False),
    Column("read_at", INSTANT),
    Index("ix_notice_inbox", "user_id", "at", "id", postgresql_where="in_inbox"),
    Index("ix_notice_unread", "user_id", postgresql_where="in_inbox and read_at is null"),
)

preferences = Table(
    "notice_preference",
    METADATA,
    Column("user_id", Uuid, ForeignKey("app_user.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("inbox", Boolean, nullable=False),
    Column("mail", Boolean, nullable=False),
    Column("minutes", Integer),  # before a stop; null: as the installation says
    CheckConstraint("minutes between 1 and 1440", name="minutes"),
)

outbox = Table(
    "mail_outbox",
    METADATA,
    Column("notice_id", Uuid, ForeignKey("notice.id", ondelete="CASCADE"), primary_key=True),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", INSTANT, nullable=False),
    Column("error", Text, nullable=False, server_default=""),
    Column("settled_at", INSTANT),
    CheckConstraint("state in ('waiting', 'sent', 'refused', 'withheld')", name="state"),
    Index("ix_mail_outbox_waiting", "not_before", postgresql_where="state = 'waiting'"),
)

server = Table(
    "mail_server",  # how the mail server answered last
    METADATA,
    Column("id", Text, primary_key=True, server_default="it"),
    Column("good_at", INSTANT),
    Column("failing_since", INSTANT),
    Column("error", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", INSTANT),
    CheckConstraint("id = 'it'", name="one_row"),
)
