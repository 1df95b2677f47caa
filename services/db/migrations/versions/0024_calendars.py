"""Calendars that schedules share: schedule_calendar, schedule.calendars; versions of attachments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schedule_calendar",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("days", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_schedule_calendar_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_calendar")),
    )
    op.create_index(
        "uq_schedule_calendar_name", "schedule_calendar", ["organisation_id", "name"], unique=True
    )
    op.add_column(
        "schedule",
        sa.Column("calendars", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
    )
    op.add_column(
        "schedule_attachment", sa.Column("version", sa.BigInteger(), server_default="1", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("schedule_attachment", "version")
    op.drop_column("schedule", "calendars")
    op.drop_table("schedule_calendar")
