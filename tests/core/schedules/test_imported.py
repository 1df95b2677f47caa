"""What other schedulers' definitions mean here: the same state as there, hour by hour, wherever the grammar is shared."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from core.schedules.imported import Imported, read
from core.schedules.intervals import timeline
from core.schedules.model import Period, ScheduleDefinition, State

CASES = json.loads((Path(__file__).parents[2] / "data/schedule_cases.json").read_text())
YEAR = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(8760)]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LETTERS = "MTWHFSU"
ZONE = "America/New_York"


def hourly(definition: ScheduleDefinition, at: Sequence[datetime] = YEAR) -> list[State]:
    states, place = [], 0
    line = timeline(definition, at[0], at[-1] + timedelta(hours=1))
    for moment in at:
        while line[place].end is not None and line[place].end <= moment:  # type: ignore[operator]
            place += 1
        states.append(line[place].state)
    return states


def typed(value: object) -> dict[str, object]:
    """As DynamoDB writes it."""
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"SS": value} if isinstance(value, list) else {"S": value}


def scanned(*items: Mapping[str, object]) -> str:
    return json.dumps(
        {
            "Items": [
                {name: typed(value) for name, value in item.items() if value is not None} for item in items
            ]
        }
    )


def a_period(name: str = "hours", **fields: object) -> dict[str, object]:
    return {"type": "period", "name": name} | fields


def a_schedule(**fields: object) -> dict[str, object]:
    return {"type": "schedule", "name": "office", "timezone": "UTC", "periods": ["hours"]} | fields


def the_one(text: str) -> Imported:
    (one,) = read(text).schedules
    return one


def defined(text: str) -> ScheduleDefinition:
    definition = the_one(text).definition
    assert definition is not None, the_one(text).lost
    return definition


@pytest.mark.parametrize(
    "case", [case for case in CASES if case["periods"]], ids=lambda case: case["id"]
)  # without a period nothing is imported
def test_a_case_wants_the_same_when_it_comes_as_items_of_the_other_scheduler(case: dict[str, object]) -> None:
    periods: list[dict[str, object]] = case["periods"]  # type: ignore[assignment]
    names = [f"p{number}" for number in range(len(periods))]
    items = [
        a_period(
            name,
            begintime=each["begin"],
            endtime=each["end"],
            **{
                key: each[key] and [str(one) for one in each[key]]
                for key in ("weekdays", "monthdays", "months")
            },  # type: ignore[attr-defined]
        )
        for name, each in zip(names, periods, strict=True)
    ]
    at = datetime.fromisoformat(str(case["at"]))
    definition = defined(scanned(a_schedule(timezone=case["timezone"], periods=names), *items))
    stretched = any(each["end"] == "23:59" for each in periods)
    if stretched and at.astimezone(ZoneInfo(str(case["timezone"]))).strftime("%H:%M") == "23:59":
        return  # the last minute is meant, too
    (segment,) = timeline(definition, at, at + timedelta(microseconds=1))
    assert segment.state == case["expected"]


times = st.integers(0, 47).map(lambda half: f"{half // 2:02}:{half % 2 * 30:02}")
some_days = st.none() | st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True)
some_dates = st.none() | st.lists(st.integers(1, 31).map(str), min_size=1, max_size=20, unique=True)
some_months = st.none() | st.lists(st.integers(1, 12).map(str), min_size=1, max_size=8, unique=True)
periods = st.fixed_dictionaries(
    {
        "begintime": st.none() | times,
        "endtime": st.none() | times,
        "weekdays": some_days,
        "monthdays": some_dates,
        "months": some_months,
    }
)


def as_there(period: Mapping[str, object], local: datetime) -> State:
    """What one period of the other scheduler says by the clock on the wall."""
    days, dates, months = period["weekdays"], period["monthdays"], period["months"]
    begin, end = period["begintime"], period["endtime"]
    on_day = (
        (days is None or DAYS[local.weekday()] in days)  # type: ignore[operator]
        and (dates is None or str(local.day) in dates)  # type: ignore[operator]
        and (months is None or str(local.month) in months)  # type: ignore[operator]
    )
    if not on_day:
        return State.STOPPED
    clock = f"{local:%H:%M}"
    if begin is None and end is None:
        return State.RUNNING
    if end is None:
        return State.RUNNING if clock >= str(begin) else State.ANY
    if begin is None:
        return State.ANY if clock < str(end) else State.STOPPED
    return State.RUNNING if str(begin) <= clock < str(end) else State.STOPPED


@settings(max_examples=40, deadline=None)
@given(st.lists(periods, min_size=1, max_size=3))
def test_an_imported_period_wants_the_same_at_every_hour_of_a_year(given: list[dict[str, object]]) -> None:
    for each in given:  # what ends before it begins is refused there, and overnight here
        if each["begintime"] and each["endtime"] and str(each["begintime"]) > str(each["endtime"]):
            each["begintime"], each["endtime"] = each["endtime"], each["begintime"]
    names = [f"p{number}" for number in range(len(given))]
    items = [a_period(name, **each) for name, each in zip(names, given, strict=True)]
    rank = {State.STOPPED: 0, State.ANY: 1, State.RUNNING: 2}
    expected = [max((as_there(each, moment) for each in given), key=rank.__getitem__) for moment in YEAR]
    assert hourly(defined(scanned(a_schedule(periods=names), *items))) == expected


edges = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 23)), min_size=1, max_size=3, unique=True
)


def hours_of(groups: Sequence[tuple[int, int, int]]) -> set[tuple[int, int]]:
    return {((first + n) % 7, hour) for first, last, hour in groups for n in range((last - first) % 7 + 1)}


def written(groups: Sequence[tuple[int, int, int]]) -> str:
    return f"[{','.join(f'({LETTERS[first]}-{LETTERS[last]},{hour})' for first, last, hour in groups)}]"


@settings(max_examples=60, deadline=None)
@given(edges, edges)
def test_an_imported_tag_wants_the_state_of_the_last_hour_it_named_at_every_hour_of_a_year(
    on: list[tuple[int, int, int]], off: list[tuple[int, int, int]]
) -> None:
    starts, stops = hours_of(on), hours_of(off)
    text = f"off={written(off)};on={written(on)};tz=utc"
    if starts & stops:
        assert "on and off for the same hour" in the_one(text).lost[0]
        return
    state, expected = None, []
    for moment in [YEAR[0] - timedelta(days=7) + timedelta(hours=n) for n in range(168)] + YEAR:
        edge = (moment.weekday(), moment.hour)
        state = State.RUNNING if edge in starts else State.STOPPED if edge in stops else state
        expected.append(state)
    assert hourly(defined(text)) == expected[168:]


def test_a_tag_is_read_in_its_own_time_zone() -> None:
    one = the_one("off=(M-F,19);on=(M-F,7);tz=pt")
    assert one.definition == ScheduleDefinition(
        "America/Los_Angeles", (Period("07:00", "19:00", weekdays=("mon-fri",)),)
    )
    assert one.name == "Off hours mon-fri 07:00-19:00, America/Los_Angeles"
    assert one.tag == ("maid_offhours", "off=(M-F,19);on=(M-F,7);tz=pt")
    assert "“pt” is America/Los_Angeles, with its summer time." in one.means
    assert defined("off=(m-f,19);on=(m-f,7);tz=europe/isle_of_man").timezone == "Europe/Isle_of_Man"
    assert defined("off=(m-f,19);on=(m-f,7)").timezone == ZONE


def test_several_tags_are_read_a_line_each_and_a_wrong_one_is_told_alone() -> None:
    report = read(
        "off=(M-F,19);on=(M-F,7)\n\noff=(M-F,25);on=(M-F,7)\noff\noff=(X,3)\non\nfrom=9\n'off=(M-F,19);'"
    )
    assert [each.definition is not None for each in report.schedules] == [True, *[False] * 5, True]
    assert [each.lost[0] for each in report.schedules[1:6]] == [
        "“(m-f,25)” is not understood in off: expected days and an hour from 0 to 23, such as (M-F,19).",
        "It opts out of off-hours: attach nothing to what carries it.",
        "“X” is no day in off: expected M, T, W, H, F, S or U.",
        "It says neither on nor off, so the policy's own hours hold, which are not in the tag.",
        "“from=9” is not understood: expected off=, on= or tz=, with semicolons between.",
    ]
    assert read(json.dumps(["off=(M-F,19);on=(M-F,7)"])).source == "Cloud Custodian"


def test_a_tag_that_only_stops_leaves_other_times_alone() -> None:
    states = hourly(defined("off=(M-F,19);tz=utc"), YEAR[4 * 24 : 11 * 24])  # a week from Monday on
    weekday = [State.ANY] * 19 + [State.STOPPED] * 5
    assert states == weekday * 5 + [State.ANY] * 48
    assert hourly(defined("on=(M,7);tz=utc"), YEAR[4 * 24 : 5 * 24]) == [State.ANY] * 7 + [State.RUNNING] * 17
    assert any("only the last" in lost for lost in the_one("off=[(M,12),(M,19)]").lost)


def test_what_the_command_line_answers_is_read_as_the_table_is() -> None:
    told = {
        "Schedules": [{"Name": "office", "Type": "schedule", "Periods": ["hours"], "Timezone": "UTC"}],
        "Periods": [{"Name": "hours", "Begintime": "09:00", "Endtime": "17:00", "Weekdays": ["mon-fri"]}],
    }
    expected = ScheduleDefinition("UTC", (Period("09:00", "17:00", weekdays=("mon-fri",)),))
    table = scanned(a_schedule(), a_period(begintime="09:00", endtime="17:00", weekdays=["mon-fri"]))
    assert defined(json.dumps(told)) == defined(table) == expected
    apart = [{"Schedules": told["Schedules"]}, {"Periods": told["Periods"]}]
    assert defined(json.dumps(apart)) == expected


def test_what_cannot_be_kept_is_told() -> None:
    one = the_one(
        scanned(
            {"type": "config", "name": "scheduler", "tagname": "Hours", "default_timezone": "Asia/Tokyo"},
            a_schedule(
                timezone=None,
                periods=["hours@t3.large"],
                enforced=True,
                retain_running="true",
                hibernate=True,
                stop_new_instances=False,
                use_maintenance_window=False,
            ),
            a_period(begintime="00:00", endtime="23:59", monthdays=["1/15"]),
        )
    )
    assert one.definition == ScheduleDefinition(
        "Asia/Tokyo", (Period("00:00", "24:00", monthdays=("1/15",), instancetype="t3.large"),)
    )
    assert one.tag == ("Hours", "office")
    assert [lost.partition(":")[0] for lost in one.lost] == [
        "Enforcing",
        "Retaining what was running before a period began",
        "Leaving new instances on",
        "Hibernation",
    ]
    assert [
        any(part in means for means in one.means) for part in ("Asia/Tokyo", "24:00 is meant", "1/15")
    ] == [True] * 3


def test_an_override_status_says_one_state_at_all_times() -> None:
    for state in (State.RUNNING, State.STOPPED):
        assert defined(scanned(a_schedule(override_status=state.value))) == ScheduleDefinition(
            "UTC", (), state
        )
    assert the_one(scanned(a_schedule(override_status="off"))).definition is None


@pytest.mark.parametrize(
    ("items", "why"),
    [
        ([a_schedule()], "Its period “hours” is not among what was given."),
        ([a_schedule(periods=None)], "It has no periods."),
        ([a_schedule(timezone="Mars/Olympus"), a_period()], "“Mars/Olympus” is no time zone"),
        ([a_schedule(), a_period(begintime="25:00")], "Period “hours”: “25:00” is no time of day"),
        (
            [a_schedule(), a_period(weekdays=["noday"])],
            "Period “hours”: “noday” is not understood in weekdays",
        ),
    ],
)
def test_a_schedule_that_cannot_be_read_says_why(items: list[dict[str, object]], why: str) -> None:
    one = the_one(scanned(*items))
    assert one.definition is None
    assert one.lost[-1].startswith(why)


@pytest.mark.parametrize(
    "text", ["", "  ", "{", "{}", "[]", "[1]", '{"Items": []}', '{"Items": 3}', "[" * 100_000]
)
def test_what_holds_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.text("offn=(MTWHFSU-,0123456789);tz[] \n", max_size=60))
def test_whatever_is_given_is_read_or_refused_in_words(text: str) -> None:
    try:
        report = read(text)
    except Invalid:
        return
    assert all(each.definition is not None or each.lost for each in report.schedules)
