"""What is told before a stop, and what is offered."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.dates import moment
from core.notices.model import Deed, together
from core.notices.stops import Stopping, morning, occasion
from core.schedules.decide import InForce
from core.schedules.intervals import Segment
from core.schedules.model import Period, ScheduleDefinition, State

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 11, 23, 19, tzinfo=UTC)
OFFICE = InForce(
    "office {n}",
    ScheduleDefinition("Europe/London", (Period("08:00", "19:00"),)),
    datetime(2026, 1, 1, tzinfo=UTC),
)


def stopping(name: str = "web", hours: float | None = 13, start: datetime = MONDAY) -> Stopping:
    end = None if hours is None else start + timedelta(hours=hours)
    return Stopping(f"i-{name}", name, "111111111111", Segment(start, end, State.STOPPED), (OFFICE,))


def test_one_instance_is_told_with_when_why_and_until_when() -> None:
    told = occasion(stopping())
    assert told.title == "web is to stop on Mon 23 Nov 19:00 (Europe/London)"
    assert told.text == "“office {n}” stops it. It is off until Tue 24 Nov 08:00."
    assert [each.deed for each in told.offers] == [Deed.SKIP, Deed.STOP], (
        "until the morning is the same as to skip"
    )
    assert told.offers[0].words == "Skip tonight: web stays on until Tue 24 Nov 08:00 (Europe/London)"


def test_a_long_stop_is_skipped_for_a_day_at_most_or_until_the_morning() -> None:
    skip, keep, stop = occasion(stopping(hours=61)).offers
    assert (skip.begin, skip.until) == (MONDAY, MONDAY + timedelta(hours=24))
    assert keep.words == "Keep web on until Tue 24 Nov 08:00 (Europe/London)"
    assert (keep.begin, keep.until, keep.expires) == (None, MONDAY + timedelta(hours=13), keep.until)
    assert (stop.until, stop.expires) == (None, MONDAY)


def test_an_override_and_an_approval_are_told_as_such() -> None:
    by = Stopping("i-1", "", "1", Segment(MONDAY, None, State.STOPPED), (), by="ann@example.com")
    told = occasion(by)
    assert told.title == "i-1 is to stop on Mon 23 Nov 19:00 (UTC)"
    assert told.text == "The override of ann@example.com stops it."
    asks = Stopping("i-1", "", "1", Segment(MONDAY, None, State.STOPPED), (OFFICE,), asks=True)
    assert occasion(asks).text == "“office {n}” stops it once somebody has approved it."


def test_many_that_stop_together_are_one_notice_with_a_skip_each() -> None:
    told = together([occasion(stopping(f"web-{n}")) for n in range(8)])
    assert told.title == "8 resources are to stop on Mon 23 Nov 19:00 (Europe/London)"
    assert told.text.splitlines() == [*(f"web-{n}" for n in range(5)), "and 3 more"]
    assert [each.deed for each in told.offers] == [Deed.SKIP] * 5
    assert told.query == {}


@given(some.integers(0, 15 * 365 * 24 * 60))
def test_the_morning_is_within_a_day_and_an_hour_and_shows_eight(minutes: int) -> None:
    at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    day = morning(at, LONDON)
    assert timedelta(hours=1) <= day - at <= timedelta(hours=26)
    assert moment(day, LONDON).endswith("08:00")


@pytest.mark.parametrize(("hour", "day"), [(0, 23), (6, 23), (7, 23), (8, 24), (19, 24)])
def test_the_morning_after_midnight_is_the_same_days(hour: int, day: int) -> None:
    assert morning(MONDAY.replace(hour=hour), LONDON).day == day
