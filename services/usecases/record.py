"""One call writes down that something happened: an audit row and an event, in the caller's transaction."""

from uuid import uuid4

from sqlalchemy import Connection

from core.access.roles import User
from core.events import EVENT_TYPES, Event
from services.context import System
from services.db import database
from services.db.stores import records


def record(
    db: Connection,
    who: User | System,
    event: Event,
    *,
    subject: str,
    reason: str = "",
    action: str | None = None,
) -> None:
    """Append the audit row and the event. `subject` is what a reader searches for, such as a resource id.

    Raises `KeyError` for an event that `core.events` does not name.
    """
    if event.type not in EVENT_TYPES:
        raise KeyError(event.type)
    at = database.now(db)
    actor = who.actor if isinstance(who, System) else who.email
    records.append_audit(
        db,
        who.organisation_id,
        at,
        actor,
        action or event.type,
        subject,
        reason,
        {"aggregate": event.aggregate, **event.data},
    )
    records.append_event(db, who.organisation_id, uuid4(), at, event)
