"""What was last started or stopped by hand: observations held against what we did ourselves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from core.inventory import Kind
from core.schedules.by_hand import SETTLED, Ours, Seen, last_by_hand
from core.schedules.manual import ByHand

_UNEXPLAINED = text("""
select w.id from unnest(cast(:ids as text[])) w(id) cross join lateral (
  select o.at, o.state, o.changed from observation o
  where o.organisation_id = :organisation and o.resource_id = w.id and o.state = any(cast(:settled as text[]))
  order by o.at desc, o.id desc limit 1
) last
where last.changed <> '{}'::jsonb and last.state <> 'gone' and not exists (
  select 1 from action a
  where a.organisation_id = :organisation and a.resource_id = w.id and a.origin = 'schedule' and a.step <> ''
    and split_part(a.kind, '_', 1) = any(
      case when last.state in ('stopped', 'paused') then array['stop', 'pause'] else array['start', 'resume'] end)
    and last.at >= a.started_at and (a.settled_at is null or last.at <= a.settled_at)
)
""")
_SEEN = text("""
select w.id as resource_id, o.at, o.state, o.id as number, r.details ->> 'launched_at' as launched_at, r.kind
from unnest(cast(:ids as text[])) w(id)
join resource r on r.organisation_id = :organisation and r.id = w.id
cross join lateral (
  select o.at, o.state, o.id from observation o where o.organisation_id = :organisation and o.resource_id = w.id
  order by o.at desc, o.id desc limit 12
) o
""")
_OURS = text("""
select w.id as resource_id, a.kind, case when a.origin = 'schedule' then '' else a.requested_by end as by,
  a.started_at, a.settled_at
from unnest(cast(:ids as text[])) w(id) cross join lateral (
  select a.kind, a.origin, a.requested_by, a.started_at, a.settled_at from action a
  where a.organisation_id = :organisation and a.resource_id = w.id and a.step <> ''
  order by a.requested_at desc limit 6
) a
""")


def by_hand(db: Connection, organisation_id: UUID, resource_ids: Sequence[str]) -> Mapping[str, ByHand]:
    """Of these resources, those whose last change was made by hand, in three queries.

    What schedules did, which is nearly all, is left out by the first; so many resources at once cost little.
    """
    if not resource_ids:
        return {}
    given = {"organisation": organisation_id, "ids": list(resource_ids), "settled": [*SETTLED, "gone"]}
    given["ids"] = list(db.execute(_UNEXPLAINED, given).scalars())
    if not given["ids"]:
        return {}
    seen: defaultdict[str, list[Seen]] = defaultdict(list)
    launched: dict[str, datetime | None] = {}
    kinds: dict[str, Kind] = {}
    for row in db.execute(_SEEN, given):
        seen[row.resource_id].append(Seen(row.at, row.state, row.number))
        kinds[row.resource_id] = Kind(row.kind)
        launched[row.resource_id] = (
            None if row.launched_at is None else datetime.fromisoformat(row.launched_at)
        )
    ours: defaultdict[str, list[Ours]] = defaultdict(list)
    for row in db.execute(_OURS, given):
        ours[row.resource_id].append(Ours(row.kind, row.by, row.started_at, row.settled_at))
    hands = {one: last_by_hand(seen[one], ours[one], launched[one], kinds[one]) for one in seen}
    return {one: hand for one, hand in hands.items() if hand is not None}
