from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from core.errors import Conflict
from services.context import Context
from services.db.stores import leases
from services.worker.lease import Lease


def take(ctx: Context, holder: str, seconds: float) -> int | None:
    with ctx.begin() as db:
        return leases.take(db, holder, seconds)


def fenced(ctx: Context, epoch: int) -> bool:
    """Whether a write under this epoch passes."""
    try:
        with ctx.begin() as db:
            leases.fence(db, epoch)
    except Conflict:
        return False
    return True


def test_of_many_that_ask_at_once_one_holds_it_and_epochs_rise(ctx: Context) -> None:
    epochs = []
    with ThreadPoolExecutor(8) as pool:
        for _ in range(25):
            taken = list(pool.map(lambda number: (number, take(ctx, f"w{number}", 60)), range(8)))
            holders = [(number, epoch) for number, epoch in taken if epoch is not None]
            assert len(holders) == 1
            number, epoch = holders[0]
            assert epoch is not None
            epochs.append(epoch)
            with ctx.begin() as db:
                assert leases.holder(db) == f"w{number}"
                leases.release(db, f"w{number}", epoch)
    assert epochs == list(range(1, 26))


def test_a_lease_that_expired_can_be_taken_and_no_longer_renewed(ctx: Context) -> None:
    first = take(ctx, "first", 0)
    assert first is not None
    with ctx.begin() as db:
        assert not leases.renew(db, "first", first, 60)
    assert take(ctx, "second", 60) == first + 1


def test_the_holder_itself_gets_a_new_epoch_after_an_expiry(ctx: Context) -> None:
    first = take(ctx, "first", 0)
    assert first is not None
    assert take(ctx, "first", 60) == first + 1


def test_only_the_epoch_that_holds_the_lease_may_write(ctx: Context) -> None:
    first = take(ctx, "first", 0)
    assert first is not None
    assert not fenced(ctx, first)
    second = take(ctx, "second", 60)
    assert second is not None
    assert [fenced(ctx, epoch) for epoch in (first, second, second + 1, 0)] == [False, True, False, False]


def test_a_command_may_write_while_nobody_holds_the_lease(ctx: Context) -> None:
    assert fenced(ctx, 0)
    take(ctx, "first", 0)
    assert fenced(ctx, 0)


def test_nobody_takes_the_lease_between_a_fenced_write_and_its_commit(ctx: Context) -> None:
    first = take(ctx, "first", 0.05)
    assert first is not None
    lock = text("select pg_advisory_xact_lock(77)")
    waits = text("select count(*) from pg_locks where locktype = 'advisory' and objid = 77 and not granted")
    with ThreadPoolExecutor(1) as pool:
        with ctx.begin() as db:
            leases.fence(db, first)
            with ctx.begin() as other:
                other.execute(lock)
                writing = pool.submit(db.execute, lock)
                while not other.execute(waits).scalar_one():
                    passes(ctx, 0.02)
                passes(ctx, 0.05)
                assert take(ctx, "second", 60) is None, "it has expired, but the write under it is under way"
            writing.result(10)
        assert take(ctx, "second", 60) == first + 1


def passes(ctx: Context, seconds: float) -> None:
    """Let time pass by the database's clock, which leases go by."""
    with ctx.begin() as db:
        db.execute(text("select pg_sleep(:seconds)"), {"seconds": seconds})


def test_a_leader_that_is_stopped_while_it_writes_keeps_the_lease_no_longer_than_it_lasts(
    ctx: Context,
) -> None:
    first = take(ctx, "first", 0.5)
    assert first is not None
    with ctx.engine.connect() as stopped:
        leases.fence(stopped, first)
        assert take(ctx, "second", 60) is None
        passes(ctx, 0.5)
        assert take(ctx, "second", 60) == first + 1
        with pytest.raises(OperationalError):
            stopped.execute(text("select 'it goes on, and finds that its transaction is gone'"))
    assert not fenced(ctx, first)


def test_a_lease_is_renewed_while_something_is_written_under_it(ctx: Context) -> None:
    first = take(ctx, "first", 60)
    assert first is not None
    with ctx.begin() as db, ctx.begin() as other:
        leases.fence(db, first)
        other.execute(text("set local lock_timeout = '100ms'"))
        assert leases.renew(other, "first", first, 60)


def test_the_demos_clock_does_not_move_the_lease(ctx: Context) -> None:
    first = take(ctx, "first", 60)
    with ctx.begin() as db:
        db.execute(text("insert into clock_shift (shift) values (interval '3 hours')"))
    assert take(ctx, "second", 60) is None
    assert first is not None
    assert fenced(ctx, first)


def test_a_lease_that_is_closed_takes_nothing_and_ends_what_checks(ctx: Context) -> None:
    lease = Lease(ctx)
    epoch = lease.hold()
    assert epoch is not None
    lease.check(epoch)
    lease.close()
    with pytest.raises(Conflict, match="stopping"):
        lease.check(epoch)
    assert lease.hold() is None
    lease.release()
    assert take(ctx, "next", 60) == epoch + 1


def test_a_job_of_an_earlier_epoch_is_told_that_the_lease_was_lost(ctx: Context) -> None:
    lease = Lease(ctx)
    epoch = lease.hold()
    assert epoch is not None
    with ctx.begin() as db:
        leases.release(db, lease.holder, epoch)
    assert take(ctx, "second", 60) == epoch + 1
    assert lease.hold() is None
    with pytest.raises(Conflict, match="lost"):
        lease.check(epoch)
