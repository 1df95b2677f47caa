"""Days and times are said one way, wherever people read them."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from core import dates

SENT = datetime(2026, 11, 9, 7, 5, tzinfo=UTC)
PROJECT = Path(__file__).parents[2]
OTHERWISE = re.compile(r"%Y-%m-%d|%d %b|%d\.%m|%x")
"""Layouts that are not the house's."""


def test_a_day_an_instant_and_one_by_a_zone_s_clock_look_alike() -> None:
    assert dates.day(date(2026, 11, 1)) == "1 Nov 2026"
    assert dates.day(SENT) == "9 Nov 2026"
    assert dates.when(SENT) == "9 Nov 2026, 07:05 UTC"
    assert dates.when(SENT.astimezone(ZoneInfo("Asia/Tokyo"))) == "9 Nov 2026, 07:05 UTC"
    assert dates.moment(SENT) == "Mon 9 Nov 07:05"
    assert dates.moment(SENT, ZoneInfo("Asia/Tokyo")) == "Mon 9 Nov 16:05"


def test_what_has_no_time_says_so() -> None:
    assert (dates.day(None), dates.when(None), dates.ago(None, SENT)) == ("unknown", "never", "never")
    assert dates.span(timedelta(seconds=59)) == "moments"


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ("2026-11-23T08:00", "in 46 hours"),  # Monday morning, seen on Saturday at half past nine
        ("2026-11-22T09:30", "in 24 hours"),
        ("2026-11-22T09:29", "in 23 hours"),
        ("2026-11-23T09:29", "in 47 hours"),
        ("2026-11-23T09:30", "in 2 days"),
        ("2026-11-24T08:00", "in 3 days"),  # Tuesday, less than three times 24 hours away
        ("2026-11-20T08:00", "25 hours ago"),
        ("2026-11-18T23:00", "3 days ago"),
        ("2026-11-21T09:25", "5 minutes ago"),
        ("2026-11-21T09:30", "just now"),
    ],
)
def test_how_long_until_or_since_counts_hours_and_then_days_of_the_calendar(then: str, said: str) -> None:
    saturday = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    assert dates.ago(datetime.fromisoformat(then).replace(tzinfo=UTC), saturday) == said


def test_days_of_the_calendar_are_those_of_the_zone_that_is_shown() -> None:
    evening, then = datetime(2026, 11, 21, 16, tzinfo=UTC), datetime(2026, 11, 24, 14, tzinfo=UTC)
    assert dates.ago(then, evening) == "in 3 days"
    assert dates.ago(then, evening, ZoneInfo("Asia/Tokyo")) == "in 2 days"


def test_how_far_clocks_are_apart_is_said_in_every_unit() -> None:
    assert dates.length(timedelta(days=1, hours=12)) == "1 day 12 hours"
    assert dates.length(timedelta(hours=1, minutes=30, seconds=59)) == "1 hour 30 minutes"
    assert dates.length(timedelta(seconds=59)) == ""
    assert dates.about(timedelta(hours=2, seconds=-1)) == "2 hours"


def test_nobody_lays_out_a_day_in_another_way() -> None:
    found = {
        f"{path.relative_to(PROJECT)}: {line.strip()}"
        for folder in ("core", "services/usecases", "services/commands", "pages")
        for path in (PROJECT / folder).rglob("*.py")
        for line in path.read_text().splitlines()
        if OTHERWISE.search(line)
    }
    assert not found


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (timedelta(seconds=20), "moments"),
        (timedelta(seconds=40), "1 minute"),
        (timedelta(minutes=45), "45 minutes"),
        (timedelta(hours=1), "1.0 hours"),
        (timedelta(hours=1204, minutes=30), "1,204.5 hours"),
    ],
)
def test_hours_that_are_paid_are_told_in_minutes_where_they_are_few(of: timedelta, said: str) -> None:
    assert dates.hours(of) == said
