"""One call writes down that something happened: an audit row and an event, in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import Connection

from core.access.roles import User
from core.events import EVENT_TYPES, Event
from core.notices.kinds import concerns
from services.context import System
from services.db import database
from services.db.stores import notices, records
from services.db.stores.records import Told


@dataclass(frozen=True)
class Happened:
    """An event, and what a reader of the audit log searches for it by, such as a resource id."""

    event: Event
    subject: str
    reason: str = ""
    action: str | None = None
    """What the audit log calls it; None: as the event is called."""


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
    record_all(db, who, [Happened(event, subject, reason, action)])


def record_all(db: Connection, who: User | System, happened: Sequence[Happened]) -> None:
    """The same for many things at one moment, in this order, in as many statements as for one. Raises as `record`."""
    for each in happened:
        if each.event.type not in EVENT_TYPES:
            raise KeyError(each.event.type)
    if not happened:
        return
    at = database.now(db)
    actor = who.actor if isinstance(who, System) else who.email
    told = [
        Told(
            each.action or each.event.type,
            each.subject,
            each.reason,
            {"aggregate": each.event.aggregate, **each.event.data},
        )
        for each in happened
    ]
    records.append_audit(db, who.organisation_id, at, actor, told)
    events = {uuid4(): each.event for each in happened}
    records.append_events(db, who.organisation_id, at, events)
    notices.owe(db, [event_id for event_id, event in events.items() if concerns(event)])
