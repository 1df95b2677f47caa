"""How a schedule's days and clock changes are said beside its calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime

from core.schedules.calendar import calendar
from core.schedules.calendars import DayOff
from core.schedules.model import Period, ScheduleDefinition
from pages.ui import schedule_calendar, schedule_words

NIGHT = ScheduleDefinition(
    "Europe/London", (Period("22:00", "06:00", weekdays=("fri",)), Period("09:00", "10:00"))
)


def test_a_day_says_when_it_is_on() -> None:
    days = calendar(NIGHT, datetime(2026, 11, 27, tzinfo=UTC), 3)
    said = [schedule_calendar.on_words(day) for day in days]
    assert said == ["09:00 to 10:00, 22:00 to 24:00", "00:00 to 06:00, 09:00 to 10:00", "09:00 to 10:00"]
    whole, none = (ScheduleDefinition("UTC", periods) for periods in ((Period(),), ()))
    assert [
        schedule_calendar.on_words(calendar(each, datetime(2026, 1, 1, tzinfo=UTC), 1)[0])
        for each in (whole, none)
    ] == [
        "all day",
        "not at all",
    ]


def test_a_clock_change_is_said_by_the_clock_that_people_see() -> None:
    back, forward = (
        calendar(NIGHT, at, 1)[0].change
        for at in (datetime(2026, 10, 25, 12, tzinfo=UTC), datetime(2026, 3, 29, 12, tzinfo=UTC))
    )
    assert back is not None
    assert forward is not None
    assert schedule_calendar.change_words(back) == "clocks go back 1 hour at 02:00, so the day has 25 hours."
    assert (
        schedule_calendar.change_words(forward)
        == "clocks go forward 1 hour at 01:00, so the day has 23 hours."
    )


def test_each_day_says_why_it_is_so() -> None:
    observed = replace(NIGHT, off_dates=("2026-11-29",), maintenance=(Period("01:00", "03:00"),))
    office = replace(observed, periods=(Period("22:00", "06:00", weekdays=("fri",)),), maintenance=())
    named = {date(2026, 11, 29): "Advent (DE)"}
    found = [
        [
            schedule_calendar.why_words(day, named)
            for day in calendar(each, datetime(2026, 11, 27, tzinfo=UTC), 4)
        ]
        for each in (observed, office)
    ]
    assert found[0][2] == "Day off: Advent (DE); maintenance window from 01:00 to 03:00"
    assert found[1] == [
        "From 22:00 to 06:00, Fri",
        "No period begins on this Saturday; on since the day before",
        "Day off: Advent (DE)",
        "No period begins on this Monday",
    ]


def test_a_day_on_which_it_is_not_valid_says_since_when_and_its_words_say_until_when() -> None:
    made = replace(NIGHT, off_dates=("11-27",), valid_from=date(2026, 11, 28))
    first, second = calendar(made, datetime(2026, 11, 27, tzinfo=UTC), 2)
    assert schedule_calendar.why_words(first, {}) == "Not valid before 28 Nov 2026"
    assert schedule_calendar.why_words(second, {}) == "From 09:00 to 10:00; on since the day before"
    last = date(2027, 1, 31)
    said = [
        schedule_words.in_words(each).partition("11-27. ")[2]
        for each in (
            made,
            replace(made, valid_to=last),
            replace(made, valid_from=last, valid_to=last),
            replace(made, valid_from=None, valid_to=last),
        )
    ]
    assert said == [
        "Valid from 28 Nov 2026 on. Times are Europe/London.",
        "Valid from 28 Nov 2026 to 31 Jan 2027 only. Times are Europe/London.",
        "Valid on 31 Jan 2027 only. Times are Europe/London.",
        "Valid until 31 Jan 2027. Times are Europe/London.",
    ]


def test_a_day_in_two_calendars_has_both_names() -> None:
    day = date(2026, 12, 25)
    found = schedule_calendar.names_of(
        [DayOff(day, "", ""), DayOff(day, "Christmas", "UK"), DayOff(day, "", "Ours")]
    )
    assert found == {day: "Christmas (UK), Ours"}
