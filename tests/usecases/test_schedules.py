"""Schedules kept, attached and acted on: once a segment, on the real database."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, text

from core.access.roles import Role, User
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.schedules.attachment import Mode
from core.schedules.intervals import Segment
from core.schedules.model import Period, ScheduleDefinition, State
from core.schedules.selector import Selector
from services.context import Beat, Context
from services.db.tables.access import clock_shift
from services.db.tables.actions import actions
from services.db.tables.records import audit
from services.usecases import schedules
from tests.builders import ACCOUNT, an_instance
from tests.fleet import connected, seen

ALWAYS = ScheduleDefinition("UTC", (Period(),))
NEVER = ScheduleDefinition("UTC", ())
TAGGED = Selector(tag=("schedule", "office"))
TAGS = {"schedule": "office"}


@pytest.fixture
def account(ctx: Context, organisation_id: UUID) -> str:
    """A connected account."""
    connected(ctx, organisation_id, ACCOUNT)
    return ACCOUNT


def requested(ctx: Context) -> list[tuple[str, str]]:
    with ctx.begin() as db:
        rows = db.execute(
            select(actions.c.kind, actions.c.resource_id).order_by(
                actions.c.requested_at, actions.c.resource_id
            )
        )
        return [(row.kind, row.resource_id) for row in rows]


def settle(ctx: Context) -> None:
    with ctx.begin() as db:
        db.execute(actions.update().values(state="done"))


def later(ctx: Context, shift: timedelta) -> None:
    with ctx.begin() as db:
        db.execute(text("delete from clock_shift"))
        db.execute(insert(clock_shift).values(shift=shift))


def test_a_schedule_is_saved_changed_and_deleted(ctx: Context, operator: User) -> None:
    made = schedules.save(ctx, operator, None, " Office ", ALWAYS)
    changed = schedules.save(ctx, operator, made.id, "Office", NEVER, version=1)
    assert (made.name, changed.version) == ("Office", 2)
    assert changed.changed_at > made.changed_at
    renamed = schedules.save(ctx, operator, made.id, "Days", NEVER)
    assert renamed.changed_at == changed.changed_at
    assert [view.schedule for view in schedules.listing(ctx, operator)] == [renamed]
    schedules.delete(ctx, operator, made.id)
    assert schedules.listing(ctx, operator) == ()
    with pytest.raises(NotFound):
        schedules.one(ctx, operator, made.id)
    with ctx.begin() as db:
        written = db.execute(select(audit.c.action).order_by(audit.c.seq)).scalars().all()
    assert written == ["ScheduleSaved"] * 3 + ["ScheduleDeleted"]


def test_a_name_is_taken_once_and_free_again_after_deletion(ctx: Context, operator: User) -> None:
    made = schedules.save(ctx, operator, None, "Office", ALWAYS)
    with pytest.raises(Conflict, match="called “Office” already"):
        schedules.save(ctx, operator, None, "Office", NEVER)
    schedules.delete(ctx, operator, made.id)
    schedules.save(ctx, operator, None, "Office", NEVER)


def test_a_change_made_on_an_old_version_is_refused(ctx: Context, operator: User) -> None:
    made = schedules.save(ctx, operator, None, "Office", ALWAYS)
    schedules.save(ctx, operator, made.id, "Office", NEVER, version=1)
    with pytest.raises(Conflict, match="changed meanwhile"):
        schedules.save(ctx, operator, made.id, "Office", ALWAYS, version=1)


def test_what_we_would_not_do_is_not_saved(ctx: Context, operator: User) -> None:
    resizing = ScheduleDefinition("UTC", (Period(instancetype="m5.large"),), hibernate=True)
    for name, definition in (("", ALWAYS), ("x" * 101, ALWAYS), ("Resizing", resizing)):
        with pytest.raises(Invalid):
            schedules.save(ctx, operator, None, name, definition)


def test_viewers_look_and_do_not_touch(ctx: Context, viewer: User, operator: User) -> None:
    made = schedules.save(ctx, operator, None, "Office", ALWAYS)
    assert schedules.one(ctx, viewer, made.id).now.desired is State.RUNNING
    for attempt in (
        lambda: schedules.save(ctx, viewer, None, "Mine", ALWAYS),
        lambda: schedules.delete(ctx, viewer, made.id),
        lambda: schedules.attach(ctx, viewer, made.id, TAGGED),
        lambda: schedules.detach(ctx, viewer, uuid4()),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_another_organisations_schedule_does_not_exist(
    ctx: Context, operator: User, person: Callable[..., User]
) -> None:
    with ctx.begin() as db:
        other = db.execute(
            text("insert into organisation values (gen_random_uuid(), 'Other', now()) returning id")
        ).scalar_one()
    stranger = person(Role.ADMIN, organisation=other)
    made = schedules.save(ctx, operator, None, "Office", ALWAYS)
    assert schedules.listing(ctx, stranger) == ()
    for attempt in (schedules.one, schedules.delete):
        with pytest.raises(NotFound):
            attempt(ctx, stranger, made.id)


@pytest.mark.usefixtures("account")
def test_what_should_be_off_is_stopped_once(ctx: Context, organisation_id: UUID, operator: User) -> None:
    seen(ctx, organisation_id, an_instance("i-1", tags=TAGS), an_instance("i-2"))
    made = schedules.save(ctx, operator, None, "Never", NEVER)
    schedules.attach(ctx, operator, made.id, TAGGED)
    assert schedules.run(ctx, Beat()) == "1 requested, 0 refused, 0 busy, 0 noted."
    settle(ctx)
    assert schedules.run(ctx, Beat()) == "0 requested, 0 refused, 0 busy, 0 noted."
    assert requested(ctx) == [("stop_instance", "i-1")]
    (acted,) = schedules.history(ctx, operator, "i-1")
    assert (acted.desired, acted.outcome) == (State.STOPPED, "queued")
    assert acted.reason == "off: outside “Never” (UTC)"


@pytest.mark.usefixtures("account")
def test_a_manual_start_is_left_alone_until_the_next_segment(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    running = ScheduleDefinition("UTC", (Period(f"{(now + 2 * hour):%H:%M}", f"{(now + 3 * hour):%H:%M}"),))
    seen(ctx, organisation_id, an_instance(tags=TAGS))
    schedules.attach(ctx, operator, schedules.save(ctx, operator, None, "Soon", running).id, TAGGED)
    schedules.run(ctx, Beat())
    settle(ctx)
    schedules.run(ctx, Beat())  # somebody has started it again: AWS still says running
    assert requested(ctx) == [("stop_instance", "i-1")]
    later(ctx, timedelta(hours=2, minutes=30))
    schedules.run(ctx, Beat())  # running, as wanted: noted, nothing done
    later(ctx, timedelta(hours=3, minutes=30))
    schedules.run(ctx, Beat())
    assert requested(ctx) == [("stop_instance", "i-1")] * 2
    outcomes = [acted.outcome for acted in schedules.history(ctx, operator, "i-1")]
    assert outcomes == ["queued", "already so", "queued"]


@pytest.mark.usefixtures("account")
def test_an_edit_acts_in_the_segment_that_stands(ctx: Context, organisation_id: UUID, operator: User) -> None:
    seen(ctx, organisation_id, an_instance(state="stopped", tags=TAGS))
    made = schedules.save(ctx, operator, None, "Hours", NEVER)
    schedules.attach(ctx, operator, made.id, TAGGED)
    schedules.run(ctx, Beat())
    schedules.save(ctx, operator, made.id, "Hours", ALWAYS)
    schedules.run(ctx, Beat())
    assert requested(ctx) == [("start_instance", "i-1")]


@pytest.mark.usefixtures("account")
def test_one_refused_instance_does_not_stop_the_others(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    seen(
        ctx,
        organisation_id,
        an_instance("i-1", tags={**TAGS, "pioneer:protected": "true"}),
        an_instance("i-2", tags=TAGS, autoscaling_group="web"),
        an_instance("i-3", tags=TAGS),
    )
    schedules.attach(ctx, operator, schedules.save(ctx, operator, None, "Never", NEVER).id, TAGGED)
    assert schedules.run(ctx, Beat()) == "1 requested, 1 refused, 0 busy, 1 noted."
    assert requested(ctx) == [("stop_instance", "i-3")]
    assert schedules.history(ctx, operator, "i-1")[0].reason.startswith("left alone: it is protected")
    assert schedules.run(ctx, Beat()) == "0 requested, 0 refused, 0 busy, 0 noted."


@pytest.mark.usefixtures("account")
def test_a_busy_instance_is_looked_at_again(ctx: Context, organisation_id: UUID, operator: User) -> None:
    seen(ctx, organisation_id, an_instance(tags=TAGS))
    made = schedules.save(ctx, operator, None, "Never", NEVER)
    schedules.attach(ctx, operator, made.id, TAGGED)
    schedules.run(ctx, Beat())
    schedules.attach(ctx, operator, made.id, Selector(resource_ids=("i-1",)))  # begins the segment anew
    assert schedules.run(ctx, Beat()) == "0 requested, 0 refused, 1 busy, 0 noted."
    settle(ctx)
    assert schedules.run(ctx, Beat()) == "1 requested, 0 refused, 0 busy, 0 noted."


@pytest.mark.usefixtures("account")
def test_a_dry_run_is_written_down_and_nothing_is_done(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    seen(ctx, organisation_id, an_instance(tags=TAGS))
    schedules.attach(
        ctx, operator, schedules.save(ctx, operator, None, "Never", NEVER).id, TAGGED, Mode.DRY_RUN
    )
    schedules.run(ctx, Beat())
    assert requested(ctx) == []
    assert schedules.history(ctx, operator, "i-1")[0].outcome == "dry run: would stop"


@pytest.mark.usefixtures("account")
def test_disabled_detached_and_paused_do_nothing(ctx: Context, organisation_id: UUID, operator: User) -> None:
    connected(ctx, organisation_id, "444455556666", "paused")
    seen(
        ctx,
        organisation_id,
        an_instance("i-1", tags=TAGS),
        an_instance("i-2", tags=TAGS, account_id="444455556666"),
    )
    made = schedules.save(ctx, operator, None, "Never", NEVER, enabled=False)
    attachment = schedules.attach(ctx, operator, made.id, TAGGED)
    schedules.run(ctx, Beat())
    schedules.detach(ctx, operator, attachment.id)
    schedules.save(ctx, operator, made.id, "Never", NEVER)
    schedules.run(ctx, Beat())
    assert requested(ctx) == []
    with pytest.raises(NotFound):
        schedules.detach(ctx, operator, attachment.id)


@pytest.mark.usefixtures("account")
def test_an_attachment_reaches_no_further_than_who_made_it(
    ctx: Context, organisation_id: UUID, operator: User, person: Callable[..., User]
) -> None:
    connected(ctx, organisation_id, "444455556666")
    seen(
        ctx,
        organisation_id,
        an_instance("i-1", tags=TAGS),
        an_instance("i-2", tags=TAGS, account_id="444455556666"),
    )
    local = person(Role.OPERATOR, accounts=frozenset({ACCOUNT}))
    made = schedules.save(ctx, local, None, "Never", NEVER)
    with pytest.raises(NotFound, match="i-2"):
        schedules.attach(ctx, local, made.id, Selector(resource_ids=("i-2",)))
    with pytest.raises(NotFound):
        schedules.history(ctx, local, "i-2")
    schedules.attach(ctx, local, made.id, TAGGED)
    schedules.run(ctx, Beat())
    assert requested(ctx) == [("stop_instance", "i-1")]
    with pytest.raises(Conflict, match="already"):
        schedules.attach(ctx, local, made.id, TAGGED)
    assert schedules.one(ctx, operator, made.id).resources == 1


@pytest.mark.usefixtures("account")
def test_a_lost_lease_stops_the_tick_before_it_writes(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    seen(ctx, organisation_id, an_instance(tags=TAGS))
    schedules.attach(ctx, operator, schedules.save(ctx, operator, None, "Never", NEVER).id, TAGGED)

    def lost() -> None:
        message = "The lease went to another worker."
        raise Conflict(message)

    with pytest.raises(Conflict):
        schedules.run(ctx, Beat(check=lost))
    assert requested(ctx) == []
    assert schedules.history(ctx, operator, "i-1") == ()


@pytest.mark.usefixtures("account")
def test_the_next_transition_of_each_instance_is_known(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    begin = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(hours=3)
    soon = ScheduleDefinition("UTC", (Period(f"{begin:%H:%M}", f"{begin + timedelta(hours=1):%H:%M}"),))
    seen(
        ctx, organisation_id, an_instance("i-1", tags=TAGS), an_instance("i-2", tags=TAGS), an_instance("i-3")
    )
    schedules.attach(ctx, operator, schedules.save(ctx, operator, None, "Soon", soon).id, TAGGED)
    ahead = schedules.next_transitions(ctx, operator)
    assert [(one.resource_id, one.at, one.to, one.schedules) for one in ahead] == [
        ("i-1", begin, State.RUNNING, ("Soon",)),
        ("i-2", begin, State.RUNNING, ("Soon",)),
    ]
    assert [one.resource_id for one in schedules.next_transitions(ctx, operator, ["i-2", "i-3"])] == ["i-2"]


def test_a_preview_needs_no_database_and_has_an_end() -> None:
    start, end = datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 12, 6, tzinfo=UTC)
    assert schedules.preview(ALWAYS, start, end) == (Segment(start, end, State.RUNNING),)
    with pytest.raises(Invalid):
        schedules.preview(ALWAYS, start, start + timedelta(days=401))
