from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from core.access.roles import User
from core.events import Event
from services.context import Context, System
from services.db.tables.records import audit, events
from services.usecases.audit import verify
from services.usecases.record import Happened, record, record_all


def counts(ctx: Context) -> tuple[int, int]:
    with ctx.begin() as db:
        return (
            db.execute(select(func.count()).select_from(audit)).scalar_one(),
            db.execute(select(func.count()).select_from(events)).scalar_one(),
        )


def test_one_call_writes_an_audit_row_and_an_event(ctx: Context, admin: User) -> None:
    with ctx.begin() as db:
        record(
            db,
            admin,
            Event("ScheduleSaved", "schedule:1", {"name": "Office"}),
            subject="Office",
            reason="because",
        )
    with ctx.begin() as db:
        row, event = db.execute(select(audit)).one(), db.execute(select(events)).one()
    assert (row.actor, row.action, row.subject, row.reason) == (
        admin.email,
        "ScheduleSaved",
        "Office",
        "because",
    )
    assert row.data == {"aggregate": "schedule:1", "name": "Office"}
    assert (event.type, event.aggregate, event.aggregate_seq, event.data) == (
        "ScheduleSaved",
        "schedule:1",
        1,
        {"name": "Office"},
    )


def test_a_transaction_that_fails_leaves_neither(ctx: Context, admin: User) -> None:
    def save_and_fail() -> None:
        with ctx.begin() as db:
            record(db, admin, Event("ScheduleSaved", "schedule:1"), subject="Office")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        save_and_fail()
    assert counts(ctx) == (0, 0)


def test_an_event_without_a_name_of_ours_is_refused(ctx: Context, admin: User) -> None:
    with pytest.raises(KeyError), ctx.begin() as db:
        record(db, admin, Event("SomethingElse", "x:1"), subject="x")


def test_writers_at_once_make_one_chain_without_a_hole(ctx: Context, admin: User) -> None:
    def write(number: int) -> None:
        with ctx.begin() as db:
            event = Event("ScheduleSaved", f"schedule:{number % 2}", {"n": number})
            record(db, System(admin.organisation_id, "test"), event, subject=str(number))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(30)))
    checked = verify(ctx, admin)
    assert (checked.rows, checked.whole) == (30, True)
    with ctx.begin() as db:
        seqs = db.execute(
            select(events.c.aggregate, events.c.aggregate_seq).order_by(
                events.c.aggregate, events.c.aggregate_seq
            )
        ).all()
    assert seqs == [(f"schedule:{one}", seq) for one in (0, 1) for seq in range(1, 16)]


def test_many_things_at_one_moment_are_told_in_their_order_on_one_chain(ctx: Context, admin: User) -> None:
    saved = [Event("ScheduleSaved", f"schedule:{number % 2}", {"n": number}) for number in range(5)]
    with ctx.begin() as db:
        record(db, admin, Event("ScheduleSaved", "schedule:0"), subject="before")
        record_all(db, admin, [Happened(event, f"s-{event.data['n']}") for event in saved])
        record_all(db, admin, [])
    checked = verify(ctx, admin)
    assert (checked.rows, checked.whole) == (6, True)
    with ctx.begin() as db:
        told = db.execute(select(audit.c.subject).order_by(audit.c.seq)).scalars().all()
        listed = db.execute(select(events).order_by(events.c.id)).all()
    assert told == ["before", "s-0", "s-1", "s-2", "s-3", "s-4"]
    assert [(row.aggregate, row.aggregate_seq) for row in listed[1:]] == [
        ("schedule:0", 2),
        ("schedule:1", 1),
        ("schedule:0", 3),
        ("schedule:1", 2),
        ("schedule:0", 4),
    ]
