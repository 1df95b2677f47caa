"""Schedules leave alone what people start and stop by hand, as each attachment says; and try again what failed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from core.access.roles import Role, User
from core.actions.model import ActionState
from core.errors import Forbidden, Invalid, Refused
from core.schedules.attachment import Mode
from core.schedules.manual import Manual, Respect
from core.schedules.model import ScheduleDefinition, State
from core.schedules.selector import Selector
from services.context import Beat, Context
from services.db.stores import resources
from services.db.tables.actions import actions
from services.usecases import approvals, attachments, schedules
from services.usecases.actions import ActionFilter, listing
from tests.builders import ACCOUNT, an_instance
from tests.fleet import connected
from tests.usecases.test_schedules import later

NEVER = ScheduleDefinition("UTC", ())
TAGGED = Selector(tag=("schedule", "office"))
TAGS = {"schedule": "office"}
HOUR = timedelta(hours=1)


@pytest.fixture
def approver(person: Callable[..., User]) -> User:
    """Somebody who may say yes."""
    return person(Role.APPROVER)


@pytest.fixture
def now(ctx: Context, organisation_id: UUID) -> datetime:
    """Now, with an account connected."""
    connected(ctx, organisation_id, ACCOUNT)
    return datetime.now(UTC)


def seen(ctx: Context, organisation_id: UUID, state: str, at: datetime) -> None:
    with ctx.begin() as db:
        resources.publish(db, organisation_id, [an_instance("i-1", state=state, tags=TAGS)], at)


def attached(ctx: Context, user: User, manual: Manual | None = None, mode: Mode = Mode.APPLY) -> UUID:
    """A schedule that has everything off, at work since a day ago."""
    made = schedules.save(ctx, user, None, "Off", NEVER)
    held = schedules.attach(ctx, user, made.id, TAGGED, mode, manual or Manual())
    with ctx.begin() as db:
        db.execute(text("update schedule set changed_at = changed_at - interval '1 day'"))
        db.execute(text("update schedule_attachment set attached_at = attached_at - interval '1 day'"))
    return held.id


def tick(ctx: Context) -> str:
    return schedules.run(ctx, Beat())


def settle(ctx: Context, state: ActionState, outcome: str = "", step: str = "stop") -> None:
    with ctx.begin() as db:
        at = datetime.now(UTC)
        db.execute(
            update(actions)
            .where(actions.c.state == ActionState.QUEUED)
            .values(state=state, outcome=outcome, started_at=at, settled_at=at, step=step)
        )


def test_what_was_started_by_hand_is_left_and_the_history_says_so(
    ctx: Context, organisation_id: UUID, operator: User, now: datetime
) -> None:
    attached(ctx, operator)
    seen(ctx, organisation_id, "stopped", now - 2 * HOUR)
    seen(ctx, organisation_id, "running", now - HOUR)
    assert tick(ctx) == "0 requested, 0 refused, 0 busy, 1 noted."
    (acted,) = schedules.history(ctx, operator, "i-1")
    assert (acted.desired, acted.outcome) == (State.RUNNING, "already so")
    assert acted.reason == f"on: started by hand at {now - HOUR:%H:%M}, left"
    assert tick(ctx).endswith("0 noted.")


def test_enforced_what_was_started_by_hand_is_stopped_once(
    ctx: Context, organisation_id: UUID, operator: User, now: datetime
) -> None:
    attached(ctx, operator, Manual(Respect.ENFORCE))
    seen(ctx, organisation_id, "stopped", now - 3 * HOUR)
    tick(ctx)
    seen(ctx, organisation_id, "running", now - HOUR)
    assert tick(ctx).startswith("1 requested")
    settle(ctx, ActionState.DONE)
    assert tick(ctx).startswith("0 requested")


def test_a_hold_ends_after_its_hours(
    ctx: Context, organisation_id: UUID, operator: User, now: datetime
) -> None:
    attached(ctx, operator, Manual(Respect.HOLD, hours=2))
    seen(ctx, organisation_id, "stopped", now - 2 * HOUR)
    tick(ctx)
    seen(ctx, organisation_id, "running", now - HOUR)
    assert tick(ctx).startswith("0 requested")
    later(ctx, 2 * HOUR)
    assert tick(ctx).startswith("1 requested")


def test_what_we_started_for_somebody_was_started_by_hand_and_what_we_stopped_by_schedule_was_not(
    ctx: Context, organisation_id: UUID, operator: User, now: datetime
) -> None:
    attached(ctx, operator)
    seen(ctx, organisation_id, "running", now - HOUR)
    assert tick(ctx).startswith("1 requested")
    settle(ctx, ActionState.DONE)
    seen(ctx, organisation_id, "stopped", datetime.now(UTC))
    assert tick(ctx).startswith("0 requested")
    assert [acted.reason for acted in schedules.history(ctx, operator, "i-1")] == [
        "off: outside “Off” (UTC)",
    ]


def test_what_is_off_switches_nothing(
    ctx: Context, organisation_id: UUID, operator: User, now: datetime
) -> None:
    attached(ctx, operator, mode=Mode.OFF)
    seen(ctx, organisation_id, "running", now)
    assert tick(ctx) == "0 requested, 0 refused, 0 busy, 0 noted."


def test_a_schedule_that_asks_waits_for_somebody_else_than_who_attached_it(
    ctx: Context, organisation_id: UUID, admin: User, approver: User, now: datetime
) -> None:
    attached(ctx, admin, mode=Mode.APPROVE)
    seen(ctx, organisation_id, "running", now)
    assert tick(ctx).startswith("1 requested")
    (waiting,) = listing(ctx, admin, ActionFilter()).rows
    assert waiting.state is ActionState.WAITING
    assert waiting.waiting == "The approval of a second person: its schedule asks before it acts."
    with pytest.raises(Refused, match="themselves"):
        approvals.approve(ctx, admin, waiting.id, "Mine")
    assert approvals.approve(ctx, approver, waiting.id, "Yes").state is ActionState.QUEUED


def test_what_waits_for_approval_is_withdrawn_once_its_time_has_passed(
    ctx: Context, organisation_id: UUID, admin: User, now: datetime
) -> None:
    attachment = attached(ctx, admin, mode=Mode.APPROVE)
    seen(ctx, organisation_id, "running", now)
    tick(ctx)
    schedules.detach(ctx, admin, attachment)
    tick(ctx)
    (action,) = listing(ctx, admin, ActionFilter()).rows
    assert action.state is ActionState.CANCELLED
    assert action.outcome == "Its time has passed: its schedule wants it no more."


def test_another_mode_begins_anew_and_what_waited_is_withdrawn(
    ctx: Context, organisation_id: UUID, admin: User, operator: User, now: datetime
) -> None:
    attachment = attached(ctx, admin, mode=Mode.APPROVE)
    seen(ctx, organisation_id, "running", now)
    tick(ctx)
    changed = attachments.change(ctx, operator, attachment, Mode.APPLY, Manual())
    assert (changed.mode, changed.attached_by) == (Mode.APPLY, operator.email)
    tick(ctx)
    tick(ctx)
    states = {action.state for action in listing(ctx, admin, ActionFilter()).rows}
    assert states == {ActionState.CANCELLED, ActionState.QUEUED}


def test_another_respect_or_order_alone_begins_nothing_anew(
    ctx: Context, admin: User, operator: User, viewer: User, now: datetime
) -> None:
    assert now
    attachment = attached(ctx, admin)
    (before,) = schedules.listing(ctx, admin)[0].attachments
    changed = attachments.change(ctx, operator, attachment, Mode.APPLY, Manual(Respect.ENFORCE), order=3)
    assert changed == replace(before, manual=Manual(Respect.ENFORCE), order=3, version=2)
    assert schedules.listing(ctx, admin)[0].attachments == (changed,)
    with pytest.raises(Forbidden):
        attachments.change(ctx, viewer, attachment, Mode.OFF, Manual())
    with pytest.raises(Invalid):
        attachments.change(ctx, operator, attachment, Mode.APPLY, Manual(), order=10_000)


def test_what_failed_is_tried_again_later_each_time_and_within_its_segment(
    ctx: Context, organisation_id: UUID, operator: User, now: datetime
) -> None:
    attached(ctx, operator)
    seen(ctx, organisation_id, "running", now)
    tick(ctx)
    settle(ctx, ActionState.FAILED, "AWS has no capacity.", step="")
    assert tick(ctx).startswith("0 requested")
    later(ctx, timedelta(minutes=6))
    assert tick(ctx).startswith("1 requested")
    with ctx.read() as db:
        states = db.execute(select(actions.c.state).order_by(actions.c.requested_at)).scalars().all()
    assert states == ["failed", "queued"]
    assert len(schedules.history(ctx, operator, "i-1")) == 1


def test_what_comes_next_of_what_was_started_by_hand_is_the_end_of_its_hold(
    ctx: Context, organisation_id: UUID, operator: User, now: datetime
) -> None:
    attached(ctx, operator, Manual(Respect.HOLD, hours=4))
    seen(ctx, organisation_id, "stopped", now - 2 * HOUR)
    assert schedules.next_transitions(ctx, operator) == ()
    seen(ctx, organisation_id, "running", now - HOUR)
    (coming,) = schedules.next_transitions(ctx, operator)
    assert (coming.at, coming.to) == (now + 3 * HOUR, State.STOPPED)
