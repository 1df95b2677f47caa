"""Two workers as they run in earnest, each in a process of its own, with a lease of a second; ended by their ids."""

import math
import os
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from services.usecases import actions, schedules
from services.worker.jobs import Job, Lane
from services.worker.lease import Lease
from services.worker.tick import Worker
from tests.campaigns.arena import Arena, Hook, quiet
from tests.stand_in import later

TICK, TTL = 0.3, 1.0
"""Seconds between a worker's ticks, and that its lease lasts."""
JOBS = (
    Job("run-schedules", "1s", schedules.run, Lane.QUICK),
    Job("carry-out-actions", "1s", actions.carry_out_queued, Lane.QUICK),
)
LOOK = 0.02
"""Seconds between two looks at who has the lease."""
REST = 3.0
"""Seconds after which everything recorded, and nothing under way, means that nobody is at it."""
PACE = timedelta(seconds=20)
"""How far the product's clock goes while one looks again: an hour of patience takes no minute."""


@dataclass
class Pair:
    """Two workers on an arena."""

    field: Arena
    hook: Callable[[], Hook] = lambda: quiet
    """Makes what each worker's calls meet."""
    pids: list[int] = field(default_factory=list)

    def begin(self) -> int:
        """Another worker; answers its process."""
        pid = os.fork()
        if pid == 0:
            try:
                self._serve()
            except BaseException:  # noqa: BLE001  whatever it was, it must be seen
                traceback.print_exc()
            os._exit(1)
        self.pids.append(pid)
        return pid

    def _serve(self) -> None:
        ctx = self.field.own(self.hook())
        worker = Worker(ctx, JOBS, Lease(ctx))
        begun_by = os.getppid()
        while os.getppid() == begun_by:  # whoever began it may have been ended
            worker.tick()
            time.sleep(TICK)

    def kill(self, pid: int) -> None:
        """By kill -9; one that ended by itself is found out here."""
        self.pids.remove(pid)
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, "a worker ended by itself"

    def leader(self) -> int | None:
        """The process that the database knows as the worker."""
        rows = self.field.ask("select holder from lease where expires_at > clock_timestamp()")
        return int(rows[0].holder.rpartition(":")[2]) if rows else None

    def epoch(self) -> int:
        """Of whoever took the lease last."""
        (row,) = self.field.ask("select epoch from lease")
        return int(row.epoch)

    def taken_over(self, epoch: int, patience: float) -> tuple[float, float]:
        """Seconds until a later epoch has the lease, and by how many our own sleeps ran over meanwhile: as starved as the workers are.

        `inf` where none had it in `patience`.
        """
        begun, late = time.monotonic(), 0.0
        while time.monotonic() < begun + patience:
            if self.epoch() > epoch:
                return time.monotonic() - begun, late
            slept = time.monotonic()
            time.sleep(LOOK)
            late += max(0.0, time.monotonic() - slept - LOOK)
        return math.inf, late

    def through(self, patience: float) -> float | None:
        """Seconds until every switch of this hour was made; None: it was not in so many, or nobody was at it any more."""
        begun = busy = time.monotonic()
        while time.monotonic() < begun + patience and time.monotonic() < busy + REST:
            if self.field.settled():
                return time.monotonic() - begun
            time.sleep(0.1)
            (row,) = self.field.ask(
                "select count(s.*) as recorded, count(s.*) filter (where a.state in ('queued', 'running')) as open, "
                "count(*) filter (where a.state = 'running' and a.not_before > clock_timestamp()) as waiting "
                "from schedule_segment s left join action a on a.id = s.action_id where s.segment_start = :hour",
                hour=self.field.hour,
            )
            if row.open or row.recorded < len(self.field.fleet):
                busy = time.monotonic()
            if row.waiting:
                later(self.field.ctx, PACE)
                self.field.ctx.engine.dispose()
        return None


@contextmanager
def pair(field: Arena, hook: Callable[[], Hook] = lambda: quiet) -> Iterator[Pair]:
    """Both at work; neither outlives this."""
    made = Pair(field, hook)
    try:
        made.begin()
        made.begin()
        yield made
    finally:
        for pid in list(made.pids):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
                made.kill(pid)
