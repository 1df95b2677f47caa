"""The worker as a process of its own."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from core.errors import Invalid
from services.context import Context
from services.db import database
from services.db.stores import jobs as store
from services.db.stores import leases
from services.settings import PROJECT, Settings
from services.worker import main
from tests.stand_in import take_lease

PATIENCE = 40
Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start(settings: Settings, organisation_id: UUID) -> Iterator[Start]:
    """Starts workers with a short lease, and ends what is left of them."""
    assert organisation_id
    assert settings.database_url is not None
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "PIONEER_DATA": str(settings.data),
        "TICK_SECONDS": "1",
        "LEASE_SECONDS": "3",
    }
    processes: list[subprocess.Popen[bytes]] = []

    def launch() -> "subprocess.Popen[bytes]":
        words = [sys.executable, "-m", "services", "worker"]
        processes.append(subprocess.Popen(words, cwd=PROJECT, env=environment, stderr=subprocess.DEVNULL))
        return processes[-1]

    yield launch
    for process in processes:
        process.kill()
        process.wait()


def wait_until(true: Callable[[], bool]) -> None:
    """Look again and again, for as long as a busy machine may need."""
    pause, end = threading.Event(), time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it never came about"
        pause.wait(0.1)


def epoch_of(ctx: Context) -> int:
    """The epoch of the last run of a job that runs all the time."""
    with ctx.begin() as db:
        row = store.listing(db).get("carry-out-actions")
        return 0 if row is None or row.succeeded_at is None else row.epoch or 0


def test_a_worker_killed_is_followed_by_the_next_and_one_asked_to_stop_ends_in_time(
    ctx: Context, start: Start
) -> None:
    first = start()
    wait_until(lambda: epoch_of(ctx) == 1)
    second = start()
    first.send_signal(signal.SIGKILL)
    wait_until(lambda: epoch_of(ctx) == 2)

    asked = time.monotonic()
    second.terminate()
    assert second.wait(PATIENCE) == 0
    assert time.monotonic() - asked < 5
    with ctx.begin() as db:
        assert leases.holder(db) is None
        assert not [row.name for row in store.listing(db).values() if row.running]


def test_a_command_runs_a_job_itself_where_no_worker_does(ctx: Context, settings: Settings) -> None:
    assert main.run_job(settings, "carry-out-actions") == "Nothing to do."
    with ctx.begin() as db:
        assert leases.holder(db) is None
        assert store.listing(db)["carry-out-actions"].succeeded_at is not None


def test_a_command_leaves_the_job_to_the_worker_that_runs(ctx: Context, settings: Settings) -> None:
    epoch = take_lease(ctx, "worker")
    answers: list[str] = []
    asking = threading.Thread(target=lambda: answers.append(main.run_job(settings, "carry-out-actions")))
    asking.start()

    def asked() -> bool:
        with ctx.begin() as db:
            row = store.listing(db).get("carry-out-actions")
            return row is not None and row.requested_at is not None

    wait_until(asked)
    with ctx.begin() as db:
        store.start(db, "carry-out-actions", epoch, database.now(db))
        now = database.now(db)
        store.end(db, "carry-out-actions", epoch, now, succeeded=True, outcome="By the worker.", due_at=now)
    asking.join(PATIENCE)
    assert answers == ["By the worker."]


def test_a_job_that_is_none_is_refused_with_the_names_of_those_there_are(settings: Settings) -> None:
    with pytest.raises(Invalid) as refusal:
        main.run_job(settings, "make-coffee")
    assert "collect-inventory" in (refusal.value.mend or "")
