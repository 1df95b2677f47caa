"""When what schedules stopped was off: actions of theirs held against what was seen and what was wanted afterwards."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, text

from core.schedules.spared import Off

LOOKS_BACK = timedelta(days=60)
"""A stop that lies longer before the time asked about is no longer counted: a schedule that never starts again saves no more."""

_OFF = text("""
select a.resource_id, s.id as schedule_id, a.settled_at as start, least(seen.at, wanted.at, :end) as end
from action a left join schedule s on s.organisation_id = :organisation and s.id::text = a.origin_id
cross join lateral (
  select min(o.at) as at from observation o
  where o.organisation_id = :organisation and o.resource_id = a.resource_id and o.at > a.settled_at
    and o.state not in ('stopped', 'stopping', 'paused', 'pausing')
) seen
cross join lateral (
  select min(w.segment_start) as at from schedule_segment w
  where w.organisation_id = :organisation and w.resource_id = a.resource_id and w.segment_start > a.requested_at
    and w.desired <> 'stopped'
) wanted
where a.organisation_id = :organisation and a.origin = 'schedule' and a.state = 'done' and a.step <> ''
  and split_part(a.kind, '_', 1) in ('stop', 'pause')
  and a.requested_at >= :since and a.settled_at < :end and least(seen.at, wanted.at, :end) > :start
  and (cast(:accounts as text[]) is null or a.account_id = any(:accounts))
""")


def offs(
    db: Connection, organisation_id: UUID, start: datetime, end: datetime, accounts: Sequence[str] | None
) -> tuple[Off, ...]:
    """Each time between `start` and `end` that a resource was off because a schedule or an override stopped it."""
    given = {
        "organisation": organisation_id,
        "start": start,
        "end": end,
        "since": start - LOOKS_BACK,
        "accounts": None if accounts is None else list(accounts),
    }
    return tuple(Off(row.resource_id, row.schedule_id, row.start, row.end) for row in db.execute(_OFF, given))
