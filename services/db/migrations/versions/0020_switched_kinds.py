"""Schedules switch more than instances: an order for what they are attached to, and what is attached by tag stays for instances."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("schedule_attachment", sa.Column("order", sa.Integer(), server_default="0", nullable=False))
    # a tag that was chosen for instances must not begin to stop databases by itself
    op.execute(
        "update schedule_attachment set selector = selector || '{\"kinds\": [\"instance\"]}' where selector ? 'tag'"
    )


def downgrade() -> None:
    op.execute("update schedule_attachment set selector = selector - 'kinds' where selector ? 'kinds'")
    op.drop_column("schedule_attachment", "order")
