import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.errors import Unavailable
from services.context import Beat, Context
from services.db import database
from services.db.stores import jobs as store
from services.db.stores import leases
from services.worker import progress
from services.worker.jobs import JOBS, Job, Lane
from services.worker.lease import Lease
from services.worker.tick import Worker
from tests.stand_in import later

PATIENCE = 10


@pytest.fixture
def employ(ctx: Context) -> Iterator[Callable[..., Worker]]:
    """Makes workers that end with the test."""
    employed: list[Worker] = []

    def make(*jobs: Job, role: str = "worker") -> Worker:
        employed.append(Worker(ctx, jobs, Lease(ctx, role)))
        return employed[-1]

    yield make
    for worker in employed:
        worker.stop(PATIENCE)


def job(
    name: str, run: Callable[[Context, Beat], str], lane: Lane = Lane.QUICK, every: str = "1h", *then: str
) -> Job:
    return Job(name, every, run, lane, then=then)


def done(_ctx: Context, _beat: Beat) -> str:
    return "Done."


def tick(worker: Worker) -> None:
    """One tick, and all that follows from it."""
    assert worker.tick()
    assert worker.idle(PATIENCE)


def rows(ctx: Context) -> dict[str, store.JobRow]:
    with ctx.begin() as db:
        return dict(store.listing(db))


def test_a_due_job_runs_once_and_is_due_again_after_its_interval(
    ctx: Context, employ: Callable[..., Worker]
) -> None:
    runs: list[int] = []

    def run(_ctx: Context, beat: Beat) -> str:
        runs.append(beat.epoch)
        return "3 things done."

    worker = employ(job("it", run))
    tick(worker)
    tick(worker)
    assert runs == [1]
    row = rows(ctx)["it"]
    assert (row.state, row.progress, row.epoch) == ("waiting", "3 things done.", 1)
    assert row.started_at is not None
    assert row.due_at == row.started_at + timedelta(hours=1)

    later(ctx, timedelta(hours=1))
    tick(worker)
    assert runs == [1, 1]


def test_a_job_asked_for_runs_at_the_next_tick(ctx: Context, employ: Callable[..., Worker]) -> None:
    runs: list[str] = []
    worker = employ(job("it", lambda _ctx, _beat: runs.append("run") or "Done."))
    tick(worker)
    with ctx.begin() as db:
        store.request(db, ["it", "never-run"], database.now(db))
    tick(worker)
    assert runs == ["run", "run"]
    assert rows(ctx)["it"].requested_at is None


def test_the_first_runs_follow_the_tables_order(employ: Callable[..., Worker]) -> None:
    order: list[str] = []

    def noting(name: str) -> Callable[[Context, Beat], str]:
        return lambda _ctx, _beat: order.append(name) or "Done."

    names = ("inventory", "bills", "metrics", "judge")
    tick(employ(*(job(name, noting(name), Lane.SLOW) for name in names)))
    assert order == list(names)


def test_a_success_hastens_what_works_on_its_result(ctx: Context, employ: Callable[..., Worker]) -> None:
    worker = employ(job("collect", done, Lane.SLOW, "1h", "judge"), job("judge", done, Lane.SLOW, "4h"))
    tick(worker)
    first = rows(ctx)["judge"].started_at
    later(ctx, timedelta(hours=2))
    tick(worker)
    assert first is not None
    assert rows(ctx)["judge"].started_at != first


@pytest.mark.parametrize("error", [Unavailable("AWS does not answer."), ZeroDivisionError("a bug of ours")])
def test_a_failing_job_is_kept_from_the_others_and_backs_off(
    ctx: Context, employ: Callable[..., Worker], error: Exception
) -> None:
    def fail(_ctx: Context, _beat: Beat) -> str:
        raise error

    worker = employ(job("bad", fail), job("good", done))
    tick(worker)
    row = rows(ctx)["bad"]
    assert row.state == "failed"
    assert row.progress
    assert row.succeeded_at is None
    assert rows(ctx)["good"].state == "waiting"
    waits = []
    for _ in range(3):
        row = rows(ctx)["bad"]
        assert row.ended_at is not None
        waits.append(row.due_at - row.ended_at)
        later(ctx, timedelta(minutes=20))
        tick(worker)
    assert waits == [timedelta(seconds=seconds) for seconds in (5, 10, 20)]


def test_a_slow_job_does_not_delay_a_quick_one(employ: Callable[..., Worker]) -> None:
    go, ran = threading.Event(), threading.Event()

    def slow(_ctx: Context, _beat: Beat) -> str:
        assert go.wait(PATIENCE)
        return "Done."

    worker = employ(job("slow", slow, Lane.SLOW), job("quick", lambda _ctx, _beat: ran.set() or "Done."))
    assert worker.tick()
    assert ran.wait(PATIENCE)
    go.set()


