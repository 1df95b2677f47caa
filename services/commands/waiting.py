"""Waiting for what was started: for as long as something moves, however slow the machine; after a silence it says what it waits for."""

import time
from collections.abc import Callable

from core.errors import Unavailable
from services.commands.supervisor import Supervisor

STILL_SECONDS = 300.0
"""Without any movement it is given up."""
SILENT_SECONDS = 15.0
"""After so much silence it says that it still waits, and for what."""
WORK_SECONDS = 1.0
"""So much more of processor time is movement: less is spent by a process that idles."""
ENDS = 3
"""So many ends of started processes while they are waited for are no accident."""


def _nothing() -> str:
    return ""


def wait_for(
    supervisor: Supervisor,
    what: str,
    ready: Callable[[], bool],
    *,
    doing: Callable[[], str] = _nothing,
    part: str = "",
    patience: float = STILL_SECONDS,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], object] = time.sleep,
) -> None:
    """Watch the processes until `ready`.

    What moves is the text of `doing`, and the work of the process called `part`, for one that tells nothing of itself.
    Raises `Unavailable` naming `what` when nothing moved for `patience` seconds, or when processes ended again and again.
    """
    began = moved = said = clock()
    text, work, ended = doing(), supervisor.worked(part), supervisor.ended
    while not ready():
        supervisor.check()
        now = clock()
        words, worked = doing(), supervisor.worked(part)
        if words != text:
            text, moved, said = words, now, now
        if worked >= work + WORK_SECONDS:
            work, moved = worked, now
        at = f": {text}" if text else ""
        if supervisor.ended - ended >= ENDS:
            raise _unavailable(supervisor, f"{what} did not get ready: what was started ended {ENDS} times")
        if now - moved > patience:
            raise _unavailable(supervisor, f"{what} did not get on for {patience:.0f} seconds{at}")
        if now - said >= SILENT_SECONDS:
            said = now
            supervisor.say(f"{what}: still waiting, {now - began:.0f} s so far{at}")
        pause(min(max(0.1, (now - began) / 30), 1.0))  # a machine that is slow has better to do


def _unavailable(supervisor: Supervisor, said: str) -> Unavailable:
    message = f"{said}; see the logs in {supervisor.logs}."
    return Unavailable(message, mend="Run ./pioneer doctor to see what is missing.")
