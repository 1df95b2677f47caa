"""Attempts are counted before they are answered, in a transaction of their own, so that a failure cannot undo the count."""

from collections.abc import Sequence

from core.access.limits import Limit
from core.errors import TooMany
from services.context import Context
from services.db import database
from services.db.stores import counters


def count(ctx: Context, *keys: tuple[Limit, str]) -> None:
    """Count one attempt under each key. Raises `TooMany`, the same for known and unknown names, above any limit."""
    with ctx.begin() as db:
        now = database.real_now(db)
        waits = [
            limit.retry_after(now)
            for limit, key in sorted(
                keys, key=_name
            )  # one order, so that two attempts never wait for each other
            if counters.count(db, _name((limit, key)), limit.window(now)) > limit.count
        ]
    if waits:
        raise TooMany("There were too many attempts.", retry_after=max(waits))


def forgive(ctx: Context, *keys: tuple[Limit, str], clear: Sequence[tuple[Limit, str]] = ()) -> None:
    """It was the right person: take this attempt back, and forget the earlier ones under `clear`."""
    with ctx.begin() as db:
        now = database.real_now(db)
        for limit, key in sorted(keys, key=_name):
            counters.forgive(db, _name((limit, key)), limit.window(now))
        for limit, key in clear:
            counters.clear(db, _name((limit, key)))


def _name(counted: tuple[Limit, str]) -> str:
    limit, key = counted
    return f"{limit.name}:{key}"
