"""What people set of the rules, and who owns a finding: rule_option, rule_exclusion, finding.owner, rule_coverage.excluded."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_option",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_rule_option_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "rule", "name", name=op.f("pk_rule_option")),
    )
    op.create_table(
        "rule_exclusion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        *(
            sa.Column(name, sa.Text(), server_default="", nullable=False)
            for name in ("rule", "resource_id", "tag_key", "tag_value", "account_id")
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_rule_exclusion_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_exclusion")),
    )
    op.create_index("ix_rule_exclusion_of", "rule_exclusion", ["organisation_id", "ended_at"])
    op.add_column("finding", sa.Column("owner", sa.Text(), nullable=True))
    op.add_column("rule_coverage", sa.Column("excluded", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("rule_coverage", "excluded")
    op.drop_column("finding", "owner")
    op.drop_table("rule_exclusion")
    op.drop_table("rule_option")
