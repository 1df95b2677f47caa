"""What schedules save is promised for as long as one switches the resource."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from services.db.stores import ledger, switched


def end(
    db: Connection, organisation_id: UUID, now: datetime, resource_ids: Collection[str] | None = None
) -> None:
    """End what was promised of resources (None: of any) that no schedule switches any more, as one was detached or deleted."""
    promised = ledger.scheduled(db, organisation_id, resource_ids)
    if promised:
        left = switched.selected(db, organisation_id, now, resource_ids=sorted(promised))
        still = {one.resource_id for one in left if one.attachments}
        ledger.end_scheduled(db, organisation_id, promised - still, now)
