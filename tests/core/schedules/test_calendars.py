"""Days off: how they are written, what they beat, and how they come out of iCalendar files."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from core.schedules.calendars import Calendar, moves, named_days, off_days
from core.schedules.decide import InForce, decide
from core.schedules.intervals import overlay, segment_at, state_at, timeline
from core.schedules.model import Period, ScheduleDefinition, State

ALWAYS = ScheduleDefinition("Europe/London", (Period(),), off_dates=("2026-12-25",))


def test_a_day_off_is_one_day_or_comes_each_year() -> None:
    days = off_days(("2026-05-01", "12-25", "2027-02-28/yearly", "02-29"))
    held = [date(2026, 5, 1), date(1999, 12, 25), date(2028, 2, 28), date(2028, 2, 29)]
    assert [days.hold(day) for day in held] == [True] * 4
    assert not any(days.hold(day) for day in (date(2027, 5, 1), date(2026, 2, 28)))
    assert list(days.within(date(2027, 12, 25), date(2028, 3, 1))) == [date(2027, 12, 25), *held[2:]]


@pytest.mark.parametrize(
    "text", ["", "25-12-2026", "2026-02-29", "13-01", "2026-W52-5", "20261225", "12-25/yearly", "x/yearly"]
)
def test_what_is_no_day_off_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="is no day off"):
        ScheduleDefinition("UTC", (), off_dates=(text,))


def test_a_day_off_beats_everything_from_local_midnight_to_midnight() -> None:
    for definition in (ALWAYS, ScheduleDefinition("Europe/London", (), State.RUNNING, ("12-25",))):
        line = timeline(definition, datetime(2026, 12, 24, tzinfo=UTC), datetime(2026, 12, 27, tzinfo=UTC))
        assert [(piece.start.day, piece.state.value) for piece in line] == [
            (24, "running"),
            (25, "stopped"),
            (26, "running"),
        ]


def test_a_day_off_on_a_clock_change_is_as_long_as_the_day() -> None:
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25)):
        always = ScheduleDefinition("Europe/London", (Period(),), off_dates=(day.isoformat(),))
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        found = segment_at([always], noon)
        assert found.end is not None
        assert (found.state, found.end - found.start) == (State.STOPPED, timedelta(hours=hours))


def test_a_day_off_of_one_schedule_beats_what_another_wants() -> None:
    other = ScheduleDefinition("UTC", (Period(),))
    at = datetime(2026, 12, 25, 12, tzinfo=UTC)
    assert segment_at([other, ALWAYS], at) == segment_at([ALWAYS, other], at)
    decision = decide(
        [InForce("Others", other, at - timedelta(days=9)), InForce("Office", ALWAYS, at - timedelta(days=9))],
        at,
    )
    assert decision.desired is State.STOPPED
    assert decision.segment_start == datetime(2026, 12, 25, tzinfo=UTC)
    assert decision.reason == "off: a day off of “Office” (Europe/London) until Sat 26 Dec 00:00"


def test_a_definition_without_days_off_is_kept_as_before() -> None:
    plain = ScheduleDefinition("UTC", ())
    assert "off_dates" not in plain.to_json()
    assert ScheduleDefinition.from_json(ALWAYS.to_json()) == ALWAYS
    assert ScheduleDefinition.from_json(plain.to_json() | {"off_dates": None}) == plain


days = st.dates(date(2026, 1, 1), date(2027, 12, 31)).map(date.isoformat)
yearly = days.map(lambda text: text[5:]) | days.map(lambda text: f"{text}/yearly")
calendars = st.builds(Calendar, st.just("Holidays"), st.lists(days | yearly, max_size=9).map(tuple))
definitions = st.builds(
    ScheduleDefinition,
    st.sampled_from(["Europe/London", "America/Sao_Paulo", "Asia/Kolkata"]),
    st.lists(
        st.sampled_from([Period(), Period("22:00", "06:00"), Period("09:00"), Period(end="18:00")]),
        max_size=2,
    ).map(tuple),
    st.sampled_from(State),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001  bounds are without zone


@given(definitions, st.lists(calendars, max_size=3), st.randoms(use_true_random=False), moments)
@settings(max_examples=60, deadline=None)
def test_the_order_of_calendars_does_not_matter_and_their_days_are_off(
    definition: ScheduleDefinition, held: list[Calendar], random: object, at: datetime
) -> None:
    shuffled = list(held)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types its Random as object
    made = definition.observing(*held)
    assert made == definition.observing(*shuffled)
    off = off_days(made.off_dates).hold(at.astimezone(ZoneInfo(made.timezone)).date())
    assert state_at(made, at) is (State.STOPPED if off else state_at(definition, at))


@given(definitions, definitions, calendars, moments)
@settings(max_examples=40, deadline=None)
def test_intervals_with_days_off_are_disjoint_and_leave_no_moment_out(
    left: ScheduleDefinition, right: ScheduleDefinition, held: Calendar, start: datetime
) -> None:
    both = [left.observing(held), right]
    end = start + timedelta(days=20)
    line = overlay(both, start, end)
    assert line == overlay(list(reversed(both)), start, end)
    assert (line[0].start, line[-1].end) == (start, end)
    for one, next_one in pairwise(line):
        assert one.end == next_one.start
        assert one.state is not next_one.state


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (None, "its name and its list of days"),
        ({"name": "UK", "days": ["2026-12-25", "x"]}, "Day 2 of “UK”: “x” is no day off: write it as"),
        ({"name": "UK", "days": [3]}, "Day 1 of “UK” is neither text nor an object"),
        ({"name": "", "days": []}, "needs a name of at most 100"),
        ({"name": "UK", "days": [{"day": "12-25", "name": "x" * 101}]}, "The name of 12-25 is too long"),
        (
            {"name": "UK", "days": [(date(2026, 1, 1) + timedelta(n)).isoformat() for n in range(1001)]},
            "1,000",
        ),
    ],
)
def test_a_calendar_that_cannot_be_read_says_where(given: object, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        Calendar.from_json(given)


def test_named_days_come_sorted_each_year_with_their_calendar() -> None:
    uk = Calendar("UK", ("12-25", "2027-04-02"), {"12-25": "Christmas Day"})
    ours = Calendar("Ours", ("2026-12-25",))
    found = named_days([uk, ours], date(2026, 11, 1), date(2027, 12, 31))
    assert [(each.day.isoformat(), each.title, each.calendar) for each in found] == [
        ("2026-12-25", "", "Ours"),
        ("2026-12-25", "Christmas Day", "UK"),
        ("2027-04-02", "", "UK"),
        ("2027-12-25", "Christmas Day", "UK"),
    ]


@given(st.lists(days | yearly, max_size=6), st.lists(days | yearly, max_size=6), moments)
@settings(max_examples=60, deadline=None)
def test_changed_days_move_the_present_only_where_today_is_another(
    before: list[str], after: list[str], at: datetime
) -> None:
    differs = any(
        off_days(tuple(before)).hold(day) is not off_days(tuple(after)).hold(day)
        for day in (at.date() - timedelta(1), at.date(), at.date() + timedelta(1))
    )
    assert moves(before, after, at) is differs
