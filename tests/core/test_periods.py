"""Periods, also at both ends of the calendar."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.periods import Period, month_back, month_of, months_before, next_month

periods = st.tuples(st.dates(), st.dates()).map(lambda days: Period(min(days), max(days)))


@given(periods)
@example(Period(date.min, date.max))
@example(Period(date(1, 1, 3), date(1, 1, 9)))
def test_the_one_before_ends_where_a_period_starts_and_is_as_long_as_the_calendar_allows(
    period: Period,
) -> None:
    before = period.previous()
    assert before.end == period.start
    assert before.length == min(period.length, (period.start - date.min).days)


@given(st.dates(), st.integers(0, 200))
@example(date.max, 0)
@example(date.min, 1)
def test_months_follow_each_other_and_never_leave_the_calendar(day: date, months: int) -> None:
    assert month_of(day).start == day.replace(day=1)
    assert day <= month_of(day).end == next_month(day)
    back = month_back(day, months)
    assert back == date.min or (day.year - back.year) * 12 + day.month - back.month == months


@given(periods, st.sampled_from([1, 12]))
@example(Period(date.min, date.max), 12)
def test_the_same_days_earlier_are_days_of_the_calendar(period: Period, months: int) -> None:
    earlier = months_before(period, months)
    assert date.min <= earlier.start <= period.start


@pytest.mark.parametrize("day", [date(2026, 1, 31), date(2024, 2, 29)])
def test_a_month_back_begins_on_its_first(day: date) -> None:
    assert month_back(day, 1) == date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)
