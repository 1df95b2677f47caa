"""Days as a calendar shows them: whole, by the wall clock, with clock changes where they fall."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from core.schedules.calendar import calendar
from core.schedules.intervals import instant, timeline
from core.schedules.model import Period, ScheduleDefinition, State, zone

NIGHT = Period("22:00", "06:00", weekdays=("mon-fri",))
OFFICE = Period("08:00", "18:00", weekdays=("mon-fri",))
ZONES = (
    "UTC",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Asia/Beirut",
)
HOUR = timedelta(hours=1)


def in_spring(*periods: Period, zone_name: str = "Europe/London") -> ScheduleDefinition:
    return ScheduleDefinition(zone_name, periods)


def test_an_overnight_period_lies_on_two_days() -> None:
    friday, saturday = calendar(in_spring(NIGHT), datetime(2026, 11, 20, 12, tzinfo=UTC), 2)
    assert [(each.state, each.begin, each.end) for each in friday.stretches] == [
        (State.RUNNING, 0, 360),
        (State.STOPPED, 360, 1320),
        (State.RUNNING, 1320, 1440),
    ]
    assert (friday.hours(State.RUNNING), saturday.hours(State.RUNNING)) == (8, 6)


def test_the_day_the_clocks_go_forward_has_23_hours_and_says_so() -> None:
    before, on_it = calendar(in_spring(Period()), datetime(2026, 3, 28, 12, tzinfo=UTC), 2)
    assert (before.hours(State.RUNNING), on_it.hours(State.RUNNING)) == (24, 23)
    assert before.change is None
    assert on_it.change is not None
    assert (on_it.change.at, on_it.change.minute, on_it.change.by) == (
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        120,
        HOUR,
    )


def test_the_day_the_clocks_go_back_has_25_hours() -> None:
    (day,) = calendar(in_spring(Period()), datetime(2026, 10, 25, 12, tzinfo=UTC), 1)
    assert day.hours(State.RUNNING) == 25
    assert day.change is not None
    assert (day.change.minute, day.change.by) == (60, -HOUR)


def test_a_calendar_has_an_end() -> None:
    with pytest.raises(Invalid):
        calendar(in_spring(OFFICE), datetime(2026, 1, 1, tzinfo=UTC), 401)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.dates(date(2015, 1, 1), date(2030, 1, 1)),
    st.lists(st.sampled_from((NIGHT, OFFICE, Period("01:30", "02:30"), Period(begin="20:00"))), max_size=3),
)
def test_every_moment_of_every_day_is_shown_once(name: str, first: date, periods: list[Period]) -> None:
    definition = ScheduleDefinition(name, tuple(periods))
    place = zone(name)
    days = calendar(definition, instant(place, first, 0), 60)
    edges = [instant(place, first + timedelta(days=number), 0) for number in range(61)]
    for day, (start, end) in zip(days, pairwise(edges), strict=True):
        assert sum((each.lasts for each in day.stretches), timedelta()) == end - start
        assert all(0 <= each.begin <= each.end <= 1440 for each in day.stretches)
        assert (day.change is not None) == (
            start.astimezone(place).utcoffset() != end.astimezone(place).utcoffset()
        )
    wanted = sum(
        (
            (each.end or edges[-1]) - each.start
            for each in timeline(definition, edges[0], edges[-1])
            if each.state is State.RUNNING
        ),
        timedelta(),
    )
    shown = sum(
        (each.lasts for day in days for each in day.stretches if each.state is State.RUNNING), timedelta()
    )
    assert shown == wanted


def test_a_day_knows_why_it_is_so() -> None:
    office, patching = (
        Period("08:00", "18:00", weekdays=("mon-fri",)),
        Period("22:00", "23:00", weekdays=("thu",)),
    )
    made = ScheduleDefinition("UTC", (office,), off_dates=("12-24",), maintenance=(patching,))
    eve, christmas, saturday = calendar(made, datetime(2026, 12, 24, tzinfo=UTC), 3)
    assert (eve.off, eve.begins, eve.windows) == (True, (office,), (patching,))
    assert (christmas.off, christmas.begins, christmas.windows) == (False, (office,), ())
    assert (saturday.off, saturday.begins) == (False, ())
