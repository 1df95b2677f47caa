"""A resource's history says what was decided, why, what was done and what was seen."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from core.access.roles import User
from core.actions.model import ActionState
from core.errors import NotFound
from core.schedules.attachment import Mode
from core.schedules.model import State
from services.context import Context
from services.usecases.schedule_history import history
from tests.usecases.test_switching_by_hand import HOUR, attached, now, seen, settle, tick

__all__ = ["now"]


def test_each_decision_has_what_was_done_and_what_was_seen_after_it(
    ctx: Context, organisation_id: UUID, operator: User, now: datetime
) -> None:
    attached(ctx, operator)
    seen(ctx, organisation_id, "running", now - HOUR)
    tick(ctx)
    settle(ctx, ActionState.DONE, "It is stopped.")
    seen(ctx, organisation_id, "stopped", datetime.now(UTC))
    told = history(ctx, operator, "i-1")
    (line,) = told.lines
    assert (line.acted.reason, line.action and line.action.state) == ("off: outside “Off” (UTC)", "done")
    assert [each.state for each in line.seen] == ["stopped"]
    assert told.now is not None
    assert (told.now.decision.desired, told.now.mode) == (State.STOPPED, Mode.APPLY)


def test_what_was_started_by_hand_is_why_it_is_on_now(
    ctx: Context, organisation_id: UUID, operator: User, now: datetime
) -> None:
    attached(ctx, operator)
    seen(ctx, organisation_id, "stopped", now - 2 * HOUR)
    seen(ctx, organisation_id, "running", now - HOUR)
    told = history(ctx, operator, "i-1")
    assert told.now is not None
    assert told.now.decision.reason == f"on: started by hand at {now - HOUR:%H:%M}, left"


def test_what_failed_says_why_and_when_it_is_tried_again(
    ctx: Context, organisation_id: UUID, operator: User, now: datetime
) -> None:
    attached(ctx, operator)
    seen(ctx, organisation_id, "running", now)
    tick(ctx)
    settle(ctx, ActionState.FAILED, "AWS has no capacity.", step="")
    (line,) = history(ctx, operator, "i-1").lines
    assert line.trial is not None
    assert (line.trial.failures, line.trial.why) == (1, "AWS has no capacity.")
    assert line.next_try_at is not None
    assert line.next_try_at - line.trial.failed_at == timedelta(minutes=5)


def test_what_nothing_switches_has_no_history_and_what_is_not_there_is_not_found(
    ctx: Context, organisation_id: UUID, operator: User, now: datetime
) -> None:
    seen(ctx, organisation_id, "running", now)
    told = history(ctx, operator, "i-1")
    assert (told.now, told.lines) == (None, ())
    with pytest.raises(NotFound):
        history(ctx, operator, "i-none")
