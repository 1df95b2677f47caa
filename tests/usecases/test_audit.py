from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select, update

from core.access.roles import Role, User
from core.errors import Forbidden
from core.events import Event
from services.context import Context, System
from services.db.tables.records import audit as table
from services.usecases import audit
from services.usecases.record import record

Person = Callable[..., User]


def write(ctx: Context, who: User | System, name_of_event: str, **data: object) -> None:
    with ctx.begin() as db:
        record(
            db,
            who,
            Event(name_of_event, "x:1", data),
            subject=str(data.get("resource_id", "")),
            reason="because",
        )


@pytest.fixture
def written(ctx: Context, admin: User) -> User:
    """Somebody with five rows in the log."""
    for number in range(5):
        write(ctx, admin, "ScheduleSaved", name=f"Office {number}")
    return admin


def test_the_log_is_read_newest_first_by_those_who_may(
    ctx: Context, written: User, viewer: User, finance: User
) -> None:
    assert [row.data["name"] for row in audit.newest(ctx, finance, 2)] == ["Office 4", "Office 3"]
    for forbidden in (audit.newest, audit.verify):
        with pytest.raises(Forbidden):
            forbidden(ctx, viewer)
    assert len(audit.newest(ctx, written)) == 5


def test_an_untouched_log_is_whole(ctx: Context, written: User) -> None:
    assert audit.verify(ctx, written) == audit.ChainCheck(5, None)
    assert audit.verify(ctx, written).whole


def test_a_row_changed_in_the_database_shows(ctx: Context, written: User) -> None:
    with ctx.begin() as db:
        db.execute(update(table).where(table.c.seq == 3).values(actor="somebody@else.com"))
    assert audit.verify(ctx, written).broken_at == 3


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_a_row_removed_shows_wherever_it_was(ctx: Context, written: User, seq: int) -> None:
    with ctx.begin() as db:
        db.execute(delete(table).where(table.c.seq == seq))
    assert audit.verify(ctx, written).broken_at == seq


def test_what_happened_lately_is_told_without_sign_ins(ctx: Context, admin: User, viewer: User) -> None:
    write(ctx, admin, "UserSignedIn", device="Firefox")
    worker = System(admin.organisation_id, "worker")
    write(ctx, worker, "ActionSettled", kind="stop_instance", resource_id="i-1", outcome="i-1 is stopped.")
    (told,) = audit.activity(ctx, viewer)
    assert (told.type, told.text, told.actor, told.reason) == (
        "ActionSettled",
        "i-1 is stopped.",
        "system:worker",
        "because",
    )


def test_somebody_who_sees_one_account_is_told_of_that_one_only(
    ctx: Context, admin: User, person: Person
) -> None:
    for account in ("111122223333", "444455556666"):
        write(
            ctx,
            admin,
            "ActionRequested",
            kind="stop_instance",
            resource_id=f"i-{account}",
            account_id=account,
        )
    write(ctx, admin, "ScheduleSaved", name="Office")
    narrow = person(Role.VIEWER, accounts=frozenset({"444455556666"}))
    assert [told.subject for told in audit.activity(ctx, narrow)] == ["i-444455556666"]
    assert len(audit.activity(ctx, admin)) == 3


def test_another_organisations_log_is_not_seen(ctx: Context, written: User) -> None:
    with ctx.begin() as db:
        assert db.execute(select(func.count()).select_from(table)).scalar_one() == 5
    stranger = replace(written, organisation_id=uuid4())
    assert audit.newest(ctx, stranger) == ()
    assert audit.activity(ctx, stranger) == ()
    assert audit.verify(ctx, stranger) == audit.ChainCheck(0, None)
