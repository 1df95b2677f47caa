"""Whose turn it is: what a schedule starts and stops in order waits until what goes before it is there."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from core.schedules.turns import Turn, held_back
from services.db.stores import turns as store


def waiting(
    db: Connection, organisation_id: UUID, turns: Mapping[str, Turn], now: datetime
) -> Mapping[str, int]:
    """By resource, the order that it waits for now. One query, and none where nothing waits."""
    held = held_back(turns, now)
    if not held:
        return {}
    absent = [(name, turn.since, turn.desired) for name, turn in turns.items() if not turn.there]
    return held_back(turns, now, store.refused(db, organisation_id, absent))
