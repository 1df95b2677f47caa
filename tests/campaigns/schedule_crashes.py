"""`./pioneer campaign schedule-crashes`: a worker ends itself at every border of a tick that switches, and another goes on.

Borders are before each commit of something written, and before and after each call of AWS: claim, intent, call, answer, record.
"""

import os
import threading
from collections.abc import Callable
from contextlib import suppress

from core.actions.kind import Call
from core.actions.model import Action
from core.errors import PioneerError
from core.inventory import Account
from services.usecases import carrying_out
from tests.campaigns.actions import border_commits
from tests.campaigns.arena import Arena, arena, played
from tests.campaigns.forked import DiedError, forked

FULL = 2800
"""Deaths."""
FLEET = 2
STATUS = 9
HARMFUL = 8
"""From this border on the planted defect can show."""


class Ending:
    """Counts borders, and ends the process at the chosen one; 0: at none."""

    def __init__(self, fatal: int) -> None:
        self.fatal, self.passed, self._guard = fatal, 0, threading.Lock()

    def cross(self, *_given: object) -> None:
        with self._guard:
            self.passed += 1
            if self.passed == self.fatal:
                os._exit(STATUS)


def planted() -> None:
    """The intent is written down after the call."""
    carrying = carrying_out._Carrying
    intend, send = carrying._intend, carrying._send

    def late(self: object, account: Account, action: Action, call: Call) -> PioneerError | None:
        error: PioneerError | None = send(self, account, action, call)  # type: ignore[arg-type]
        intend(self, action, call)  # type: ignore[arg-type]
        return error

    carrying._intend = lambda _self, action, _call: action  # type: ignore[method-assign]
    carrying._send = late  # type: ignore[method-assign,assignment]


def work(field: Arena, fatal: int) -> int:
    """A tick that ends at the chosen border; answers the borders passed."""
    ending = Ending(fatal)
    ctx = field.own(ending.cross)
    epoch = field.lead(ctx, f"worker campaign:{os.getpid()}")
    border_commits(ctx, ending)
    field.tick(ctx, epoch)
    return ending.passed


def died(of: Callable[[], object]) -> bool:
    """Whether the process ended as it was to."""
    try:
        forked(of)
    except DiedError as error:
        if f"status {STATUS}" not in str(error):
            raise
        return True
    return False


def play(url: str | None, count: int, seed: int, defect: bool) -> tuple[str, list[str]]:  # noqa: FBT001  a campaign's signature
    """Each border in turn, again and again."""
    if defect:
        planted()
    wrong: list[str] = []
    deaths = sweeps = most = 0
    border = HARMFUL - 1 if defect else 0
    with arena(url, FLEET, seed) as field:
        while deaths < count and len(wrong) < count:
            border += 1
            field.next_hour()
            fatal = border
            dead = died(lambda fatal=fatal: work(field, fatal))
            forked(field.calm)
            wrong += [f"border {border}: {each}" for each in field.wrong()]
            if defect and wrong:
                break
            deaths, most = deaths + dead, max(most, border)
            if not dead:
                sweeps, border = sweeps + 1, 0
        if not wrong:
            wrong += field.at_last()
    return f"{deaths} deaths at {most} borders, each swept {sweeps} times", wrong


def main() -> int:
    """0 when nothing was wrong."""
    with suppress(KeyboardInterrupt):
        return played("schedule-crashes", "A worker ends at every border of a tick.", FULL, play)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
