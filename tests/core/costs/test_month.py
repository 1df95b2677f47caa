"""Full days only, an estimate that says so, and unknown instead of zero."""

from datetime import date, timedelta
from decimal import Decimal

from core.costs.month import MonthToDate, full_until, month_to_date

DAYS = {date(2026, 2, 1) + timedelta(days=offset): Decimal(10) for offset in range(28 + 15)}  # to March 15th


def seen_on(
    today: date, *, last: date = date(2026, 3, 15), first: date = date(2026, 1, 1), **other: Decimal
) -> MonthToDate:
    extra = {
        date.fromisoformat(day.removeprefix("on_").replace("_", "-")): cost for day, cost in other.items()
    }
    return month_to_date(today, first, last, DAYS, extra, [("USD", Decimal(1))], "USD")


def test_only_full_days_are_counted() -> None:
    found = seen_on(date(2026, 3, 15))
    assert found.through == date(2026, 3, 14)
    assert found.so_far == Decimal(140)


def test_it_is_set_against_as_many_days_of_last_month() -> None:
    found = seen_on(date(2026, 3, 15))
    assert found.same_days_last_month == Decimal(140)
    assert found.last_month == Decimal(280)


def test_the_expected_end_goes_on_at_the_last_weeks_rate_and_says_it_is_an_estimate() -> None:
    found = seen_on(date(2026, 3, 15))
    assert found.expected == Decimal(310)
    assert found.method.startswith("Estimate")


def test_a_tax_line_is_counted_once_and_not_projected() -> None:
    found = seen_on(date(2026, 3, 15), on_2026_03_01=Decimal(100))
    assert found.so_far == Decimal(240)
    assert found.expected == Decimal(410)


def test_the_first_of_the_month_knows_nothing_of_it_rather_than_zero() -> None:
    found = seen_on(date(2026, 3, 1))
    assert found.so_far is None
    assert found.expected is None
    assert found.last_month == Decimal(280)


def test_a_bill_that_stopped_last_month_does_not_call_this_one_free() -> None:
    found = seen_on(date(2026, 4, 20))
    assert found.so_far is None
    assert found.last_month is None


def test_last_month_is_unknown_when_the_bill_begins_within_it() -> None:
    found = seen_on(date(2026, 3, 15), first=date(2026, 2, 10))
    assert found.same_days_last_month is None
    assert found.so_far == Decimal(140)


def test_a_long_month_is_compared_with_a_whole_short_one() -> None:
    days = {date(2026, 2, 1) + timedelta(days=offset): Decimal(1) for offset in range(59)}
    found = month_to_date(date(2026, 3, 31), date(2026, 1, 1), date(2026, 3, 31), days, {}, [], "USD")
    assert found.same_days_last_month == Decimal(28)


def test_the_last_day_of_the_bill_may_still_be_filling() -> None:
    assert full_until(date(2026, 3, 20), date(2026, 3, 15)) == date(2026, 3, 15)
    assert full_until(date(2026, 3, 15), date(2026, 3, 15)) == date(2026, 3, 15)
    assert full_until(date(2026, 3, 15), None) is None
