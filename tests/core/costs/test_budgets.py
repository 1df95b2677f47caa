"""Budgets: amounts, burn, and where a period is heading."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costs.budgets import Bill, Every, Plan, State, earlier, history, period_of, planned, standing
from core.costs.month import month_to_date
from core.errors import Invalid
from core.money import ZERO, total
from core.periods import Period

D = Decimal
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
YEAR = date(2026, 1, 1)
days = st.dates(date(2026, 1, 1), date(2026, 4, 30))
costs = st.dictionaries(days, st.decimals(min_value=-100, max_value=1000, places=9))
everies = st.sampled_from(list(Every))
amounts = st.decimals(min_value=D("0.01"), max_value=10**9, places=2)


def a_plan(amount: str | Decimal = "310", every: Every = Every.MONTH, **other: object) -> Plan:
    return Plan(
        **{"name": "All", "amount": D(amount), "currency": "USD", "every": every, "first": YEAR} | other
    )  # type: ignore[arg-type]  the test's own words


def a_bill(usage: dict[date, Decimal], other: dict[date, Decimal] | None = None, until: int = 16) -> Bill:
    """A bill from the year's beginning to a day of March, which may still be filling."""
    return Bill(usage, other or {}, YEAR, date(2026, 3, until))


def steady(cost: str, first: date = YEAR, length: int = 120) -> dict[date, Decimal]:
    return {first + timedelta(days=day): D(cost) for day in range(length)}


@given(costs, costs, days, everies, amounts)
def test_the_burn_is_the_bills_sum_of_full_days(
    usage: dict[date, Decimal], other: dict[date, Decimal], today: date, every: Every, amount: Decimal
) -> None:
    bill = Bill(usage, other, YEAR, date(2026, 3, 16))
    period = period_of(every, today)
    found = standing(a_plan(amount, every), period, today, bill)
    until = min(today, date(2026, 3, 16))
    inside = [value for part in (usage, other) for day, value in part.items() if period.start <= day < until]
    assert (found.burn or ZERO) == total(inside)
    assert (found.burn is None) == (until <= period.start)
    assert (found.state is State.BREACHED) == (found.burn is not None and found.burn > amount)
    if found.breached_on:
        assert found.state is State.BREACHED
        assert period.contains(found.breached_on)
    if found.breach_expected:
        assert found.state is State.AT_RISK
        assert found.breach_expected >= until


@given(costs, costs, days)
def test_a_month_is_expected_to_end_as_the_overview_says(
    usage: dict[date, Decimal], other: dict[date, Decimal], today: date
) -> None:
    last = date(2026, 3, 16)
    month = month_to_date(today, YEAR, last, usage, other, (), "USD")
    found = standing(a_plan(), period_of(Every.MONTH, today), today, Bill(usage, other, YEAR, last))
    assert found.burn == month.so_far
    assert found.through == month.through
    if found.period.end > (found.through or found.period.end) + timedelta(days=1):
        assert (found.expected, found.method) == (month.expected, month.method)


def test_a_breach_is_expected_on_the_first_day_that_passes_the_plan() -> None:
    found = standing(a_plan("199"), MARCH, date(2026, 3, 16), a_bill(steady("10")))
    assert (found.burn, found.expected) == (D(150), D(310))
    assert (found.state, found.breach_expected) == (State.AT_RISK, date(2026, 3, 20))
    exactly = standing(a_plan("200"), MARCH, date(2026, 3, 16), a_bill(steady("10")))
    assert exactly.breach_expected == date(2026, 3, 21)


def test_a_plan_spent_to_the_last_cent_is_within_plan() -> None:
    found = standing(a_plan("310"), MARCH, date(2026, 3, 16), a_bill(steady("10")))
    assert (found.state, found.breach_expected) == (State.WITHIN, None)


def test_a_breach_is_on_the_day_from_which_on_more_was_spent() -> None:
    usage = steady("10")
    found = standing(a_plan("95"), MARCH, date(2026, 3, 16), a_bill(usage))
    assert (found.state, found.breached_on) == (State.BREACHED, date(2026, 3, 10))
    credited = a_bill(usage, {date(2026, 3, 12): D(-100)})
    assert standing(a_plan("95"), MARCH, date(2026, 3, 16), credited).breached_on is None


