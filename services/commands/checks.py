"""Things the doctor looks at, all at once: each has a time limit of its own, and what they say comes in their order."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

SECONDS = 20.0
"""How long most answers are waited for: longer than a check's own connections try."""


@dataclass(frozen=True)
class Line:
    """One thing looked at. `ok` None: not configured, which is fine."""

    what: str
    ok: bool | None
    says: str
    mend: str = ""


@dataclass(frozen=True)
class Check:
    """Lines that are found one after the other, how long they may take, and what to do where they do not come."""

    what: str
    look: Callable[[], Iterable[Line]]
    mend: str
    seconds: float = SECONDS


class _Looking:
    """A check under way. Its thread is a daemon: one that hangs does not keep the command from ending."""

    def __init__(self, check: Check) -> None:
        self.check, self.found, self.whole = check, list[Line](), False
        self.until = time.monotonic() + check.seconds
        self.thread = threading.Thread(target=self._look, name=check.what, daemon=True)
        self.thread.start()

    def _look(self) -> None:
        """An error that nobody foresaw is printed by the thread."""
        for line in self.check.look():
            self.found.append(line)
        self.whole = True

    def lines(self) -> Iterator[Line]:
        """What was found in time; where that is not all, a last line says so."""
        self.thread.join(max(0.0, self.until - time.monotonic()))
        in_time = not self.thread.is_alive()
        yield from (found := tuple(self.found))
        if in_time and self.whole:
            return
        says = "it failed; the error is printed" if in_time else f"no answer within {self.check.seconds:g} s"
        after = f", after what it says of {found[-1].what}" if found else ""
        yield Line(self.check.what, ok=False, says=says + after, mend=self.check.mend)


def beside(checks: Sequence[Check]) -> Iterator[Line]:
    """Begin all checks now, and tell what they find in their order. None waits for another."""
    under_way = [_Looking(check) for check in checks]
    for looking in under_way:
        yield from looking.lines()
