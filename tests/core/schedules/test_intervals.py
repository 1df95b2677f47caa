"""Local times become UTC segments: clock changes, nights, and what holds for any schedule."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from core.schedules.intervals import BEGINNING, Segment, instant, overlay, segment_at, state_at, timeline
from core.schedules.model import Period, ScheduleDefinition, State

NEW_YORK = "America/New_York"
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)
ZONES = (
    NEW_YORK,
    "Europe/London",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Africa/Casablanca",
    "UTC",
)


def running(zone: str, day: date, begin: str, end: str) -> list[tuple[str, str]]:
    """The running segments of one daily period around `day`, as local wall-clock times with their offset."""
    period = Period(begin, end, months=(str(day.month),), monthdays=(str(day.day),))
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    line = timeline(ScheduleDefinition(zone, (period,)), start, start + timedelta(days=4))
    return [
        tuple(
            edge.astimezone(ZoneInfo(zone)).strftime("%d %H:%M %Z")
            for edge in (piece.start, piece.end or start)
        )
        for piece in line
        if piece.state is State.RUNNING
    ]


def test_a_begin_in_the_spring_gap_is_the_first_valid_instant_after_it() -> None:
    assert running(NEW_YORK, SPRING, "02:30", "06:00") == [("08 03:00 EDT", "08 06:00 EDT")]


def test_a_period_inside_the_spring_gap_is_empty() -> None:
    assert running(NEW_YORK, SPRING, "02:15", "02:45") == []


def test_a_period_over_the_autumn_fold_is_one_interval() -> None:
    assert running(NEW_YORK, AUTUMN, "00:00", "01:30") == [("01 00:00 EDT", "01 01:30 EDT")]
    assert running(NEW_YORK, AUTUMN, "01:30", "05:00") == [("01 01:30 EDT", "01 05:00 EST")]


def test_clock_change_days_have_23_and_25_hours() -> None:
    whole = ScheduleDefinition(NEW_YORK, (Period(months=("mar", "nov"), monthdays=("8", "1")),))
    for day, hours in ((SPRING, 23), (AUTUMN, 25)):
        line = timeline(
            whole,
            datetime(day.year, day.month, day.day, tzinfo=UTC),
            datetime(2026, day.month, day.day + 3, tzinfo=UTC),
        )
        assert [piece.end - piece.start for piece in line if piece.end and piece.state is State.RUNNING] == [
            timedelta(hours=hours)
        ]


def test_a_midnight_that_does_not_exist_is_one_in_the_morning() -> None:
    found = instant(ZoneInfo("America/Sao_Paulo"), date(2018, 11, 4), 0)
    assert found == datetime(2018, 11, 4, 3, tzinfo=UTC)


def test_a_day_that_a_zone_skipped_is_empty() -> None:
    assert running("Pacific/Apia", date(2011, 12, 30), "00:00", "24:00") == []


def test_overnight_belongs_to_the_day_it_began_on() -> None:
    friday_night = ScheduleDefinition("UTC", (Period("22:00", "06:00", weekdays=("fri",)),))
    assert state_at(friday_night, datetime(2026, 11, 28, 5, 59, tzinfo=UTC)) is State.RUNNING
    assert state_at(friday_night, datetime(2026, 11, 28, 6, tzinfo=UTC)) is State.STOPPED
    assert state_at(friday_night, datetime(2026, 11, 27, 5, tzinfo=UTC)) is State.STOPPED


def test_a_minute_before_midnight_is_midnight() -> None:
    nights = ScheduleDefinition("Europe/London", (Period("22:00", "23:59"), Period("00:00", "06:00")))
    found = segment_at([nights], datetime(2026, 6, 1, 1, tzinfo=UTC))
    assert (found.end or BEGINNING) - found.start == timedelta(hours=8)


def test_an_end_equal_to_the_begin_is_empty() -> None:
    never = ScheduleDefinition("UTC", (Period("09:00", "09:00"),))
    assert segment_at([never], datetime(2026, 1, 1, 9, tzinfo=UTC)) == Segment(BEGINNING, None, State.STOPPED)


def told(definition: ScheduleDefinition, start: datetime, days: int) -> list[tuple[str, str]]:
    line = timeline(definition, start, start + timedelta(days=days))
    return [(f"{piece.start:%a %H:%M}", piece.state.value) for piece in line]


def test_one_period_may_last_over_a_weekend() -> None:
    weekend = ScheduleDefinition("UTC", (Period("20:00", "08:00", weekdays=("fri",), days_later=3),))
    assert told(weekend, datetime(2026, 1, 5, tzinfo=UTC), 8) == [
        ("Mon 00:00", "running"),
        ("Mon 08:00", "stopped"),
        ("Fri 20:00", "running"),
        ("Mon 08:00", "stopped"),
    ]
    found = segment_at([weekend], datetime(2026, 1, 11, 12, tzinfo=UTC))
    assert (found.end or BEGINNING) - found.start == timedelta(hours=60)


def test_a_period_of_being_off_beats_what_is_on_and_the_default() -> None:
    lunch = Period("12:00", "13:00", off=True)
    for on in (
        ScheduleDefinition("UTC", (Period(), lunch)),
        ScheduleDefinition("UTC", (lunch,), State.RUNNING),
    ):
        assert told(on, datetime(2026, 1, 5, tzinfo=UTC), 1) == [
            ("Mon 00:00", "running"),
            ("Mon 12:00", "stopped"),
            ("Mon 13:00", "running"),
        ]
        another = ScheduleDefinition("UTC", (Period(),))
        assert state_at(on, datetime(2026, 1, 5, 12, 30, tzinfo=UTC)) is State.STOPPED
        assert segment_at([another, on], datetime(2026, 1, 5, 12, 30, tzinfo=UTC)).state is State.STOPPED


def test_a_period_may_be_for_single_dates_and_in_a_zone_of_its_own() -> None:
    release = Period("09:00", "10:00", dates=("2026-01-06", "01-08"), timezone="Asia/Tokyo")
    assert told(ScheduleDefinition("UTC", (release,)), datetime(2026, 1, 5, tzinfo=UTC), 4) == [
        ("Mon 00:00", "stopped"),
        ("Tue 00:00", "running"),
        ("Tue 01:00", "stopped"),
        ("Thu 00:00", "running"),
        ("Thu 01:00", "stopped"),
    ]


def test_only_an_end_has_no_opinion_before_it() -> None:
    evening = ScheduleDefinition("UTC", (Period(end="18:00"),))
    line = timeline(evening, datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC))
    assert [(piece.start.hour, piece.state) for piece in line] == [(0, State.ANY), (18, State.STOPPED)]


def test_a_segment_is_the_same_however_late_one_looks() -> None:
    april = ScheduleDefinition("UTC", (Period("09:00", "17:00", months=("apr",)),))
    looks = [datetime(2026, 5, 1, tzinfo=UTC) + timedelta(days=days) for days in (0, 30, 200, 333)]
    assert {segment_at([april], at) for at in looks} == {
        Segment(datetime(2026, 4, 30, 17, tzinfo=UTC), datetime(2027, 4, 1, 9, tzinfo=UTC), State.STOPPED)
    }


def test_what_always_holds_has_held_since_the_beginning() -> None:
    always = ScheduleDefinition(NEW_YORK, (Period(),))
    assert segment_at([always], datetime(2026, 11, 1, 5, 30, tzinfo=UTC)) == Segment(
        BEGINNING, None, State.RUNNING
    )


def test_running_beats_no_opinion_beats_stopped_across_schedules() -> None:
    days = ScheduleDefinition("UTC", (Period("09:00", "17:00"),))
    evening = ScheduleDefinition("UTC", (Period(end="20:00"),))
    line = overlay([days, evening], datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC))
    assert [(piece.start.hour, piece.state.value) for piece in line] == [
        (0, "any"),
        (9, "running"),
        (17, "any"),
        (20, "stopped"),
    ]


def test_evaluation_answers_at_the_ends_of_time() -> None:
    nights = ScheduleDefinition("Asia/Kolkata", (Period("22:00", "06:00"),))
    for at in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        assert segment_at([nights], at).state in State


clock = st.integers(0, 1440).map(lambda value: f"{value // 60:02d}:{value % 60:02d}")
begins = clock.filter(lambda value: value != "24:00")
weekday_lists = st.none() | st.lists(
    st.sampled_from(["mon-fri", "sat-tue", "sun", "mon#1", "friL", "mon-sun/2"]), min_size=1, max_size=2
).map(tuple)
monthday_lists = (
    st.none()
    | st.none()
    | st.lists(st.sampled_from(["1-15", "L", "28-L", "15W", "1/10"]), min_size=1, max_size=2).map(tuple)
)
periods = st.builds(Period, st.none() | begins, st.none() | clock, weekday_lists, monthday_lists)
definitions = st.builds(
    ScheduleDefinition,
    st.sampled_from(ZONES),
    st.lists(periods, max_size=3).map(tuple),
    st.sampled_from(State),
)
CHANGES = [
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2018, 11, 4, 3, tzinfo=UTC),
    datetime(2019, 2, 17, 2, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
]
moments = st.tuples(st.sampled_from(CHANGES), st.integers(-3000, 3000)).map(
    lambda pair: pair[0] + timedelta(minutes=pair[1])
)


@given(definitions, moments, st.integers(1, 5000))
@settings(max_examples=60, deadline=None)
def test_a_timeline_is_sorted_disjoint_and_leaves_no_moment_out(
    definition: ScheduleDefinition, start: datetime, minutes: int
) -> None:
    end = start + timedelta(minutes=minutes)
    line = timeline(definition, start, end)
    assert (line[0].start, line[-1].end) == (start, end)
    for left, right in pairwise(line):
        assert left.end == right.start
        assert left.state is not right.state


@given(definitions, moments, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_periods_does_not_matter(
    definition: ScheduleDefinition, at: datetime, random: object
) -> None:
    shuffled = list(definition.periods)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types its Random as object
    again = ScheduleDefinition(definition.timezone, tuple(shuffled), definition.default)
    assert segment_at([definition], at) == segment_at([again], at)


@given(definitions, definitions, moments)
@settings(max_examples=40, deadline=None)
def test_the_order_of_schedules_does_not_matter(
    left: ScheduleDefinition, right: ScheduleDefinition, at: datetime
) -> None:
    assert segment_at([left, right], at) == segment_at([right, left], at)


@given(definitions, moments)
@settings(max_examples=40, deadline=None)
def test_a_segment_holds_from_its_start_to_its_end(definition: ScheduleDefinition, at: datetime) -> None:
    found = segment_at([definition], at)
    assert found.start <= at < (found.end or datetime.max.replace(tzinfo=UTC))
    assert state_at(definition, found.start if found.start > BEGINNING else at) is found.state
    if found.end is not None:
        assert state_at(definition, found.end) is not found.state
        assert segment_at([definition], found.end - timedelta(seconds=1)) == found
    if found.start > BEGINNING:
        assert state_at(definition, found.start - timedelta(seconds=1)) is not found.state


def first_instant(zone: ZoneInfo, local: datetime, near: list[datetime]) -> datetime:
    """The naive reading of an edge: walk the minutes of the days around it until the wall clock first shows that time or a later one of that day."""
    return next(minute for minute in near if minute.astimezone(zone).replace(tzinfo=None) >= local)


@given(st.sampled_from(ZONES), begins, clock, st.sampled_from(CHANGES))
@settings(max_examples=40, deadline=None)
def test_a_daily_period_agrees_with_walking_every_minute(
    zone_name: str, begin: str, end: str, change: datetime
) -> None:
    zone = ZoneInfo(zone_name)
    day = change.date()
    minute = timedelta(minutes=1)
    near = [
        datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=2) + minute * step
        for step in range(6 * 1440)
    ]
    expected: set[datetime] = set()
    for offset in (-1, 0, 1):
        midnight = datetime(day.year, day.month, day.day) + timedelta(days=offset)  # noqa: DTZ001  a wall-clock time, on purpose
        edges = [midnight + timedelta(hours=int(text[:2]), minutes=int(text[3:])) for text in (begin, end)]
        if edges[1] < edges[0]:
            edges[1] += timedelta(days=1)
        start, finish = (first_instant(zone, edge, near) for edge in edges)
        expected |= {at for at in near if start <= at < finish}
    window = [at for at in near if timedelta(0) <= at - near[2 * 1440] < timedelta(days=1)]
    line = timeline(ScheduleDefinition(zone_name, (Period(begin, end),)), window[0], window[-1] + minute)
    found = {
        at
        for at in window
        for piece in line
        if piece.state is State.RUNNING and piece.start <= at < (piece.end or at)
    }
    bridged = {at for at in found - expected if at - minute in expected or at + minute in expected}
    assert found - bridged == expected & set(window)
