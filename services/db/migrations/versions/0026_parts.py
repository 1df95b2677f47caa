"""finding.part: what of a resource's cost a finding's lever acts on."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("finding", sa.Column("part", sa.Numeric(38, 20), nullable=True))


def downgrade() -> None:
    op.drop_column("finding", "part")
