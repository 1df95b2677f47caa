"""One tick: hold the lease, and set each idle lane to what is due. Never waits for a job."""

import logging
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from core.errors import Conflict, PioneerError
from services.context import Beat, Context
from services.db import database
from services.db.stores import jobs as store
from services.db.stores import leases
from services.worker.jobs import JOBS, Job, Lane
from services.worker.lease import Lease

FIRST_RETRY = timedelta(seconds=5)
LATEST_RETRY = timedelta(minutes=15)
SAY_EVERY_SECONDS = 0.5
_log = logging.getLogger(__name__)


class Worker:
    """Runs jobs while it holds the lease. Jobs of one lane never overlap; lanes do not wait for each other."""

    def __init__(self, ctx: Context, jobs: Sequence[Job] = JOBS, lease: Lease | None = None) -> None:
        """Nothing runs before the first `tick`."""
        self.ctx = ctx
        self.jobs = tuple(jobs)
        self.lease = lease or Lease(ctx)
        self._failures: Counter[str] = Counter()
        self._lanes = {lane: ThreadPoolExecutor(1, thread_name_prefix=lane) for lane in Lane}
        # A job runs in a thread of its own, so that whatever it raises stays in its future.
        self._pool = ThreadPoolExecutor(len(self._lanes), thread_name_prefix="job")
        self._draining: dict[Lane, Future[None]] = {}
        self._recovered: int | None = None

    def tick(self) -> bool:
        """Whether we hold the lease. A database that does not answer is logged: the next tick asks again."""
        try:
            epoch = self.lease.hold()
            if epoch is None:
                return False
            if epoch != self._recovered:
                self._take_over(epoch)
        except (PioneerError, SQLAlchemyError) as error:
            _log.warning("the tick came to nothing: %s", error)
            return False
        for lane in Lane:
            self._set_going(lane, epoch)
        return True

    def _take_over(self, epoch: int) -> None:
        """What ran under an earlier epoch died with its worker."""
        with self.ctx.begin() as db:
            leases.fence(db, epoch)
            now = database.now(db)
            store.know(db, [job.name for job in self.jobs], now)
            cut_off = store.recover(db, epoch, now)
        self._recovered = epoch
        _log.info(
            "the lease is ours", extra={"epoch": epoch, "holder": self.lease.holder, "cut_off": cut_off}
        )

    def _set_going(self, lane: Lane, epoch: int) -> None:
        before = self._draining.get(lane)
        if before is not None:
            if not before.done():
                return
            if error := before.exception():
                _log.warning("the %s lane stopped: %s", lane, error)
        self._draining[lane] = self._lanes[lane].submit(self._drain, lane, epoch)

    def _drain(self, lane: Lane, epoch: int) -> None:
        """Run what is due in this lane, one after the other, until nothing is."""
        while True:
            self.lease.check(epoch)
            job = self._due(lane)
            if job is None:
                return
            self.run(job, epoch)

    def _due(self, lane: Lane) -> Job | None:
        """The job of this lane that has been due for longest; those asked for count from when they were."""
        with self.ctx.begin() as db:
            now, rows = database.now(db), store.listing(db)
        due: list[tuple[datetime, int]] = []
        for index, job in enumerate(self.jobs):
            row = rows.get(job.name)
            if job.lane is not lane or row is None:
                continue
            at = min(row.due_at, row.requested_at or row.due_at)
            turned_back = at > now + max(job.interval(self.ctx.settings), LATEST_RETRY)
            if at <= now or turned_back:
                due.append((at, index))
        return self.jobs[min(due)[1]] if due else None

    def run(self, job: Job, epoch: int) -> bool:
        """Run one job and write down what came of it: whether it succeeded. Whatever it raises is kept from the others."""
        with self.ctx.begin() as db:
            leases.fence(db, epoch)
            started = database.now(db)
            store.start(db, job.name, epoch, started)
        future = self._pool.submit(job.run, self.ctx, self._beat(job, epoch))
        error = future.exception()
        if isinstance(error, Conflict):
            self.lease.check(epoch)
        outcome = future.result() if error is None else self._failed(job, error)
        self._failures[job.name] = self._failures[job.name] + 1 if error else 0
        with self.ctx.begin() as db:
            leases.fence(db, epoch)
            now = database.now(db)
            due_at = now + self._retry(job) if error else max(now, started + job.interval(self.ctx.settings))
            store.end(db, job.name, epoch, now, succeeded=error is None, outcome=outcome, due_at=due_at)
            if error is None:
                store.hasten(db, job.then, now)
        return error is None

    def _failed(self, job: Job, error: BaseException) -> str:
        if isinstance(error, PioneerError):
            _log.warning("%s failed: %s", job.name, error.message, extra={"job": job.name})
            return error.message
        _log.error("%s met an error nobody foresaw", job.name, exc_info=error, extra={"job": job.name})
        return f"Cloud Pioneer itself failed on this ({type(error).__name__}); its log says more."

    def _retry(self, job: Job) -> timedelta:
        """Twice as long after each failure in a row."""
        return min(FIRST_RETRY * (1 << min(self._failures[job.name] - 1, 10)), LATEST_RETRY)

    def _beat(self, job: Job, epoch: int) -> Beat:
        last = 0.0

        def say(text: str) -> None:
            nonlocal last
            if time.monotonic() - last < SAY_EVERY_SECONDS:
                return
            last = time.monotonic()
            with self.ctx.begin() as db:
                store.say(db, job.name, epoch, text)

        return Beat(epoch, self.lease.holder, say, lambda: self.lease.check(epoch))

    def idle(self, seconds: float) -> bool:
        """Wait until no job runs, at most for `seconds`; whether that came about."""
        return not wait(self._draining.values(), timeout=seconds).not_done

    def stop(self, seconds: float) -> bool:
        """End within `seconds`: each job ends after the step in hand, and the lease is free. Whether all ended in time."""
        self.lease.close()
        ended = self.idle(seconds)
        self._hand_back()
        self.lease.release()
        for pool in (*self._lanes.values(), self._pool):
            pool.shutdown(wait=ended, cancel_futures=True)
        return ended

    def _hand_back(self) -> None:
        """Jobs that we cut off are due at once, for whoever comes next."""
        epoch = self.lease.epoch
        if epoch is None:
            return
        with self.ctx.begin() as db:
            leases.fence(db, epoch)
            store.recover(db, 0, database.now(db))
