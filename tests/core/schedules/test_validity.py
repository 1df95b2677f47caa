"""From a first day to a last: outside of them a schedule is absent, and others decide alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from core.notices.stops import Stopping, occasion
from core.schedules.calendar import calendar
from core.schedules.decide import InForce, decide
from core.schedules.intervals import BEGINNING, Segment, overlay, segment_at, timeline
from core.schedules.model import Period, ScheduleDefinition, State
from core.schedules.preview import states
from core.schedules.sizes import size_at
from core.schedules.what_if import off_seconds
from services.usecases.transitions import following

LONDON = "Europe/London"
MARCH = ScheduleDefinition(
    LONDON,
    (Period("08:00", "18:00", instancetype="m5.large"),),
    valid_from=date(2027, 3, 1),
    valid_to=date(2027, 3, 31),
)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def at(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2027, month, day, hour, tzinfo=UTC)


def reason(when: datetime, *definitions: ScheduleDefinition) -> str:
    held = [InForce(f"office {number}", each, LONG_AGO) for number, each in enumerate(definitions, 1)]
    return decide(held, when).reason


def test_it_is_there_from_the_first_midnight_to_the_one_after_its_last_day() -> None:
    line = timeline(MARCH, at(2, 28, 12), at(3, 1, 12))
    assert [(each.start, each.state.value) for each in line] == [
        (at(2, 28, 12), "any"),
        (at(3, 1), "stopped"),
        (at(3, 1, 8), "running"),
    ]
    line = timeline(MARCH, at(3, 31, 12), at(4, 2))
    assert [(each.start, each.state.value) for each in line] == [
        (at(3, 31, 12), "running"),
        (at(3, 31, 17), "stopped"),
        (at(3, 31, 23), "any"),  # midnight of British summer time
    ]


def test_where_none_is_valid_nothing_is_wanted_and_the_reason_says_since_or_until_when() -> None:
    before, after = segment_at([MARCH], at(2, 1, 9)), segment_at([MARCH], at(4, 1, 9))
    assert before == Segment(BEGINNING, at(3, 1), State.ANY)
    assert after == Segment(at(3, 31, 23), None, State.ANY)
    assert (
        reason(at(2, 1, 9), MARCH) == "left alone: “office 1” (Europe/London) is not valid before 1 Mar 2027"
    )
    assert (
        reason(at(4, 1, 9), MARCH) == "left alone: “office 1” (Europe/London) is not valid after 31 Mar 2027"
    )
    always = replace(MARCH, valid_from=None, valid_to=date(2026, 12, 31))
    assert reason(at(2, 1, 9), MARCH, always) == (
        "left alone: “office 1” (Europe/London) is not valid before 1 Mar 2027"
        " and “office 2” (Europe/London) is not valid after 31 Dec 2026"
    )


def test_where_one_is_absent_the_others_decide_alone_and_only_they_are_named() -> None:
    nights = ScheduleDefinition(LONDON, (Period("22:00", "06:00"),))
    whole = replace(MARCH, periods=(), default=State.RUNNING, off_dates=("02-10", "03-10"))
    for when, wanted in (
        (at(2, 10, 12), State.STOPPED),
        (at(2, 9, 12), State.STOPPED),
        (at(3, 9, 12), State.RUNNING),
    ):
        assert segment_at([nights, whole], when).state is segment_at([whole, nights], when).state is wanted
    assert segment_at([nights, whole], at(2, 10, 23)).state is State.RUNNING, "its day off is absent, too"
    assert segment_at([nights, whole], at(3, 10, 23)).state is State.STOPPED
    assert reason(at(2, 10, 12), nights, whole) == (
        "off: outside “office 1” (Europe/London) until Wed 10 Feb 22:00"
    )
    assert reason(at(3, 10, 23), nights, whole) == (
        "off: a day off of “office 2” (Europe/London) until Thu 11 Mar 00:00"
    )


def test_no_maintenance_window_and_no_period_of_being_off_reaches_beyond_its_days() -> None:
    off = Period("12:00", "13:00", off=True)
    made = replace(MARCH, periods=(off,), maintenance=(Period("22:00", "04:00"),))
    nights = ScheduleDefinition(LONDON, (Period("11:00", "14:00"),))
    found = {
        when: state_at_both.value
        for when in (at(2, 28, 12), at(3, 1, 12), at(2, 28, 23), at(3, 1, 1), at(3, 31, 22), at(4, 1, 1))
        for state_at_both in [segment_at([nights, made], when).state]
    }
    assert list(found.values()) == ["running", "stopped", "stopped", "any", "any", "stopped"]
    assert "maintenance" in reason(at(3, 1, 1), nights, made)
    assert "maintenance" not in reason(at(4, 1, 1), nights, made)


def test_why_is_told_anew_where_it_becomes_valid_within_a_day_and_a_segment() -> None:
    free = replace(MARCH, timezone="America/New_York", periods=(), default=State.ANY)
    morning, noon = at(3, 1, 3), at(3, 1, 12)  # before and after its midnight, on one UTC day
    assert "not valid before" in reason(morning, free)
    assert reason(noon, free).startswith("left alone: free in “office 1”")


def test_no_period_names_a_type_beyond_its_days() -> None:
    night = replace(MARCH, periods=(Period("22:00", "06:00", instancetype="m5.large"),))
    begun = size_at([night], at(3, 1, 2))
    assert begun is not None
    assert begun.since == at(3, 1)
    assert size_at([night], at(2, 28, 23)) is None
    assert size_at([night], at(4, 1, 2)) is None


def test_the_calendar_says_on_which_days_it_is_absent() -> None:
    made = replace(MARCH, off_dates=("02-28", "04-01"), maintenance=(Period("22:00", "23:00"),))
    days = calendar(made, at(2, 27, 12), 3)
    assert [day.absent for day in days] == ["not valid before 1 Mar 2027"] * 2 + [""]
    assert [(day.off, bool(day.begins), bool(day.windows)) for day in days] == [
        (False, False, False),
        (False, False, False),
        (False, True, True),
    ]
    assert [day.hours(State.RUNNING) for day in days] == [0, 0, 10]


def test_previews_and_replays_leave_alone_what_lies_beyond_its_days() -> None:
    assert [each.value for each in states(MARCH, [at(4, 2, 9), at(3, 2, 9), at(3, 2, 20)])] == [
        "any",
        "running",
        "stopped",
    ]
    assert off_seconds(MARCH, at(2, 28, 22), 4).tolist() == [0, 0, 3600, 3600]


def test_a_notice_and_the_next_change_name_only_who_is_there_then() -> None:
    always = InForce("office", ScheduleDefinition("UTC", (Period("08:00", "18:00"),)), LONG_AGO)
    held = (InForce("march", MARCH, LONG_AGO), always)
    segment = following(held, at(2, 10, 12), at(2, 20))
    assert segment is not None
    assert (segment.start, segment.state) == (at(2, 10, 18), State.STOPPED)
    told = occasion(Stopping("i-1", "web", "111122223333", segment, held))
    assert told.text.startswith("“office” stops it.")


def test_it_is_read_back_as_it_was_written_and_what_is_left_out_stays_out() -> None:
    assert ScheduleDefinition.from_json(MARCH.to_json()) == MARCH
    assert MARCH.to_json()["valid_from"] == "2027-03-01"
    plain = ScheduleDefinition(LONDON, ())
    assert not {"valid_from", "valid_to"} & plain.to_json().keys()
    assert ScheduleDefinition.from_json(plain.to_json() | {"valid_from": None, "valid_to": ""}) == plain


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            {"valid_from": "2027-03-02", "valid_to": "2027-03-01"},
            "last day, 1 Mar 2027, is before its first, 2 Mar 2027",
        ),
        ({"valid_from": "1.3.2027"}, "In “valid_from”, “1.3.2027” is no day: write it as 2027-03-01"),
        ({"valid_to": "20270301"}, "In “valid_to”, “20270301” is no day"),
        ({"valid_to": "2027-02-29"}, "In “valid_to”, “2027-02-29” is no day"),
        ({"valid_from": 2027}, "“valid_from” must be text"),
    ],
)
def test_days_that_cannot_be_read_or_do_not_go_together_are_refused(
    said: dict[str, object], told: str
) -> None:
    with pytest.raises(Invalid, match=told):
        ScheduleDefinition.from_json({"periods": []} | said)


def test_days_at_the_ends_of_time_are_no_limits() -> None:
    ever = replace(MARCH, valid_from=date.min, valid_to=date.max)
    plain = replace(MARCH, valid_from=None, valid_to=None)
    for when in (datetime.min.replace(tzinfo=UTC), at(3, 1, 9), datetime.max.replace(tzinfo=UTC)):
        assert segment_at([ever], when) == segment_at([plain], when)
    assert segment_at([replace(MARCH, valid_from=None, valid_to=date.min)], at(3, 1, 9)).state is State.ANY


periods = st.sampled_from(
    [
        Period(),
        Period("22:00", "06:00"),
        Period(end="18:00"),
        Period("09:00", "17:00", weekdays=("mon-fri",)),
        Period("12:00", "13:00", off=True),
        Period("20:00", "08:00", days_later=3),
    ]
)
windows = st.sampled_from([(), (), (Period("23:00", "03:00"),)])
edges = st.none() | st.dates(date(2026, 10, 20), date(2026, 11, 3))
definitions = st.builds(
    lambda zone, held, default, off, maintenance, days: ScheduleDefinition(
        zone, held, default, off, maintenance, valid_from=days[0], valid_to=days[1]
    ),
    st.sampled_from(["Europe/London", "America/New_York", "Asia/Kolkata"]),
    st.lists(periods, max_size=2).map(tuple),
    st.sampled_from(State),
    st.lists(st.sampled_from(["10-25", "11-01", "2026-10-28"]), max_size=2).map(tuple),
    windows,
    st.tuples(edges, edges).map(lambda two: two if None in two else tuple(sorted(two))),  # type: ignore[type-var]
)
moments = st.datetimes(datetime(2026, 10, 19), datetime(2026, 11, 5), timezones=st.just(UTC))  # noqa: DTZ001  bounds are without zone


def valid(definition: ScheduleDefinition, when: datetime) -> bool:
    """By the local day that the wall shows: the naive reading."""
    day = when.astimezone(ZoneInfo(definition.timezone)).date()
    return (definition.valid_from or day) <= day <= (definition.valid_to or day)


@given(st.lists(definitions, min_size=1, max_size=3), moments)
@settings(max_examples=150, deadline=None)
def test_at_each_moment_those_that_are_valid_decide_as_if_the_others_were_not_there(
    held: list[ScheduleDefinition], when: datetime
) -> None:
    there = [replace(each, valid_from=None, valid_to=None) for each in held if valid(each, when)]
    wanted = segment_at(there, when).state if there else State.ANY
    assert segment_at(held, when).state is wanted
    assert decide([InForce("one", each, LONG_AGO) for each in held], when).desired is wanted


@given(st.lists(definitions, min_size=1, max_size=3), moments)
@settings(max_examples=60, deadline=None)
def test_segments_of_what_is_valid_for_a_while_are_disjoint_in_whatever_order(
    held: list[ScheduleDefinition], start: datetime
) -> None:
    end = start + timedelta(days=9)
    line = overlay(held, start, end)
    assert line == overlay(list(reversed(held)), start, end)
    assert (line[0].start, line[-1].end) == (start, end)
    for one, next_one in pairwise(line):
        assert one.end == next_one.start
        assert one.state is not next_one.state
