"""finding.unknown: why it cannot be told now whether a finding holds; ix_action_due in the order actions are taken in."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0020"
branch_labels = None
depends_on = None

_OPEN = sa.text("state in ('queued', 'running')")


def upgrade() -> None:
    op.add_column("finding", sa.Column("unknown", sa.Text(), nullable=True))
    op.create_index(
        "ix_action_due",
        "action",
        ["organisation_id", "not_before", "requested_at"],
        postgresql_where=_OPEN,
    )
    op.drop_index("ix_action_open", table_name="action", postgresql_where=_OPEN)


def downgrade() -> None:
    op.create_index("ix_action_open", "action", ["state", "not_before"], postgresql_where=_OPEN)
    op.drop_index("ix_action_due", table_name="action", postgresql_where=_OPEN)
    op.drop_column("finding", "unknown")
