"""What schedules asked for and did not get: failed, to be tried again; or still waiting for somebody's approval."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select, text

from core.actions.model import Action, ActionState, Origin
from core.schedules.by_hand import WANTS
from core.schedules.model import State
from core.schedules.retry import Trial
from services.db.stores.actions import action_of
from services.db.tables.actions import actions

Key = tuple[str, datetime, State]

_FAILED = text("""
select s.resource_id, s.segment_start, s.desired, a.outcome, f.failures, f.failed_at
from unnest(cast(:ids as text[]), cast(:starts as timestamptz[]), cast(:wants as text[])) w(id, start, want)
join schedule_segment s on s.organisation_id = :organisation and s.resource_id = w.id
  and s.segment_start = w.start and s.desired = w.want
join action a on a.organisation_id = :organisation and a.id = s.action_id and a.state = 'failed'
cross join lateral (
  select count(*) as failures, max(e.settled_at) as failed_at from action e
  where e.organisation_id = :organisation and e.resource_id = s.resource_id and e.requested_at >= s.decided_at
    and e.origin = 'schedule' and e.state = 'failed' and e.kind = a.kind
) f
""")


def failed(db: Connection, organisation_id: UUID, keys: Sequence[Key]) -> Mapping[Key, Trial]:
    """Of these segments, those whose last action failed, with how often one did."""
    if not keys:
        return {}
    given = {
        "organisation": organisation_id,
        "ids": [key[0] for key in keys],
        "starts": [key[1] for key in keys],
        "wants": [key[2].value for key in keys],
    }
    return {
        (row.resource_id, row.segment_start, State(row.desired)): Trial(
            row.failures, row.failed_at, row.outcome
        )
        for row in db.execute(_FAILED, given)
    }


def over(db: Connection, organisation_id: UUID, wanted: Mapping[str, State]) -> tuple[Action, ...]:
    """What schedules asked for that waits for approval though they, as they stand, want it no more; `wanted` by resource."""
    query = select(actions).where(
        actions.c.organisation_id == organisation_id,
        actions.c.state == ActionState.WAITING,
        actions.c.origin == Origin.SCHEDULE,
    )
    waiting = (action_of(row) for row in db.execute(query).mappings())
    return tuple(
        action
        for action in waiting
        if wanted.get(action.resource_id) is not WANTS.get(action.kind.partition("_")[0])
    )
