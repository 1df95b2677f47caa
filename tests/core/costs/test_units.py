"""Cost per unit, and the days of a metric as they come in."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costs.scope import DAY, MONTH, WEEK, Dimension
from core.costs.units import (
    CloudWatchMetric,
    Point,
    UnitMetric,
    over_time,
    ratio,
    read_at,
)
from core.errors import Invalid
from core.money import total
from core.periods import Period

D = Decimal
MONDAY = date(2026, 3, 2)
ORDERS = UnitMetric("orders")
days = st.dates(date(2026, 1, 1), date(2026, 3, 31))
amounts = st.decimals(min_value=-1000, max_value=1000, places=6)
counts = st.decimals(min_value=0, max_value=10**6, places=3)


def told(
    cost: dict[int, str], orders: dict[int, str], step: Dimension = DAY, length: int = 7, billed: int = 7
) -> tuple[Point, ...]:
    """Points for days counted from a Monday; the bill holds the first `billed` of them in full."""
    period = Period(MONDAY, MONDAY + timedelta(days=length))
    return over_time(
        ORDERS,
        step,
        period,
        {MONDAY + timedelta(days=day): D(amount) for day, amount in cost.items()},
        Period(MONDAY, MONDAY + timedelta(days=billed)),
        {MONDAY + timedelta(days=day): D(count) for day, count in orders.items()},
    )[0]


def test_a_day_costs_what_it_cost_by_its_units() -> None:
    first, second, *_ = told({0: "10", 1: "9"}, {0: "4", 1: "3"})
    assert (first.per_unit, second.per_unit) == (D("2.5"), D(3))
    assert first.because == ""


def test_a_day_without_the_metric_is_unknown() -> None:
    first, *_ = told({0: "10"}, {1: "3"})
    assert (first.per_unit, first.cost, first.units, first.because) == (None, None, None, "orders not known")


def test_a_day_with_no_unit_is_neither_free_nor_infinite() -> None:
    first, *_ = told({0: "10"}, {0: "0"})
    assert (first.per_unit, first.cost, first.units, first.because) == (None, D(10), D(0), "no orders")


def test_a_day_that_the_bill_does_not_hold_in_full_is_unknown() -> None:
    *_, last = told({6: "1"}, {6: "5"}, billed=6)
    assert (last.per_unit, last.because) == (None, "not in the bill in full")


def test_a_day_of_the_bill_without_lines_costs_nothing() -> None:
    first, *_ = told({}, {0: "4"})
    assert first.per_unit == 0


def test_of_a_week_only_days_count_on_which_both_are_known() -> None:
    (week,) = told({0: "10", 1: "90"}, {0: "4", 5: "1"}, WEEK)
    assert (week.cost, week.units, week.known, week.days) == (D(10), D(5), 2, 7)
    assert week.per_unit == D(2)


def test_weeks_begin_on_mondays_and_months_on_their_first() -> None:
    assert [point.step for point in told({}, {}, WEEK, length=14)] == [MONDAY, MONDAY + timedelta(days=7)]
    assert [point.step for point in told({}, {}, MONTH, length=31)] == [date(2026, 3, 1), date(2026, 4, 1)]


@given(st.dictionaries(days, amounts), st.dictionaries(days, counts), st.sampled_from([DAY, WEEK, MONTH]))
def test_no_matter_how_time_is_cut_cost_and_units_are_the_same(
    cost: dict[date, Decimal], orders: dict[date, Decimal], step: Dimension
) -> None:
    period = Period(date(2026, 1, 1), date(2026, 4, 1))
    points, whole = over_time(ORDERS, step, period, cost, period, orders)
    assert total(each.cost for each in points if each.cost is not None) == (whole.cost or 0)
    assert total(each.units for each in points if each.units is not None) == (whole.units or 0)
    assert sum(each.known for each in points) == whole.known == len(orders)
    assert all((each.per_unit is None) == (not each.units) for each in points)


@given(amounts, counts.filter(bool), st.sampled_from([1, 1000, 1_000_000]))
def test_a_cost_per_unit_is_rounded_once_to_twelve_places(cost: Decimal, units: Decimal, per: int) -> None:
    found = ratio(cost, units, per)
    assert found is not None
    assert found.as_tuple().exponent == -12
    assert abs(Fraction(found) - Fraction(cost) * per / Fraction(units)) <= Fraction(1, 2 * 10**12)


def test_a_metric_is_due_once_yesterdays_points_are_in() -> None:
    settling = timedelta(hours=3)
    assert read_at(datetime(2026, 3, 2, 2, tzinfo=UTC), settling) == datetime(2026, 3, 1, 3, tzinfo=UTC)
    assert read_at(datetime(2026, 3, 2, 3, tzinfo=UTC), settling) == datetime(2026, 3, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize("name", ["", " ", "a/b", " orders", "a\nb", "x" * 61])
def test_a_name_that_could_not_be_asked_for_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        UnitMetric(name)


def test_what_cloudwatch_would_not_understand_is_refused() -> None:
    for given_source in (
        ("", "Orders", (), "Sum"),
        ("Shop", "Orders", (("Store", ""),), "Sum"),
        ("Shop", "Orders", (), "p99"),
    ):
        with pytest.raises(Invalid):
            CloudWatchMetric(*given_source, "111111111111", "us-east-1")
    with pytest.raises(Invalid):
        UnitMetric("orders", per=7)