def test_a_period_that_has_no_full_day_yet_is_unknown() -> None:
    found = standing(a_plan(), MARCH, date(2026, 3, 1), a_bill(steady("10")))
    assert (found.state, found.burn, found.expected) == (State.UNKNOWN, None, None)
    assert found.method == "The bill has no full day of this month yet."


def test_without_a_bill_nothing_is_known() -> None:
    found = standing(a_plan(), MARCH, date(2026, 3, 9), Bill({}, {}, None, None))
    assert (found.state, found.burn) == (State.UNKNOWN, None)


def test_a_bill_that_begins_inside_the_period_never_says_within_plan() -> None:
    bill = Bill(steady("1"), {}, date(2026, 3, 5), date(2026, 3, 16))
    found = standing(a_plan(), MARCH, date(2026, 3, 16), bill)
    assert (found.state, found.missing_before) == (State.UNKNOWN, date(2026, 3, 5))


def test_a_period_that_is_over_needs_no_estimate() -> None:
    found = standing(a_plan("200"), MARCH, date(2026, 4, 9), Bill(steady("10"), {}, YEAR, date(2026, 4, 9)))
    assert (found.burn, found.expected, found.method) == (D(310), D(310), "The month is over.")


@given(everies, st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_periods_are_the_calendars_and_follow_each_other(every: Every, day: date) -> None:
    period = period_of(every, day)
    assert period.contains(day)
    assert (period.start.day, period.end.day) == (1, 1)
    before = earlier(every, period)
    assert [each.end for each in before] == [*(each.start for each in before[1:]), period.start]
    assert all(period_of(every, each.start) == each for each in before)


@given(everies, amounts, st.decimals(min_value=-99, max_value=99, places=2), st.integers(0, 40))
def test_a_growing_amount_is_compounded_exactly_and_rounded_once(
    every: Every, amount: Decimal, growth: Decimal, count: int
) -> None:
    plan = a_plan(amount, every, growth=growth)
    period = period_of(every, plan.first)
    assert planned(plan, period) == amount
    assert planned(plan, earlier(every, period, 1)[0]) is None
    for _ in range(count):
        period = period_of(every, period.end)
    found = planned(plan, period)
    assert found is not None
    exactly = Fraction(amount) * (1 + Fraction(growth) / 100) ** count
    assert abs(Fraction(found) - exactly) <= Fraction(1, 200)
    if not growth:
        assert found == amount


@given(costs, costs)
def test_history_is_the_bills_sum_a_period(usage: dict[date, Decimal], other: dict[date, Decimal]) -> None:
    periods = earlier(Every.MONTH, period_of(Every.MONTH, date(2026, 5, 1)), 4)
    bill = Bill(usage, other, YEAR, date(2026, 4, 30))
    past = history(a_plan(), periods, date(2026, 5, 1), bill)
    assert total(each.actual or ZERO for each in past) == total([*usage.values(), *other.values()])
    assert [each.whole for each in past] == [True, True, True, False]


def test_periods_before_the_bill_are_unknown_and_those_before_the_plan_have_no_amount() -> None:
    periods = earlier(Every.MONTH, MARCH, 3)
    past = history(a_plan(first=date(2026, 2, 1)), periods, date(2026, 3, 16), a_bill(steady("1")))
    assert [(each.actual, each.planned, each.whole) for each in past] == [
        (None, None, False),
        (D(31), None, True),
        (D(28), D(310), True),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": D(0)},
        {"amount": D("1.001")},
        {"amount": D("NaN")},
        {"amount": D("1e15")},
        {"growth": D(100)},
        {"growth": D("0.001")},
        {"name": " "},
        {"name": "x" * 101},
        {"currency": ""},
        {"first": date.max},
        {"first": date(1999, 12, 31)},
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        Plan(
            **{"name": "All", "amount": D(1), "currency": "USD", "every": Every.MONTH, "first": YEAR} | wrong
        )  # type: ignore[arg-type]  as above
