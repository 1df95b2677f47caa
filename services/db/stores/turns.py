"""What will not follow in the segment that wants it: nobody needs to wait for it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from core.schedules.model import State

_REFUSED = text("""
select w.id from unnest(cast(:ids as text[]), cast(:starts as timestamptz[]), cast(:wants as text[])) w(id, start, want)
join schedule_segment s on s.organisation_id = :organisation and s.resource_id = w.id
  and s.segment_start = w.start and s.desired = w.want and s.outcome like 'refused%'
""")


def refused(
    db: Connection, organisation_id: UUID, keys: Sequence[tuple[str, datetime, State]]
) -> frozenset[str]:
    """Of these (resource, segment start, desired), the resources for which we were refused."""
    if not keys:
        return frozenset()
    given = {
        "organisation": organisation_id,
        "ids": [key[0] for key in keys],
        "starts": [key[1] for key in keys],
        "wants": [key[2].value for key in keys],
    }
    return frozenset(db.execute(_REFUSED, given).scalars())
