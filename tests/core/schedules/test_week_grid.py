"""What is painted is what the schedule wants, hour by hour."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.schedules.intervals import timeline
from core.schedules.model import Period, ScheduleDefinition, State
from core.schedules.week_grid import Grid, grid_of, periods

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
OFF = (False,) * 24
GRIDS = st.lists(
    st.one_of(
        st.just([True] * 24),
        st.just([False] * 24),
        st.lists(st.booleans(), min_size=24, max_size=24),
        st.tuples(st.integers(0, 24), st.integers(0, 24)).map(
            lambda edges: [edges[0] <= hour or hour < edges[1] for hour in range(24)]
        ),
    ).map(tuple),
    min_size=7,
    max_size=7,
).map(tuple)


def hours(*on: int) -> tuple[bool, ...]:
    return tuple(hour in on for hour in range(24))


def test_equal_days_are_one_period() -> None:
    office = hours(*range(8, 18))
    assert periods((office,) * 5 + (OFF,) * 2) == (Period("08:00", "18:00", weekdays=("mon-fri",)),)
    assert periods((office, OFF, office, OFF, OFF, OFF, OFF)) == (
        Period("08:00", "18:00", weekdays=("mon", "wed")),
    )
    assert periods((office,) * 7) == (Period("08:00", "18:00"),)


def test_a_night_belongs_to_the_day_it_begins_on_also_from_sunday_to_monday() -> None:
    night = (hours(22, 23), hours(*range(6)), OFF, OFF, OFF, OFF, OFF)
    assert periods(night) == (Period("22:00", "06:00", weekdays=("mon",)),)
    sunday = (hours(*range(3)), OFF, OFF, OFF, OFF, OFF, hours(23))
    assert periods(sunday) == (Period("23:00", "03:00", weekdays=("sun",)),)


def test_whole_days_are_said_so() -> None:
    assert periods(((True,) * 24,) * 7) == (Period(),)
    assert periods(((True,) * 24, OFF, OFF, OFF, OFF, OFF, OFF)) == (Period(weekdays=("mon",)),)
    assert periods((OFF,) * 7) == ()


@pytest.mark.parametrize(
    "period",
    [
        Period("08:30", "18:00"),
        Period(begin="08:00"),
        Period("08:00", "18:00", monthdays=("1-7",)),
        Period("08:00", "18:00", months=("jan",)),
        Period("08:00", "18:00", weekdays=("mon#1",)),
        Period("08:00", "18:00", weekdays=("mon-sun/2",)),
    ],
)
def test_what_a_grid_cannot_show_is_left_to_words(period: Period) -> None:
    assert grid_of(ScheduleDefinition("UTC", (period,))) is None


def test_a_free_default_is_left_to_words() -> None:
    assert grid_of(ScheduleDefinition("UTC", (), State.ANY)) is None


@settings(max_examples=200, deadline=None)
@given(GRIDS)
def test_periods_want_what_was_painted_and_paint_it_again(grid: Grid) -> None:
    definition = ScheduleDefinition("UTC", periods(grid))
    assert grid_of(definition) == grid
    line = timeline(definition, MONDAY, MONDAY + timedelta(days=7))
    for segment in line:
        at = segment.start
        while segment.end is not None and at < segment.end:
            assert grid[at.weekday()][at.hour] == (segment.state is State.RUNNING)
            at += timedelta(hours=1)
