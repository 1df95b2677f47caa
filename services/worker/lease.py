"""Our hold on the worker's lease: taken, renewed and given up by the database's clock, and doubted by our own."""

import os
import socket
import threading
import time
from dataclasses import dataclass

from core.errors import Conflict
from services.context import Context
from services.db.stores import leases


@dataclass(frozen=True)
class _Held:
    epoch: int
    until: float
    """On our monotonic clock: counted from before the database was asked, so never later than the database thinks."""


class Lease:
    """One a process. `hold` is called at each tick; `check` from any thread."""

    def __init__(self, ctx: Context, role: str = "worker") -> None:
        """Nothing is held yet. The holder's name says where it runs: role, host and process."""
        self.holder = f"{role} {socket.gethostname()}:{os.getpid()}"
        self._ctx = ctx
        self._seconds = ctx.settings.lease_seconds
        self._held: _Held | None = None
        self._closed = False
        self._guard = threading.Lock()

    @property
    def epoch(self) -> int | None:
        """The epoch we hold now; None while we hold none."""
        held = self._held
        return held.epoch if held is not None and time.monotonic() < held.until else None

    def hold(self) -> int | None:
        """Renew, or take it where it is free: the epoch; None while another holds it."""
        with self._guard:
            if self._closed:
                return None
            until = time.monotonic() + self._seconds
            with self._ctx.begin() as db:
                epoch = self._held.epoch if self._held else None
                if epoch is None or not leases.renew(db, self.holder, epoch, self._seconds):
                    epoch = leases.take(db, self.holder, self._seconds)
            self._held = None if epoch is None else _Held(epoch, until)
            return epoch

    def check(self, epoch: int) -> None:
        """Raise `Conflict` unless `epoch` is still ours and nobody asked us to stop."""
        if self._closed:
            message = "The worker is stopping; this goes on at its next start."
            raise Conflict(message)
        if self.epoch != epoch:
            message = "The worker's lease was lost; whoever holds it now goes on."
            raise Conflict(message)

    def close(self) -> None:
        """Ask everything that checks to end, and take no lease any more."""
        self._closed = True

    def release(self) -> None:
        """Let another have it at once."""
        with self._guard:
            held, self._held, self._closed = self._held, None, True
            if held is not None:
                with self._ctx.begin() as db:
                    leases.release(db, self.holder, held.epoch)