def test_a_job_never_runs_twice_at_once(ctx: Context, employ: Callable[..., Worker]) -> None:
    begun, go, inside, most = threading.Event(), threading.Event(), [], []

    def slow(_ctx: Context, _beat: Beat) -> str:
        inside.append("run")
        most.append(len(inside))
        begun.set()
        assert go.wait(PATIENCE)
        inside.pop()
        return "Done."

    worker = employ(job("slow", slow, Lane.SLOW, "1s"))
    assert worker.tick()
    assert begun.wait(PATIENCE)
    later(ctx, timedelta(hours=1))
    assert worker.tick()
    go.set()
    assert worker.idle(PATIENCE)
    assert set(most) == {1}


def test_of_two_workers_one_works_and_the_other_takes_over(
    ctx: Context, employ: Callable[..., Worker]
) -> None:
    runs: list[str] = []
    first = employ(job("it", lambda _ctx, _beat: runs.append("first") or "Done."))
    second = employ(job("it", lambda _ctx, _beat: runs.append("second") or "Done."), role="other")
    tick(first)
    assert not second.tick()
    assert first.stop(PATIENCE)
    later(ctx, timedelta(hours=1))
    tick(second)
    assert runs == ["first", "second"]
    assert not first.tick()


def test_a_job_whose_worker_died_is_begun_again_at_once(ctx: Context, employ: Callable[..., Worker]) -> None:
    with ctx.begin() as db:
        epoch = leases.take(db, "dead", 0)
        assert epoch is not None
        store.know(db, ["it"], database.now(db))
        store.start(db, "it", epoch, database.now(db))
    tick(employ(job("it", done)))
    row = rows(ctx)["it"]
    assert (row.state, row.progress, row.epoch) == ("waiting", "Done.", epoch + 1)


def test_a_stop_ends_jobs_after_the_step_in_hand_and_frees_the_lease(
    ctx: Context, employ: Callable[..., Worker]
) -> None:
    begun, steps = threading.Event(), []

    def long(_ctx: Context, beat: Beat) -> str:
        while True:
            beat.check()
            steps.append("step")
            begun.set()

    worker = employ(job("long", long, Lane.SLOW))
    assert worker.tick()
    assert begun.wait(PATIENCE)
    assert worker.stop(PATIENCE)
    row = rows(ctx)["long"]
    assert row.state == "waiting"
    assert row.due_at <= ctx.now()
    with ctx.begin() as db:
        assert leases.holder(db) is None


def test_what_a_job_says_is_shown_while_it_runs(ctx: Context, employ: Callable[..., Worker]) -> None:
    said, go = threading.Event(), threading.Event()

    def talking(_ctx: Context, beat: Beat) -> str:
        beat.say("3 of 7 regions")
        said.set()
        assert go.wait(PATIENCE)
        return "Done."

    worker = employ(job("it", talking, Lane.SLOW))
    assert worker.tick()
    assert said.wait(PATIENCE)
    assert (rows(ctx)["it"].state, rows(ctx)["it"].progress) == ("running", "3 of 7 regions")
    go.set()
    assert worker.idle(PATIENCE)


def test_a_run_whose_lease_was_taken_writes_nothing(ctx: Context, employ: Callable[..., Worker]) -> None:
    def overtaken(_ctx: Context, beat: Beat) -> str:
        with ctx.begin() as db:
            leases.release(db, beat.holder, beat.epoch)
            assert leases.take(db, "second", 60) is not None
        return "I think I am done."

    worker = employ(job("it", overtaken))
    tick(worker)
    assert rows(ctx)["it"].progress == ""
    assert not worker.tick()


def test_a_clock_turned_back_does_not_silence_a_job(ctx: Context, employ: Callable[..., Worker]) -> None:
    runs: list[str] = []
    worker = employ(job("it", lambda _ctx, _beat: runs.append("run") or "Done."))
    later(ctx, timedelta(hours=30))
    tick(worker)
    with ctx.begin() as db:
        db.execute(text("delete from clock_shift"))
    tick(worker)
    assert runs == ["run", "run"]


def test_the_table_of_jobs_is_whole(ctx: Context) -> None:
    names = [one.name for one in JOBS]
    assert len(set(names)) == len(names)
    assert {"collect-inventory", "ingest-bills", "collect-metrics"} <= set(names)
    for one in JOBS:
        assert one.interval(ctx.settings) >= timedelta(seconds=1)
        assert set(one.then) <= set(names)
    slow = [one.name for one in JOBS if one.lane is Lane.SLOW]
    filling = ["collect-inventory", "ingest-bills", "collect-metrics", "evaluate-recommendations"]
    assert slow[: len(filling)] == filling, "what screens wait for runs first"
    assert [run.name for run in progress.first_runs(ctx)] == filling


def test_every_job_of_the_table_runs_on_an_empty_installation(ctx: Context) -> None:
    for one in JOBS:
        assert one.run(ctx, Beat())
