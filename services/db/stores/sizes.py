"""What resources had before they were scaled to nothing: kept with the actions that did it, and with what was seen of others'."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from core.actions.model import ActionKind

_KEPT = text("""
select w.id, case when a.before is null or o.at > a.settled_at then o.sizes else a.before end as sizes
from unnest(cast(:ids as text[])) w(id) left join lateral (
  select before, settled_at from action
  where organisation_id = :organisation and resource_id = w.id and kind = any(cast(:kinds as text[])) and step <> ''
    and jsonb_typeof(before -> 'desired') = 'number' and cast(before ->> 'desired' as integer) > 0
  order by requested_at desc limit 1
) a on true left join lateral (
  select changed -> 'sizes' as sizes, at from observation
  where organisation_id = :organisation and resource_id = w.id and changed ? 'sizes'
  order by at desc, id desc limit 1
) o on true
where a.before is not null or o.sizes is not null
""")


def kept(
    db: Connection, organisation_id: UUID, kinds: Sequence[ActionKind], resource_ids: Sequence[str]
) -> Mapping[str, Mapping[str, object]]:
    """Each resource as the last action of these kinds that began found it, or as it was last seen before somebody else scaled it down since.

    Those that were never seen larger are left out.
    """
    if not resource_ids:
        return {}
    given = {"organisation": organisation_id, "kinds": list(kinds), "ids": list(resource_ids)}
    return {row.id: row.sizes for row in db.execute(_KEPT, given)}
