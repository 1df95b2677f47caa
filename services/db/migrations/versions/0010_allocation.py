"""Allocation: virtual tags and shared costs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, extra in (("virtual_tag", ()), ("shared_cost", ("tag",))):
        op.create_table(
            name,
            sa.Column("id", sa.Uuid(), nullable=False),
            sa.Column("organisation_id", sa.Uuid(), nullable=False),
            *(sa.Column(each, sa.Text(), nullable=False) for each in extra),
            sa.Column("name", sa.Text(), nullable=False),
            sa.Column("effective_from", sa.Date(), nullable=False),
            sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
            sa.Column("created_by", sa.Text(), nullable=False),
            sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
            sa.ForeignKeyConstraint(
                ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{name}_organisation_id_organisation")
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        )
        op.create_index(
            f"uq_{name}",
            name,
            ["organisation_id", *extra, "name", "effective_from"],
            unique=True,
            postgresql_where="deleted_at is null",
        )


def downgrade() -> None:
    op.drop_table("shared_cost")
    op.drop_table("virtual_tag")
