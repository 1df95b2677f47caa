"""Attempts, counted in the database so that every process counts the same."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.db.tables.access import attempts


def count(db: Connection, key: str, window_start: datetime) -> int:
    """Count one attempt; how many that makes in this window. One statement, so parallel attempts cannot slip by."""
    statement = upsert(attempts).values(key=key, window_start=window_start, count=1)
    counted: int = db.execute(
        statement.on_conflict_do_update(
            index_elements=["key", "window_start"], set_={"count": attempts.c.count + 1}
        ).returning(attempts.c.count)
    ).scalar_one()
    return counted


def forgive(db: Connection, key: str, window_start: datetime) -> None:
    """Take one attempt back: it was right."""
    db.execute(
        update(attempts)
        .where(attempts.c.key == key, attempts.c.window_start == window_start)
        .values(count=func.greatest(attempts.c.count - 1, 0))
    )


def clear(db: Connection, key: str) -> None:
    """Forget the attempts under a key."""
    db.execute(delete(attempts).where(attempts.c.key == key))


def forget_old(db: Connection, before: datetime) -> None:
    """Drop windows that began before an instant."""
    db.execute(delete(attempts).where(attempts.c.window_start < before))
