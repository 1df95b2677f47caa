"""The bill's lines as a FOCUS 1.2 file, for other tools to read; our own reader takes it in again to the last digit."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import BoundedSemaphore
from uuid import uuid4

from core.access.roles import Permission, User
from core.costs.scope import Scope
from core.errors import Invalid, TooMany
from services.context import Context
from services.warehouse import focus_file
from services.warehouse.focus_file import FocusFormat
from services.warehouse.packed import check_disk

LEFT_BEHIND = timedelta(days=1)
"""A file waits so long at most for whoever asked to fetch it."""
AGAIN_SECONDS = 30
_AT_ONCE = BoundedSemaphore(2)
"""Two at a time in a process: each keeps a core busy that screens need, too."""


def format_of(path: Path) -> FocusFormat:
    """The format that a file's name says. Raises `Invalid`."""
    for wanted in FocusFormat:
        if path.name.lower().endswith(f".{wanted}"):
            return wanted
    message = f"{path.name} does not say which kind of file it is to be."
    raise Invalid(message, mend=f"End it with {', '.join(f'.{each}' for each in FocusFormat)}.")


def focus_lines(
    ctx: Context,
    user: User,
    scope: Scope,
    to: Path,
    wanted: FocusFormat | None = None,
    *,
    at: str | None = None,
) -> int:
    """Write the lines of the scope, in all currencies unless it names one, and answer how many there are.

    The file appears whole or not at all. Raises `Invalid` for a name that says no format, and where it cannot be written.
    """
    user.require(Permission.VIEW_COSTS)
    wanted = wanted or format_of(to)
    if not to.parent.is_dir() or not os.access(to.parent, os.W_OK):
        message = f"No file can be written to {to.parent}."
        raise Invalid(message, mend="Name a folder that is there and that you may write to.")
    check_disk(to.parent)
    pinned = ctx.warehouse.pin(user.organisation_id, at)
    beside = to.with_name(f".{to.name}.{uuid4().hex[:8]}")
    try:
        count = focus_file.write(pinned, scope.within(user.accounts), beside, wanted)
        beside.replace(to)
    finally:
        beside.unlink(missing_ok=True)
    return count


@contextmanager
def _turn() -> Iterator[None]:
    if not _AT_ONCE.acquire(blocking=False):
        raise TooMany("Other exports are being written right now.", retry_after=AGAIN_SECONDS)
    try:
        yield
    finally:
        _AT_ONCE.release()


def for_sending(
    ctx: Context, user: User, scope: Scope, wanted: FocusFormat, *, at: str | None = None
) -> Path:
    """The same as a file of ours, which whoever sends it removes. Raises `TooMany` while others are being written."""
    user.require(Permission.VIEW_COSTS)
    with _turn():
        folder = ctx.warehouse.directory / "exports"
        folder.mkdir(parents=True, exist_ok=True)
        oldest = ctx.real_now() - LEFT_BEHIND
        for left in folder.iterdir():
            if datetime.fromtimestamp(left.stat().st_mtime, UTC) < oldest:
                left.unlink(missing_ok=True)
        to = folder / f"{uuid4()}.{wanted}"
        focus_lines(ctx, user, scope, to, wanted, at=at)
        return to
