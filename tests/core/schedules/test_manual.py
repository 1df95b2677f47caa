"""A start or stop by hand is respected as the attachment says, and by nothing else than time ended."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from core.schedules.decide import InForce, decide
from core.schedules.intervals import segment_at
from core.schedules.manual import ByHand, Manual, Respect, decide_with_hand
from core.schedules.model import Period, ScheduleDefinition, State
from core.schedules.override import Override
from tests.core.schedules.test_override import an_override

OFFICE = ScheduleDefinition("Europe/London", (Period("08:00", "18:00", weekdays=("mon-fri",)),))
STOP_ONLY = ScheduleDefinition("Europe/London", (Period(end="18:00"),), State.ANY)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
HOURS = InForce("office hours", OFFICE, LONG_AGO)
FRIDAY = datetime(2026, 11, 20, tzinfo=UTC)
NINE = FRIDAY + timedelta(hours=21, minutes=10)
HOUR = timedelta(hours=1)
STARTED = ByHand(State.RUNNING, NINE)
HOLD = Manual(Respect.HOLD, hours=4)

moments = st.integers(0, 14 * 24 * 60).map(lambda minutes: FRIDAY + timedelta(minutes=minutes))
hands = st.builds(ByHand, st.sampled_from([State.RUNNING, State.STOPPED]), moments)
most = st.none() | st.integers(1, 72)
leaving = st.builds(Manual, max_hours=most)
holding = st.builds(
    lambda hours, top: Manual(Respect.HOLD, hours=hours, max_hours=top), st.integers(1, 72), most
)
timed = st.builds(
    lambda hour, top: Manual(Respect.HOLD, until=time(hour), max_hours=top), st.integers(0, 23), most
)
enforcing = st.builds(lambda top: Manual(Respect.ENFORCE, max_hours=top), most)
manuals = st.one_of(leaving, holding, timed, enforcing)
definitions = st.sampled_from(
    [OFFICE, STOP_ONLY, ScheduleDefinition("America/New_York", (Period("22:00", "04:00"),))]
)


def test_a_start_by_hand_is_left_until_the_next_segment() -> None:
    decision = decide_with_hand([HOURS], [Manual()], NINE + HOUR, hand=STARTED)
    assert decision.reason == "on: started by hand at 21:10, left until Mon 23 Nov 08:00"
    assert (decision.desired, decision.segment_start) == (State.RUNNING, NINE)
    assert decision.until == datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_a_stop_through_our_door_names_the_person() -> None:
    hand = ByHand(State.STOPPED, FRIDAY + 10 * HOUR, "ana@example.com")
    decision = decide_with_hand([HOURS], [Manual()], FRIDAY + 11 * HOUR, hand=hand)
    assert decision.reason == "off: stopped by ana@example.com at 10:00, left until 18:00"


def test_a_hold_lasts_for_its_hours_and_then_the_schedule_decides_anew() -> None:
    held = decide_with_hand([HOURS], [HOLD], NINE + 3 * HOUR, hand=STARTED)
    assert held.reason == "on: started by hand at 21:10, left until Sat 21 Nov 01:10"
    over = decide_with_hand([HOURS], [HOLD], NINE + 4 * HOUR, hand=STARTED)
    assert (over.desired, over.segment_start) == (State.STOPPED, NINE + 4 * HOUR)


def test_a_hold_may_end_at_a_time_of_day_where_the_schedule_is() -> None:
    manual = Manual(Respect.HOLD, until=time(23))
    assert decide_with_hand([HOURS], [manual], NINE, hand=STARTED).until == FRIDAY + 23 * HOUR
    early = ByHand(State.RUNNING, FRIDAY + timedelta(hours=23, minutes=30))
    until = decide_with_hand([HOURS], [manual], early.at, hand=early).until
    assert until == FRIDAY + timedelta(hours=47)


def test_enforced_a_start_by_hand_is_undone_once() -> None:
    decision = decide_with_hand([HOURS], [Manual(Respect.ENFORCE)], NINE, hand=STARTED)
    assert (decision.desired, decision.segment_start) == (State.STOPPED, NINE)


def test_a_longest_run_ends_a_start_that_would_be_left_for_the_weekend() -> None:
    manual = Manual(max_hours=2)
    assert decide_with_hand([HOURS], [manual], NINE + HOUR, hand=STARTED).until == NINE + 2 * HOUR
    over = decide_with_hand([HOURS], [manual], NINE + 2 * HOUR, hand=STARTED)
    assert (over.desired, over.segment_start) == (State.STOPPED, NINE + 2 * HOUR)


def test_a_longest_run_ends_a_start_that_no_schedule_would_stop() -> None:
    inforce = [InForce("stop only", STOP_ONLY, LONG_AGO)]
    over = decide_with_hand(
        inforce, [Manual(Respect.HOLD, hours=1, max_hours=2)], NINE + 3 * HOUR, hand=STARTED
    )
    assert (over.desired, over.segment_start) == (State.STOPPED, NINE + 2 * HOUR)
    assert over.reason == "off: started by hand at 21:10, 2 hours at most"


def test_what_was_done_by_hand_before_an_attachment_or_an_override_ended_is_over() -> None:
    later = InForce("office hours", OFFICE, NINE + HOUR)
    assert decide_with_hand([later], [Manual()], NINE + 2 * HOUR, hand=STARTED).desired is State.STOPPED
    ended = an_override(State.STOPPED, NINE, HOUR)
    decision = decide_with_hand([HOURS], [Manual()], NINE + 2 * HOUR, [ended], hand=STARTED)
    assert (decision.desired, decision.segment_start) == (State.STOPPED, NINE + HOUR)


def test_an_override_and_a_protection_beat_what_was_done_by_hand() -> None:
    override: Override = an_override(State.STOPPED, NINE + HOUR, HOUR)
    at = NINE + HOUR
    assert decide_with_hand([HOURS], [Manual()], at, [override], hand=STARTED).desired is State.STOPPED
    assert decide_with_hand([HOURS], [Manual()], at, (), "a tag", STARTED).desired is State.ANY


@pytest.mark.parametrize(
    "given",
    [
        {"respect": "hold"},
        {"respect": "hold", "hours": 2, "until": "07:00"},
        {"hours": 2},
        {"max_hours": 0},
        {"max_hours": 9999},
        {"respect": "hold", "hours": True},
        {"respect": "fight"},
        {"respect": "hold", "until": "25:99"},
    ],
)
def test_what_says_too_little_or_too_much_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        Manual.from_json(given)


@given(manuals)
def test_it_reads_back_as_kept(manual: Manual) -> None:
    assert Manual.from_json(manual.to_json()) == manual


@settings(max_examples=60, deadline=None)
@given(hands, definitions, moments)
def test_left_alone_nobody_is_fought_within_the_segment(
    hand: ByHand, definition: ScheduleDefinition, at: datetime
) -> None:
    inforce = [InForce("hours", definition, LONG_AGO)]
    end = segment_at([definition], hand.at).end
    if hand.at <= at and (end is None or at < end):
        assert decide_with_hand(inforce, [Manual()], at, hand=hand).desired is hand.state


@settings(max_examples=60, deadline=None)
@given(hands, definitions, moments, manuals.filter(lambda manual: manual.max_hours is not None))
def test_a_longest_run_always_ends_a_start_that_schedules_do_not_want(
    hand: ByHand, definition: ScheduleDefinition, at: datetime, manual: Manual
) -> None:
    started = ByHand(State.RUNNING, hand.at)
    inforce = [InForce("hours", definition, LONG_AGO)]
    wanted = decide(inforce, at).desired
    if at >= hand.at + timedelta(hours=manual.max_hours or 0):
        decision = decide_with_hand(inforce, [manual], at, hand=started)
        assert decision.desired is (State.RUNNING if wanted is State.RUNNING else State.STOPPED)


@settings(max_examples=60, deadline=None)
@given(hands, definitions, moments, manuals)
def test_looks_within_one_decision_agree_on_it(
    hand: ByHand, definition: ScheduleDefinition, at: datetime, manual: Manual
) -> None:
    inforce = [InForce("hours", definition, LONG_AGO)]
    decision = decide_with_hand(inforce, [manual], at, hand=hand)
    assert decision.segment_start <= at
    assert decision.until is None or decision.until > at
    if hand.at <= decision.segment_start:
        begun = decide_with_hand(inforce, [manual], decision.segment_start, hand=hand)
        assert begun.desired is decision.desired


@settings(max_examples=60, deadline=None)
@given(hands, moments, st.lists(manuals, min_size=1, max_size=4), st.randoms())
def test_the_order_of_attachments_does_not_matter(
    hand: ByHand, at: datetime, several: list[Manual], random: object
) -> None:
    inforce = [HOURS] * len(several)
    shuffled = list(several)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert decide_with_hand(inforce, several, at, hand=hand) == decide_with_hand(
        inforce, shuffled, at, hand=hand
    )
