"""The worker's process, and one job run by a command."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from core.errors import Invalid, Unavailable
from core.nearest import there_are
from services.bootstrap import open_context
from services.context import Context
from services.db import database, migrate
from services.db.stores import jobs as store
from services.db.stores import leases
from services.settings import Settings
from services.worker.jobs import JOBS, Job
from services.worker.lease import Lease
from services.worker.tick import Worker

STOP_SECONDS = 4
LOOK_SECONDS = 0.5
_log = logging.getLogger(__name__)


def run(settings: Settings) -> None:
    """Work until SIGTERM or Ctrl-C; then finish the step in hand, free the lease and end within 5 seconds."""
    asked = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        asked.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    ctx = open_context(settings)
    worker = Worker(ctx)
    with _ticking(worker.tick, settings):
        asked.wait()
    if not worker.stop(STOP_SECONDS):
        _log.warning("a job did not end in time; it is looked at again at the next start")
        logging.shutdown()
        os._exit(
            0
        )  # its thread would keep the process; whatever it was doing is in the database as an intent
    _close(ctx)


@contextmanager
def _ticking(tick: Callable[[], object], settings: Settings) -> Iterator[None]:
    """Call `tick` now and then at each interval, often enough for the lease; never twice at once, missed ones made up for by one."""
    scheduler = BackgroundScheduler(timezone=UTC)
    seconds = min(float(settings.tick_seconds), settings.lease_seconds / 3)
    scheduler.add_job(
        tick,
        IntervalTrigger(seconds=seconds, timezone=UTC),
        next_run_time=datetime.now(UTC),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)


def run_job(settings: Settings, name: str) -> str:
    """Run one job now and answer what came of it: here when no worker runs, else by the worker.

    Raises `Invalid` for a name that is no job, `Unavailable` when the job failed.
    """
    job = next((job for job in JOBS if job.name == name), None)
    if job is None:
        message = f"There is no job called {name}."
        raise Invalid(message, mend=there_are(name, (job.name for job in JOBS)))
    ctx = open_context(settings)
    try:
        migrate.ready(ctx.engine, embedded=settings.database_url is None)
        lease = Lease(ctx, "command")
        epoch = lease.hold()
        return _have_it_run(ctx, job) if epoch is None else _run_here(ctx, job, lease, epoch)
    finally:
        _close(ctx)


def _run_here(ctx: Context, job: Job, lease: Lease, epoch: int) -> str:
    worker = Worker(ctx, (job,), lease)
    try:
        with _ticking(lease.hold, ctx.settings):
            with ctx.begin() as db:
                store.know(db, [job.name], database.now(db))
            succeeded = worker.run(job, epoch)
        return _answer(ctx, job.name, succeeded=succeeded)
    finally:
        worker.stop(STOP_SECONDS)


def _close(ctx: Context) -> None:
    ctx.warehouse.close()
    ctx.engine.dispose()


def _have_it_run(ctx: Context, job: Job) -> str:
    """Ask the worker that holds the lease, and wait until it has run the job."""
    with ctx.begin() as db:
        asked = database.now(db)
        store.request(db, [job.name], asked)
    pause = threading.Event()
    while True:
        pause.wait(LOOK_SECONDS)
        with ctx.begin() as db:
            row = store.listing(db)[job.name]
            alive = leases.holder(db) is not None
        if row.started_at is not None and row.started_at >= asked and row.ended_at is not None:
            return _answer(ctx, job.name, succeeded=row.state != store.FAILED)
        if not alive:
            message = f"The worker ended before it ran {job.name}."
            raise Unavailable(message, mend="Run the same command again.")


def _answer(ctx: Context, name: str, *, succeeded: bool) -> str:
    with ctx.begin() as db:
        said = store.listing(db)[name].progress
    if not succeeded:
        raise Unavailable(said)
    return said
