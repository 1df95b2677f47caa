"""Maintenance windows: in them nothing is stopped, and nothing started that is stopped."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from core.schedules.decide import InForce, Step, decide, step
from core.schedules.intervals import overlay, segment_at, state_at
from core.schedules.model import Period, ScheduleDefinition, State

OFFICE = (Period("08:00", "18:00", weekdays=("mon-fri",)),)
PATCHING = ScheduleDefinition(
    "Europe/London", OFFICE, off_dates=("12-25",), maintenance=(Period("22:00", "02:00", weekdays=("thu",)),)
)
CHRISTMAS_EVE = datetime(2026, 12, 24, tzinfo=UTC)  # a Thursday


def said(at: datetime) -> str:
    return decide([InForce("Office", PATCHING, datetime(2026, 1, 1, tzinfo=UTC))], at).reason


def test_a_window_lets_run_what_a_day_off_would_stop_and_stops_it_when_it_ends() -> None:
    found = [
        (hour, state_at(PATCHING, CHRISTMAS_EVE + timedelta(hours=hour)).value)
        for hour in (17, 19, 22, 25, 26, 34)
    ]
    assert found == [
        (17, "running"),
        (19, "stopped"),
        (22, "any"),
        (25, "any"),
        (26, "stopped"),
        (34, "stopped"),
    ]
    after = segment_at([PATCHING], CHRISTMAS_EVE + timedelta(hours=27))
    assert after.start == CHRISTMAS_EVE + timedelta(hours=26)
    assert all(step(State.ANY, observed) is Step.NO_OPINION for observed in ("running", "stopped"))


def test_the_reason_names_the_window() -> None:
    at = CHRISTMAS_EVE + timedelta(hours=25)
    assert (
        said(at) == "left alone: in a maintenance window of “Office” (Europe/London) until Fri 25 Dec 02:00"
    )
    assert said(at + timedelta(hours=3)).startswith("off: a day off of “Office”")


def test_a_window_has_both_its_edges() -> None:
    with pytest.raises(Invalid, match="needs both its begin and its end"):
        ScheduleDefinition("UTC", (), maintenance=(Period("22:00"),))
    with pytest.raises(Invalid, match="Maintenance window 2: “25:00” is no time of day at character 2"):
        ScheduleDefinition.from_json(
            {
                "periods": [],
                "maintenance": [{"begin": "22:00", "end": "02:00"}, {"begin": "25:00", "end": "26:00"}],
            }
        )


def test_a_definition_with_windows_is_kept_as_it_is() -> None:
    assert ScheduleDefinition.from_json(PATCHING.to_json()) == PATCHING
    assert "maintenance" not in ScheduleDefinition("UTC", OFFICE).to_json()


periods = st.sampled_from(
    [
        Period(),
        Period("22:00", "06:00"),
        Period("01:30", "02:30"),
        Period("09:00", "17:00", weekdays=("mon-fri",)),
    ]
)
definitions = st.builds(
    ScheduleDefinition,
    st.sampled_from(["Europe/London", "America/Sao_Paulo", "Asia/Kolkata"]),
    st.lists(periods, max_size=2).map(tuple),
    st.sampled_from(State),
    st.lists(st.sampled_from(["12-25", "2026-10-25", "2026-03-29"]), max_size=2).map(tuple),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001  bounds are without zone


@given(definitions, st.lists(periods, min_size=1, max_size=2), moments)
@settings(max_examples=60, deadline=None)
def test_within_windows_off_becomes_left_alone_and_nothing_else_changes(
    plain: ScheduleDefinition, windows: list[Period], at: datetime
) -> None:
    made = ScheduleDefinition(plain.timezone, plain.periods, plain.default, plain.off_dates, tuple(windows))
    within = state_at(ScheduleDefinition(plain.timezone, tuple(windows)), at) is State.RUNNING
    before = state_at(plain, at)
    assert state_at(made, at) is (State.ANY if within and before is State.STOPPED else before)


@given(definitions, definitions, st.lists(periods, max_size=2), moments)
@settings(max_examples=30, deadline=None)
def test_segments_with_windows_are_disjoint_in_whatever_order(
    left: ScheduleDefinition, right: ScheduleDefinition, windows: list[Period], start: datetime
) -> None:
    made = ScheduleDefinition(left.timezone, left.periods, left.default, left.off_dates, tuple(windows))
    end = start + timedelta(days=9)
    line = overlay([made, right], start, end)
    assert line == overlay([right, made], start, end)
    assert (line[0].start, line[-1].end) == (start, end)
    for one, next_one in pairwise(line):
        assert one.end == next_one.start
        assert one.state is not next_one.state
