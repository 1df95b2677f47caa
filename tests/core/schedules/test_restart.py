"""A database that AWS starts again after seven days was not started by anybody."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from core.inventory import Kind
from core.schedules.by_hand import Ours, Seen, last_by_hand
from core.schedules.decide import InForce, decide
from core.schedules.manual import ByHand, Manual, Respect, decide_with_hand
from core.schedules.model import ScheduleDefinition, State
from core.schedules.override import Override

STOPPED_AT = datetime(2026, 11, 2, 19, tzinfo=UTC)
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
NEVER = (InForce("Never", ScheduleDefinition("UTC", ()), STOPPED_AT),)
NEVER_ID = UUID(int=1)
STOP = Ours("stop_database", "", STOPPED_AT - HOUR / 4, STOPPED_AT)


def seen(started_at: datetime) -> list[Seen]:
    """Stopped, on its way, on."""
    before = STOPPED_AT - WEEK
    return [
        Seen(before, "available", 1),
        Seen(STOPPED_AT, "stopped", 2),
        Seen(started_at - HOUR / 4, "starting", 3),
        Seen(started_at, "available", 4),
    ]


@pytest.mark.parametrize("kind", [Kind.DATABASE, Kind.DATABASE_CLUSTER])
def test_a_start_after_seven_days_off_is_aws_own(kind: Kind) -> None:
    at = STOPPED_AT + WEEK + HOUR / 2
    assert last_by_hand(seen(at), [STOP], kind=kind) == ByHand(State.RUNNING, at, by_aws=True)


def test_a_start_before_that_is_somebodys() -> None:
    at = STOPPED_AT + WEEK - 2 * HOUR
    assert last_by_hand(seen(at), [STOP], kind=Kind.DATABASE) == ByHand(State.RUNNING, at)


def test_instances_stay_off_until_somebody_starts_them() -> None:
    at = STOPPED_AT + 2 * WEEK
    assert last_by_hand(seen(at), [STOP], kind=Kind.INSTANCE) == ByHand(State.RUNNING, at)


def test_a_start_of_ours_is_ours_however_long_it_was_off() -> None:
    at = STOPPED_AT + 2 * WEEK
    start = Ours("start_database", "", at - HOUR / 4, at)
    assert last_by_hand(seen(at), [STOP, start], kind=Kind.DATABASE) is None


@pytest.mark.parametrize("respect", [Manual(), Manual(Respect.HOLD, hours=4), Manual(Respect.ENFORCE)])
def test_what_is_to_be_off_is_stopped_again_however_people_are_respected(respect: Manual) -> None:
    at = STOPPED_AT + WEEK
    hand = ByHand(State.RUNNING, at, by_aws=True)
    decision = decide_with_hand(NEVER, (respect,), at + HOUR, hand=hand)
    assert (decision.desired, decision.segment_start) == (State.STOPPED, at)
    assert decision.reason.endswith("AWS started it again by itself after seven days")


def test_what_somebody_keeps_off_stays_off() -> None:
    at = STOPPED_AT + WEEK
    kept = Override(
        id=NEVER_ID,
        resource_id="orders",
        state=State.STOPPED,
        begin=STOPPED_AT,
        until=STOPPED_AT + 3 * WEEK,
        reason="parked",
        by="ops@hekla.example",
        at=STOPPED_AT,
    )
    hand = ByHand(State.RUNNING, at, by_aws=True)
    decision = decide_with_hand((), (), at + HOUR, (kept,), hand=hand)
    assert (decision.desired, decision.segment_start) == (State.STOPPED, at)


def test_what_is_to_be_on_is_left_as_it_is() -> None:
    always = (InForce("Always", ScheduleDefinition("UTC", (), State.RUNNING), STOPPED_AT),)
    hand = ByHand(State.RUNNING, STOPPED_AT + WEEK, by_aws=True)
    now = STOPPED_AT + WEEK + HOUR
    assert decide_with_hand(always, (Manual(),), now, hand=hand) == decide(always, now)
