"""Bills: what a load brought and changed (bill_load.report), and the runs that took files in (bill_run)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bill_load", sa.Column("run_id", sa.Uuid(), nullable=True))
    op.add_column(
        "bill_load",
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text(), none_as_null=True), nullable=True),
    )
    op.create_index("ix_bill_load_started_at", "bill_load", ["organisation_id", "started_at"])
    op.create_table(
        "bill_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), server_default="", nullable=False),
        sa.Column("part", sa.Double(), nullable=True),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "quarantined", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('running', 'done', 'partly', 'failed')", name=op.f("ck_bill_run_state")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_bill_run_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_run")),
    )
    op.create_index("ix_bill_run_started_at", "bill_run", ["organisation_id", "started_at"])


def downgrade() -> None:
    op.drop_table("bill_run")
    op.drop_index("ix_bill_load_started_at", table_name="bill_load")
    op.drop_column("bill_load", "report")
    op.drop_column("bill_load", "run_id")
