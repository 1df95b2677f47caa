"""An override holds until its end and not a moment longer; a protection beats it, it beats schedules."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.schedules.decide import InForce, decide
from core.schedules.intervals import Segment
from core.schedules.model import Period, ScheduleDefinition, State
from core.schedules.override import LONGEST, Override, in_force, lay_over, tonight

OFFICE = ScheduleDefinition("Europe/London", (Period("08:00", "18:00", weekdays=("mon-fri",)),))
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
HOURS = InForce("office hours", OFFICE, LONG_AGO)
FRIDAY_NIGHT = datetime(2026, 11, 20, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)


def an_override(
    state: State = State.RUNNING,
    begin: datetime = FRIDAY_NIGHT,
    length: timedelta = HOUR,
    ended_at: datetime | None = None,
    at: datetime | None = None,
) -> Override:
    return Override(
        UUID(int=1),
        "i-1",
        state,
        begin,
        begin + length,
        "release night",
        "ana@example.com",
        at or begin,
        ended_at,
    )


def test_an_override_beats_the_schedule_and_says_who_why_and_until_when() -> None:
    decision = decide([HOURS], FRIDAY_NIGHT, [an_override()])
    assert (decision.desired, decision.segment_start, decision.until) == (
        State.RUNNING,
        FRIDAY_NIGHT,
        FRIDAY_NIGHT + HOUR,
    )
    assert decision.reason == (
        "on: kept on by ana@example.com until Fri 20 Nov 23:00, because “release night”"
    )


def test_a_protection_beats_an_override() -> None:
    decision = decide([HOURS], FRIDAY_NIGHT, [an_override()], "it is protected by its tag pioneer:protected")
    assert decision.desired is State.ANY
    assert decision.reason == "left alone: it is protected by its tag pioneer:protected"


def test_protection_beats_overrides_they_maintenance_it_days_off_they_periods_and_these_the_default() -> None:
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    said: list[tuple[str, str]] = []

    def wanted(held: Override | None = None, protection: str | None = None, **given: object) -> None:
        definition = ScheduleDefinition("UTC", **given)  # type: ignore[arg-type]
        decision = decide([InForce("one", definition, LONG_AGO)], at, [held] if held else [], protection)
        said.append((decision.desired.value, decision.reason.partition(" “")[0]))

    levels: dict[str, object] = {"periods": ()}
    wanted(**levels)
    levels["periods"] = (Period("11:00", "13:00"),)
    wanted(**levels)
    levels["off_dates"] = ("2026-11-20",)
    wanted(**levels)
    levels["maintenance"] = (Period("11:30", "12:30"),)
    wanted(**levels)
    for state in (State.STOPPED, State.RUNNING):
        wanted(an_override(state, begin=at), **levels)
    wanted(an_override(begin=at), "it is protected", **levels)
    assert said == [
        ("stopped", "off: outside"),
        ("running", "on: in"),
        ("stopped", "off: a day off of"),
        ("any", "left alone: in a maintenance window of"),
        ("stopped", "off: kept off by ana@example.com until Fri 20 Nov 13:00, because"),
        ("running", "on: kept on by ana@example.com until Fri 20 Nov 13:00, because"),
        ("any", "left alone: it is protected"),
    ]


def test_an_override_needs_no_schedule_and_leaves_alone_what_it_left() -> None:
    kept = an_override(State.STOPPED)
    assert decide([], FRIDAY_NIGHT, [kept]).desired is State.STOPPED
    assert decide([], FRIDAY_NIGHT + HOUR, [kept]).desired is State.ANY
    assert decide([], FRIDAY_NIGHT - HOUR, [kept]).reason == "left alone: no schedule switches it"


def test_when_an_override_is_over_the_schedule_begins_anew() -> None:
    over = decide([HOURS], FRIDAY_NIGHT + HOUR, [an_override()])
    assert (over.desired, over.segment_start) == (State.STOPPED, FRIDAY_NIGHT + HOUR)
    ended = an_override(ended_at=FRIDAY_NIGHT + HOUR / 2)
    early = decide([HOURS], FRIDAY_NIGHT + HOUR / 2, [ended])
    assert (early.desired, early.segment_start) == (State.STOPPED, FRIDAY_NIGHT + HOUR / 2)


def test_an_override_that_was_ended_before_it_began_changes_nothing() -> None:
    never = an_override(at=FRIDAY_NIGHT - HOUR, ended_at=FRIDAY_NIGHT - HOUR / 2)
    assert decide([HOURS], FRIDAY_NIGHT, [never]) == decide([HOURS], FRIDAY_NIGHT)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: an_override(State.ANY),
        lambda: an_override(length=timedelta(0)),
        lambda: an_override(length=HOUR, at=FRIDAY_NIGHT + HOUR),
        lambda: an_override(length=LONGEST + timedelta(seconds=1)),
        lambda: an_override(begin=FRIDAY_NIGHT + LONGEST, at=FRIDAY_NIGHT),
    ],
)
def test_an_override_without_a_near_end_is_refused(wrong: object) -> None:
    with pytest.raises(Invalid):
        wrong()  # type: ignore[operator]


@given(
    begin=st.integers(0, 3000),
    length=st.integers(1, 5000),
    ended=st.none() | st.integers(0, 8000),
    look=st.integers(0, 9000),
    state=st.sampled_from([State.RUNNING, State.STOPPED]),
)
def test_an_override_never_outlives_its_end_nor_beats_a_protection(
    begin: int, length: int, ended: int | None, look: int, state: State
) -> None:
    def after(minutes: int) -> datetime:
        return FRIDAY_NIGHT + timedelta(minutes=minutes)

    held = Override(
        UUID(int=1),
        "i-1",
        state,
        after(begin),
        after(begin + length),
        "why",
        "ana",
        after(0),
        None if ended is None else after(ended),
    )
    decision = decide([HOURS], after(look), [held])
    alone = decide([HOURS], after(look))
    over = look >= begin + length or (ended is not None and look >= ended)
    if over or look < begin:
        assert decision.desired is alone.desired
    else:
        assert decision.desired is state
        assert decision.until == held.end
    assert decision.segment_start <= after(look)
    assert decide([HOURS], after(look), [held], "protected").desired is State.ANY
    line = lay_over((Segment(after(0), after(10000), State.ANY),), [held])
    found = next(
        each for each in line if each.start <= after(look) and (not each.end or after(look) < each.end)
    )
    assert found.state is (state if in_force([held], after(look)) else State.ANY)


def test_tonight_is_what_would_be_off_next_a_day_of_it_at_most() -> None:
    monday = datetime(2026, 11, 16, 12, tzinfo=UTC)
    assert tonight([OFFICE], monday) == (monday + 6 * HOUR, monday + 20 * HOUR)
    assert tonight([OFFICE], monday + 8 * HOUR) == (monday + 8 * HOUR, monday + 20 * HOUR)
    assert tonight([OFFICE], FRIDAY_NIGHT) == (FRIDAY_NIGHT, FRIDAY_NIGHT + timedelta(days=1))
    for none in ([], [ScheduleDefinition("UTC", (Period(),))]):
        with pytest.raises(Invalid, match="within 24 hours"):
            tonight(none, monday)
