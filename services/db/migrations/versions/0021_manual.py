"""How attachments respect starts and stops by hand, and two more modes: off and approve."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0017"
branch_labels = None
depends_on = None

_CHECK = "ck_schedule_attachment_mode"


def upgrade() -> None:
    op.add_column(
        "schedule_attachment",
        sa.Column("manual", postgresql.JSONB(), server_default="{}", nullable=False),
    )
    op.drop_constraint(op.f(_CHECK), "schedule_attachment")
    modes = "mode in ('off', 'dry_run', 'approve', 'apply')"
    op.create_check_constraint(op.f(_CHECK), "schedule_attachment", modes)
    op.create_index("ix_action_of", "action", ["organisation_id", "resource_id", "requested_at"])


def downgrade() -> None:
    # What would ask first is only written down by what does not know of asking; what is off ends.
    op.execute("update schedule_attachment set detached_at = coalesce(detached_at, now()) where mode = 'off'")
    op.execute("update schedule_attachment set mode = 'dry_run' where mode in ('off', 'approve')")
    op.drop_constraint(op.f(_CHECK), "schedule_attachment")
    op.create_check_constraint(op.f(_CHECK), "schedule_attachment", "mode in ('dry_run', 'apply')")
    op.drop_column("schedule_attachment", "manual")
    op.drop_index("ix_action_of", "action")
