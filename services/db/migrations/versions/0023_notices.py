"""What people are told: notice, notice_told, notice_due, notice_preference, mail_outbox, mail_server."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0024"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "notice_due",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_notice_due")),
    )
    op.create_table(
        "notice_told",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_notice_told_user_id_app_user")),
        sa.PrimaryKeyConstraint("user_id", "subject", "moment", name=op.f("pk_notice_told")),
    )
    op.create_index(op.f("ix_notice_told_at"), "notice_told", ["at"])
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("accounts", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("query", postgresql.JSONB(), nullable=False),
        sa.Column("offers", postgresql.JSONB(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("in_inbox", sa.Boolean(), nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_notice_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_notice_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_at"), "notice", ["at"])
    op.create_index(
        "ix_notice_inbox", "notice", ["user_id", "at", "id"], postgresql_where=sa.text("in_inbox")
    )
    op.create_index(
        "ix_notice_unread", "notice", ["user_id"], postgresql_where=sa.text("in_inbox and read_at is null")
    )
    op.create_table(
        "notice_preference",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("inbox", sa.Boolean(), nullable=False),
        sa.Column("mail", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.CheckConstraint("minutes between 1 and 1440", name=op.f("ck_notice_preference_minutes")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_notice_preference_user_id_app_user")
        ),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_notice_preference")),
    )
    op.create_table(
        "mail_outbox",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_before", INSTANT, nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'sent', 'refused', 'withheld')", name=op.f("ck_mail_outbox_state")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], ondelete="CASCADE", name=op.f("fk_mail_outbox_notice_id_notice")
        ),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_mail_outbox")),
    )
    op.create_index(
        "ix_mail_outbox_waiting", "mail_outbox", ["not_before"], postgresql_where=sa.text("state = 'waiting'")
    )
    op.create_table(
        "mail_server",
        sa.Column("id", sa.Text(), server_default="it", nullable=False),
        sa.Column("good_at", INSTANT, nullable=True),
        sa.Column("failing_since", INSTANT, nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_before", INSTANT, nullable=True),
        sa.CheckConstraint("id = 'it'", name=op.f("ck_mail_server_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_server")),
    )


def downgrade() -> None:
    for table in ("mail_server", "mail_outbox", "notice_preference", "notice", "notice_told", "notice_due"):
        op.drop_table(table)
