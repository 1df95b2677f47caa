"""What resources had before they were scaled to nothing: kept with the actions that did it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from core.actions.model import ActionKind

_KEPT = text("""
select w.id, a.before from unnest(cast(:ids as text[])) w(id) cross join lateral (
  select before from action
  where organisation_id = :organisation and resource_id = w.id and kind = any(cast(:kinds as text[])) and step <> ''
    and jsonb_typeof(before -> 'desired') = 'number' and cast(before ->> 'desired' as integer) > 0
  order by requested_at desc limit 1
) a
""")


def kept(
    db: Connection, organisation_id: UUID, kinds: Sequence[ActionKind], resource_ids: Sequence[str]
) -> Mapping[str, Mapping[str, object]]:
    """Each resource as the last action of these kinds that began found it; those never scaled down by us are left out."""
    if not resource_ids:
        return {}
    given = {"organisation": organisation_id, "kinds": list(kinds), "ids": list(resource_ids)}
    return {row.id: row.before for row in db.execute(_KEPT, given)}
