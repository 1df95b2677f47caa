"""What is at work, read while others attach; and what was kept when an empty list could be attached."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, insert

from core.access.roles import User
from core.errors import Invalid
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.selector import Selector
from services.context import Beat, Context
from services.db.tables.schedules import attachments as table
from services.usecases import attachments, schedule_history, schedules, transitions
from tests.builders import ACCOUNT, an_instance
from tests.fleet import connected, seen

ALWAYS = ScheduleDefinition("UTC", (Period(),))
TAGGED = Selector(tag=("team", "web"))


@pytest.fixture(autouse=True)
def fleet(ctx: Context, organisation_id: UUID) -> None:
    """One instance with a tag."""
    connected(ctx, organisation_id, ACCOUNT)
    seen(ctx, organisation_id, an_instance("i-1", tags={"team": "web"}))


@contextmanager
def meanwhile(ctx: Context, act: Callable[[], object]) -> Iterator[None]:
    """Somebody acts once, after attachments were read and before what they switch is."""
    waits = [act]

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if waits and "jsonb_each_text" in statement:
            waits.pop()()

    event.listen(ctx.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(ctx.engine, "before_cursor_execute", note)
    assert not waits, "nobody read what is switched"


READERS: dict[str, Callable[[Context, User, UUID], object]] = {
    "the screen of schedules": lambda ctx, user, _made: schedules.board(ctx, user),
    "what comes next": lambda ctx, user, _made: transitions.next_transitions(ctx, user),
    "what follows another": lambda ctx, user, _made: attachments.already(ctx, user, TAGGED, uuid4()),
    "a resource's history": lambda ctx, user, _made: schedule_history.history(ctx, user, "i-1"),
    "the worker's tick": lambda ctx, _user, _made: schedules.run(ctx, Beat()),
}


@pytest.mark.parametrize("reader", READERS)
def test_what_is_attached_while_it_is_read_is_seen_by_the_next_look(
    ctx: Context, operator: User, reader: str
) -> None:
    made = schedules.save(ctx, operator, None, "Always", ALWAYS)

    def attach() -> None:
        schedules.attach(ctx, operator, made.id, TAGGED)
        other = schedules.save(ctx, operator, None, "Newer", ALWAYS)
        schedules.attach(ctx, operator, other.id, TAGGED)

    with meanwhile(ctx, attach):
        READERS[reader](ctx, operator, made.id)
    assert [view.resources for view in schedules.board(ctx, operator).views] == [1, 1]


def test_an_attachment_kept_for_no_account_is_shown_switches_nothing_and_can_be_ended(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    made = schedules.save(ctx, operator, None, "Always", ALWAYS)
    attached = schedules.attach(ctx, operator, made.id, TAGGED)
    with ctx.begin() as db:
        emptied = {**TAGGED.to_json(), "accounts": []}
        row = {**attached.__dict__, "selector": emptied, "manual": attached.manual.to_json()}
        db.execute(insert(table).values({**row, "id": uuid4(), "organisation_id": organisation_id}))
    schedules.detach(ctx, operator, attached.id)
    (view,) = schedules.listing(ctx, operator)
    (kept,) = view.attachments
    assert (view.resources, str(kept.selector)) == (0, "tag team=web of no account")
    assert schedules.next_transitions(ctx, operator) == ()
    schedules.detach(ctx, operator, kept.id)
    assert schedules.one(ctx, operator, made.id).attachments == ()


def test_nothing_is_attached_to_no_account(ctx: Context, operator: User) -> None:
    made = schedules.save(ctx, operator, None, "Always", ALWAYS)
    for empty in (Selector(accounts=()), Selector(tag=("team", "web"), regions=())):
        with pytest.raises(Invalid, match="at least one"):
            schedules.attach(ctx, operator, made.id, empty)
