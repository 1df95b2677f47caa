"""How a schedule's days and clock changes are said beside its calendar."""

from datetime import UTC, datetime

from core.schedules.calendar import calendar
from core.schedules.model import Period, ScheduleDefinition
from pages.ui import schedule_calendar

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
