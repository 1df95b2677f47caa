"""Actions may wait for approval, belong to a batch, and expect the resource to be as it was when they were recommended."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_STATES = "'queued', 'running', 'done', 'failed', 'refused', 'cancelled'"


def upgrade() -> None:
    op.add_column("action", sa.Column("expects", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("action", sa.Column("batch_id", sa.Uuid(), nullable=True))
    op.add_column("action", sa.Column("approved_by", sa.Text(), nullable=True))
    op.add_column("action", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f("ck_action_state"), "action")
    op.create_check_constraint(op.f("ck_action_state"), "action", f"state in ('waiting', {_STATES})")
    _one_open("'waiting', 'queued', 'running'")
    op.create_index(
        "ix_action_batch", "action", ["batch_id"], postgresql_where=sa.text("batch_id is not null")
    )
    op.create_table(
        "action_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("outcomes", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("stopped_by", sa.Text(), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_action_batch_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_batch")),
    )
    op.create_index("ix_action_batch_newest", "action_batch", ["organisation_id", "requested_at"])
    op.add_column(
        "finding",
        sa.Column("seen", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("finding", "seen")
    op.drop_table("action_batch")
    op.drop_index("ix_action_batch", "action")
    op.execute("update action set state = 'cancelled' where state = 'waiting'")
    _one_open("'queued', 'running'")
    op.drop_constraint(op.f("ck_action_state"), "action")
    op.create_check_constraint(op.f("ck_action_state"), "action", f"state in ({_STATES})")
    for name in ("approved_at", "approved_by", "batch_id", "expects"):
        op.drop_column("action", name)


def _one_open(states: str) -> None:
    op.drop_index("uq_action_one_open", "action")
    op.create_index(
        "uq_action_one_open",
        "action",
        ["organisation_id", "resource_id"],
        unique=True,
        postgresql_where=sa.text(f"state in ({states})"),
    )
