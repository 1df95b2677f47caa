"""Findings say which lever they pull, how it is undone and what they claim of others; collections say what they saw whole."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("finding", sa.Column("undo", sa.Text(), nullable=True))
    op.add_column("finding", sa.Column("lever", sa.Text(), nullable=True))
    # the five rules there were; the next evaluation, within minutes, writes what the rules say
    op.execute(
        """
        update finding set
            undo = case rule when 'eip_unassociated' then 'irreversible' when 'ebs_unattached' then 'reversible with effort'
                else 'reversible' end,
            lever = case rule when 'ec2_off_hours' then 'schedule' when 'ebs_gp2_to_gp3' then 'storage' else 'remove' end
        """
    )
    op.alter_column("finding", "undo", nullable=False)
    op.alter_column("finding", "lever", nullable=False)
    op.alter_column("finding", "fix", nullable=True)
    op.add_column(
        "finding",
        sa.Column("claims", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )
    op.add_column(
        "collection", sa.Column("kinds", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("collection", "kinds")
    op.drop_column("finding", "claims")
    op.execute("delete from finding where fix is null")
    op.alter_column("finding", "fix", nullable=False)
    op.drop_column("finding", "lever")
    op.drop_column("finding", "undo")
