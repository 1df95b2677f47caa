"""The ledger of savings: saving_entry (in place of saving), saving_result, saving_day; findings may be verified."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_STATES = "'open', 'accepted', 'applied', 'dismissed', 'snoozed', 'gone'"


def _owner(table: str) -> tuple[sa.Column[object], sa.ForeignKeyConstraint]:
    return (
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id_organisation")
        ),
    )


def _usd(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Numeric(38, 20), nullable=False)


def upgrade() -> None:
    op.create_table(
        "saving_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        *_owner("saving_entry"),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("rule", "title", "lever", "resource_id", "resource_name", "account_id", "region")
        ),
        _usd("promised"),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finding_id", sa.Uuid(), nullable=True),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saving_entry")),
    )
    op.create_index("ix_saving_entry_of", "saving_entry", ["organisation_id", "resource_id"])
    op.create_index("ix_saving_entry_action", "saving_entry", ["action_id"])
    op.create_table(
        "saving_result",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        *_owner("saving_result"),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        *(_usd(name) for name in ("promised", "saved", "low", "high")),
        sa.Column("undone_on", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("normalised", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "proof in ('waiting', 'proven', 'not proven', 'undone', 'unknown')",
            name=op.f("ck_saving_result_proof"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["saving_entry.id"], name=op.f("fk_saving_result_entry_id_saving_entry")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_saving_result")),
    )
    op.create_table(
        "saving_day",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *_owner("saving_day"),
        _usd("expected"),
        _usd("actual"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["saving_entry.id"], name=op.f("fk_saving_day_entry_id_saving_entry")
        ),
        sa.PrimaryKeyConstraint("entry_id", "day", name=op.f("pk_saving_day")),
    )
    op.execute(
        """
        insert into saving_entry
        select s.action_id, s.organisation_id, coalesce(s.rule, ''), replace(a.kind, '_', ' '),
            case a.kind when 'modify_volume' then 'storage' when 'resize_instance' then 'size' else 'remove' end,
            s.resource_id, s.resource_id, a.account_id, a.region, s.promised, s.since, a.requested_by, s.until, null, s.action_id
        from saving s join action a on a.id = s.action_id
        """
    )
    op.drop_table("saving")
    op.drop_constraint(op.f("ck_finding_state"), "finding")
    op.create_check_constraint(op.f("ck_finding_state"), "finding", f"state in ({_STATES}, 'verified')")


def downgrade() -> None:
    op.execute("update finding set state = 'applied' where state = 'verified'")
    op.drop_constraint(op.f("ck_finding_state"), "finding")
    op.create_check_constraint(op.f("ck_finding_state"), "finding", f"state in ({_STATES})")
    op.create_table(
        "saving",
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        _usd("promised"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_saving_action_id_action")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_saving_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("action_id", name=op.f("pk_saving")),
    )
    op.create_index("ix_saving_since", "saving", ["organisation_id", "since"])
    op.execute(
        """
        insert into saving select action_id, organisation_id, resource_id, nullif(rule, ''), promised, applied_at, ended_at
        from saving_entry where id = action_id
        """
    )
    for table in ("saving_day", "saving_result", "saving_entry"):
        op.drop_table(table)
