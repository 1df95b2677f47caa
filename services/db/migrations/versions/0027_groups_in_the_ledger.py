"""saving_entry: what was done to a group is one entry on the group, in the place of one on each instance that was its member then."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_GROUPED = """
create temporary table grouped_entry on commit drop as
select e.id, f.resource_id as whole, f.resource_name as name, sum(e.promised) over one as promised,
  first_value(e.id) over (partition by f.id, e.applied_at, e.action_id order by e.id) as kept
from saving_entry e join finding f on f.organisation_id = e.organisation_id and f.id = e.finding_id
where f.resource_kind in ('autoscaling_group', 'node_group')
window one as (partition by f.id, e.applied_at, e.action_id)
"""
_REST = (
    "delete from saving_day using grouped_entry g where saving_day.entry_id = g.id",
    "delete from saving_result using grouped_entry g where saving_result.entry_id = g.id",
    "delete from saving_entry using grouped_entry g where saving_entry.id = g.id and g.id <> g.kept",
    "update saving_entry e set resource_id = whole, resource_name = name, promised = g.promised from grouped_entry g where e.id = g.id",
    "drop table grouped_entry",
)
"""What they came to is worked out again with the next look at the bill."""


def upgrade() -> None:
    op.execute(_GROUPED)
    for statement in _REST:
        op.execute(statement)


def downgrade() -> None:
    """Whose a part of an entry was is not known any more: it stays on the group."""
