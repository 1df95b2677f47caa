"""A decision is what is wanted, why, and until when."""

from datetime import UTC, datetime

import pytest

from core.schedules.decide import InForce, Step, decide, step
from core.schedules.model import Period, ScheduleDefinition, State

OFFICE = ScheduleDefinition("Europe/London", (Period("08:00", "18:00", weekdays=("mon-fri",)),))
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
FRIDAY_NIGHT = datetime(2026, 11, 20, 22, tzinfo=UTC)


def test_a_decision_says_what_why_and_until_when() -> None:
    decision = decide([InForce("office hours", OFFICE, LONG_AGO)], FRIDAY_NIGHT)
    assert decision.desired is State.STOPPED
    assert decision.segment_start == datetime(2026, 11, 20, 18, tzinfo=UTC)
    assert decision.until == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert decision.reason == "off: outside “office hours” (Europe/London) until Mon 23 Nov 08:00"


def test_all_looks_within_a_segment_decide_the_same() -> None:
    inforce = [InForce("office hours", OFFICE, LONG_AGO)]
    later = datetime(2026, 11, 22, 3, tzinfo=UTC)
    assert decide(inforce, FRIDAY_NIGHT) == decide(inforce, later)


def test_why_it_is_off_changes_within_a_segment_where_a_day_off_begins() -> None:
    free = ScheduleDefinition("Europe/London", OFFICE.periods, off_dates=("2026-11-21",))
    evening, next_day = (
        decide([InForce("office hours", free, LONG_AGO)], at)
        for at in (FRIDAY_NIGHT, FRIDAY_NIGHT.replace(day=21))
    )
    assert (evening.segment_start, evening.until) == (next_day.segment_start, next_day.until)
    assert evening.reason.startswith("off: outside")
    assert next_day.reason.startswith("off: a day off of")


def test_a_period_of_being_off_is_named_as_why_and_only_while_it_lasts() -> None:
    lunch = Period("12:00", "13:00", off=True)
    late = Period("17:00", "20:00", off=True)
    inforce = [InForce("office", ScheduleDefinition("UTC", (*OFFICE.periods, lunch, late)), LONG_AGO)]
    noon, evening, night = (
        decide(inforce, datetime(2026, 11, 20, hour, 30, tzinfo=UTC)).reason for hour in (12, 19, 21)
    )
    assert noon == "off: kept off by “office” (UTC) until Fri 20 Nov 13:00"
    assert evening == "off: kept off by “office” (UTC) until Mon 23 Nov 08:00"
    assert night == "off: outside “office” (UTC) until Mon 23 Nov 08:00"


def test_equal_schedules_that_were_made_apart_are_one_to_whoever_looks_them_up() -> None:
    again = ScheduleDefinition("Europe/London", (Period("08:00", "18:00", weekdays=("mon-fri",)),))
    assert {InForce("a", OFFICE, LONG_AGO)} == {InForce("a", again, LONG_AGO)}
    assert len({InForce("a", OFFICE, LONG_AGO), InForce("a", OFFICE, FRIDAY_NIGHT)}) == 2


def test_an_attachment_or_edit_begins_a_segment_anew() -> None:
    attached = datetime(2026, 11, 20, 20, tzinfo=UTC)
    assert decide([InForce("office hours", OFFICE, attached)], FRIDAY_NIGHT).segment_start == attached


def test_two_schedules_decide_together() -> None:
    nights = ScheduleDefinition("UTC", (Period("21:00", "23:00"),))
    both = [InForce("office hours", OFFICE, LONG_AGO), InForce("nights", nights, LONG_AGO)]
    decision = decide(both, FRIDAY_NIGHT)
    assert decision.desired is State.RUNNING
    assert "“office hours” (Europe/London) and “nights” (UTC)" in decision.reason


@pytest.mark.parametrize(
    ("desired", "observed", "expected"),
    [
        (State.RUNNING, "stopped", Step.START),
        (State.RUNNING, "running", Step.NOTHING),
        (State.RUNNING, "pending", Step.NOTHING),
        (State.RUNNING, "stopping", Step.WAIT),
        (State.STOPPED, "running", Step.STOP),
        (State.STOPPED, "stopped", Step.NOTHING),
        (State.STOPPED, "stopping", Step.NOTHING),
        (State.STOPPED, "pending", Step.WAIT),
        (State.STOPPED, "terminated", Step.WAIT),
        (State.ANY, "running", Step.NO_OPINION),
    ],
)
def test_what_follows_depends_on_what_is(desired: State, observed: str, expected: Step) -> None:
    assert step(desired, observed) is expected
