"""Overrides: obeyed by the tick, over at their end, and never against a protection."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, text

from core.access.roles import Role, User
from core.errors import Forbidden, Invalid, NotFound, Refused
from core.schedules.attachment import Mode
from core.schedules.model import Period, ScheduleDefinition, State
from core.schedules.selector import Selector
from services.context import Beat, Context
from services.db.tables.access import clock_shift
from services.db.tables.actions import actions
from services.db.tables.records import audit
from services.usecases import overrides, schedules
from tests.builders import ACCOUNT, an_instance
from tests.fleet import connected, seen

ALWAYS = ScheduleDefinition("UTC", (Period(),))
NEVER = ScheduleDefinition("UTC", ())
HOUR = timedelta(hours=1)
OTHER = "222222222222"


@pytest.fixture
def fleet(ctx: Context, organisation_id: UUID) -> None:
    """Two accounts: `i-1` runs and `i-off` is stopped here, `i-far` runs there; `i-safe` is protected."""
    for account in (ACCOUNT, OTHER):
        connected(ctx, organisation_id, account)
    seen(
        ctx,
        organisation_id,
        an_instance("i-1"),
        an_instance("i-off", state="stopped"),
        an_instance("i-far", account_id=OTHER),
        an_instance("i-safe", tags={"pioneer:protected": "true"}),
    )


def soon(hours: int = 2) -> datetime:
    return datetime.now(UTC) + hours * HOUR


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


def attached(
    ctx: Context, user: User, definition: ScheduleDefinition, *ids: str, mode: Mode = Mode.APPLY
) -> None:
    made = schedules.save(ctx, user, None, "Hours", definition)
    schedules.attach(ctx, user, made.id, Selector(resource_ids=ids), mode)


@pytest.mark.usefixtures("fleet")
def test_an_override_is_obeyed_once_without_any_schedule(ctx: Context, operator: User) -> None:
    made = overrides.keep(ctx, operator, "i-1", State.STOPPED, soon(), "nobody needs it")
    overrides.keep(ctx, operator, "i-off", State.RUNNING, soon(), "a test")
    for _ in range(2):
        schedules.run(ctx, Beat())
        settle(ctx)
    assert sorted(requested(ctx)) == [("start_instance", "i-off"), ("stop_instance", "i-1")]
    (acted,) = schedules.history(ctx, operator, "i-1")
    assert (acted.desired, acted.outcome, acted.segment_start) == (State.STOPPED, "queued", made.begin)
    assert acted.reason.startswith(f"off: kept off by {operator.email} until ")


@pytest.mark.usefixtures("fleet")
@pytest.mark.parametrize("mode", [Mode.APPLY, Mode.DRY_RUN])
def test_an_override_beats_a_schedule_until_its_end_and_no_longer(
    ctx: Context, operator: User, mode: Mode
) -> None:
    attached(ctx, operator, NEVER, "i-1", mode=mode)
    made = overrides.keep(ctx, operator, "i-1", State.RUNNING, soon(), "release night")
    schedules.run(ctx, Beat())
    assert requested(ctx) == []
    (coming,) = schedules.next_transitions(ctx, operator)
    assert (coming.at, coming.to) == (made.until, State.STOPPED)
    later(ctx, 2 * HOUR + timedelta(minutes=1))
    schedules.run(ctx, Beat())
    assert requested(ctx) == ([("stop_instance", "i-1")] if mode is Mode.APPLY else [])
    assert schedules.history(ctx, operator, "i-1")[0].segment_start == made.until
    assert overrides.present(ctx, operator, "i-1") is None


@pytest.mark.usefixtures("fleet")
def test_what_a_schedule_had_stopped_already_is_stopped_again_when_the_override_ends(
    ctx: Context, operator: User
) -> None:
    attached(ctx, operator, NEVER, "i-1")
    schedules.run(ctx, Beat())
    settle(ctx)
    made = overrides.keep(ctx, operator, "i-1", State.RUNNING, soon(), "release night")
    schedules.run(ctx, Beat())
    assert overrides.present(ctx, operator, "i-1") == made
    overrides.end(ctx, operator, made.id)
    assert overrides.present(ctx, operator, "i-1") is None
    schedules.run(ctx, Beat())
    assert requested(ctx) == [("stop_instance", "i-1")] * 2
    with pytest.raises(NotFound):
        overrides.end(ctx, operator, made.id)


@pytest.mark.usefixtures("fleet")
def test_a_protected_instance_is_refused_an_override_and_left_alone_by_one_made_before(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    with pytest.raises(Refused, match="protected"):
        overrides.keep(ctx, operator, "i-safe", State.STOPPED, soon(), "why not")
    overrides.keep(ctx, operator, "i-1", State.STOPPED, soon(), "nobody needs it")
    seen(ctx, organisation_id, an_instance("i-1", tags={"pioneer:protected": "yes"}))
    for _ in range(2):
        schedules.run(ctx, Beat())
    assert requested(ctx) == []
    (told,) = schedules.history(ctx, operator, "i-1")
    assert (told.desired, told.reason) == (
        State.ANY,
        "left alone: it is protected by its tag pioneer:protected",
    )


@pytest.mark.usefixtures("fleet")
def test_a_new_override_takes_the_place_of_the_one_before(ctx: Context, operator: User) -> None:
    first = overrides.keep(ctx, operator, "i-1", State.STOPPED, soon(), "first")
    second = overrides.keep(ctx, operator, "i-1", State.RUNNING, soon(3), "second")
    assert overrides.present(ctx, operator, "i-1") == second
    with pytest.raises(NotFound):
        overrides.end(ctx, operator, first.id)
    schedules.run(ctx, Beat())
    assert requested(ctx) == []


@pytest.mark.usefixtures("fleet")
def test_tonight_is_skipped_from_the_stop_on(ctx: Context, operator: User) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    day = ScheduleDefinition("UTC", (Period(f"{now - 3 * HOUR:%H:%M}", f"{now + 3 * HOUR:%H:%M}"),))
    attached(ctx, operator, day, "i-1")
    nights = overrides.nights(ctx, operator, ["i-1", "i-off"])
    night = nights["i-1"]
    assert "i-off" not in nights
    assert (night.begin, night.until) == (now + 3 * HOUR, now + 21 * HOUR)
    made = overrides.skip_tonight(ctx, operator, "i-1", "a long job")
    assert (made.state, made.begin, made.until) == (State.RUNNING, night.begin, night.until)
    later(ctx, 4 * HOUR)
    schedules.run(ctx, Beat())
    assert requested(ctx) == []
    with pytest.raises(Invalid, match="within 24 hours"):
        overrides.skip_tonight(ctx, operator, "i-off", "a long job")


@pytest.mark.usefixtures("fleet")
def test_who_may_not_act_or_does_not_see_it_makes_and_ends_no_override(
    ctx: Context, operator: User, viewer: User, person: Callable[..., User]
) -> None:
    near = person(Role.OPERATOR, accounts=frozenset({ACCOUNT}))
    far = overrides.keep(ctx, operator, "i-far", State.STOPPED, soon(), "nobody needs it")
    with pytest.raises(Forbidden):
        overrides.keep(ctx, viewer, "i-1", State.STOPPED, soon(), "mine")
    with pytest.raises(Forbidden):
        overrides.end(ctx, viewer, far.id)
    for attempt in (
        lambda: overrides.keep(ctx, near, "i-far", State.STOPPED, soon(), "mine"),
        lambda: overrides.present(ctx, near, "i-far"),
        lambda: overrides.skip_tonight(ctx, near, "i-far", "mine"),
        lambda: overrides.end(ctx, near, far.id),
        lambda: overrides.keep(ctx, near, "i-none", State.STOPPED, soon(), "mine"),
        lambda: overrides.end(ctx, operator, uuid4()),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert overrides.keep(ctx, near, "i-1", State.STOPPED, soon(), "mine").by == near.email


@pytest.mark.usefixtures("fleet")
@pytest.mark.parametrize(("hours", "reason"), [(-1, "why"), (24 * 31, "why"), (1, "  ")])
def test_an_override_needs_a_near_end_and_a_reason(
    ctx: Context, operator: User, hours: int, reason: str
) -> None:
    with pytest.raises(Invalid):
        overrides.keep(ctx, operator, "i-1", State.STOPPED, soon(hours), reason)


@pytest.mark.usefixtures("fleet")
def test_overrides_are_in_the_audit_log_with_their_reason(ctx: Context, operator: User) -> None:
    made = overrides.keep(ctx, operator, "i-1", State.STOPPED, soon(), "nobody needs it")
    overrides.end(ctx, operator, made.id)
    with ctx.begin() as db:
        rows = db.execute(select(audit.c.action, audit.c.subject, audit.c.reason).order_by(audit.c.seq)).all()
    assert [tuple(row) for row in rows] == [
        ("OverrideMade", "i-1", "nobody needs it"),
        ("OverrideEnded", "i-1", ""),
    ]


@pytest.mark.usefixtures("fleet")
def test_a_stop_that_a_second_person_must_approve_is_no_override(ctx: Context, operator: User) -> None:
    strict = replace(ctx, settings=ctx.settings.model_copy(update={"approval_above": Decimal(10)}))
    with pytest.raises(Refused, match="approval of a second person"):
        overrides.keep(strict, operator, "i-1", State.STOPPED, soon(), "quiet week")
    assert overrides.keep(strict, operator, "i-1", State.RUNNING, soon(), "a test").state is State.RUNNING


@pytest.mark.usefixtures("fleet")
def test_what_one_does_not_see_is_not_there_whatever_it_costs(
    ctx: Context, person: Callable[..., User]
) -> None:
    near = person(Role.OPERATOR, accounts=frozenset({ACCOUNT}))
    strict = replace(ctx, settings=ctx.settings.model_copy(update={"approval_above": Decimal(10)}))
    for unseen in ("i-far", "i-none"):
        with pytest.raises(NotFound):
            overrides.keep(strict, near, unseen, State.STOPPED, soon(), "mine")
