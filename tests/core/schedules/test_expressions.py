"""Expressions for days: what they mean, and what is refused."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.schedules.expressions import monthdays, months, weekdays

MONDAY = date(2026, 11, 23)


def week(*expressions: str) -> str:
    """The days of one week that hold, Monday first."""
    return "".join(
        "x" if weekdays(expressions).hold(MONDAY + timedelta(days=day)) else "." for day in range(7)
    )


def of_month(year: int, month: int, *expressions: str) -> list[int]:
    first = date(year, month, 1)
    days = (first + timedelta(days=offset) for offset in range(31))
    return [day.day for day in days if day.month == month and monthdays(expressions).hold(day)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("mon-fri", "xxxxx.."),
        ("Monday", "x......"),
        ("0", "x......"),
        ("sat-tue", "xx...xx"),
        ("fri-mon", "x...xxx"),
        ("mon-sun/2", "x.x.x.x"),
        ("sat-tue/2", "x....x."),
        ("mon/3", "x..x..x"),
        ("mon,wed", "x.x...."),
        ("*", "xxxxxxx"),
        ("?", "xxxxxxx"),
        ("L", "......x"),
        ("4-6", "....xxx"),
    ],
)
def test_weekday_expressions(expression: str, expected: str) -> None:
    assert week(expression) == expected


def test_expressions_of_a_list_add_up() -> None:
    assert week("mon", "fri-sat") == "x...xx."


def test_nth_and_last_weekday() -> None:
    november = [date(2026, 11, day) for day in range(1, 31)]
    assert [day.day for day in november if weekdays(("mon#1",)).hold(day)] == [2]
    assert [day.day for day in november if weekdays(("mon#5",)).hold(day)] == [30]
    assert [day.day for day in november if weekdays(("sun#5",)).hold(day)] == [29]
    assert [day.day for day in november if weekdays(("fril",)).hold(day)] == [27]
    assert [day.day for day in november if weekdays(("tue#5",)).hold(day)] == []


def test_days_of_the_month() -> None:
    assert of_month(2026, 11, "1/15") == [1, 16]
    assert of_month(2026, 12, "1/15") == [1, 16, 31]
    assert of_month(2026, 11, "1/10") == [1, 11, 21]
    assert of_month(2026, 2, "L") == [28]
    assert of_month(2028, 2, "28-L") == [28, 29]
    assert of_month(2026, 2, "30-L") == []
    assert of_month(2026, 11, "29-2") == [1, 2, 29, 30]


def test_the_nearest_weekday_stays_in_its_month() -> None:
    assert of_month(2026, 11, "15W") == [16]  # a Sunday
    assert of_month(2026, 11, "14W") == [13]  # a Saturday
    assert of_month(2026, 8, "1W") == [3]  # a Saturday, and July is no answer
    assert of_month(2026, 5, "31W") == [29]  # a Sunday, and June is no answer
    assert of_month(2026, 11, "31W") == []


def test_months_wrap_and_step() -> None:
    def held(*expressions: str) -> list[int]:
        return [month for month in range(1, 13) if months(expressions).hold(date(2026, month, 1))]

    assert held("nov-feb") == [1, 2, 11, 12]
    assert held("jan/3") == [1, 4, 7, 10]
    assert held("1/5") == [1, 6, 11]
    assert held("April") == [4]


@pytest.mark.parametrize(
    "bad",
    [
        "mno",
        "7",
        "mon-",
        "-fri",
        "mon#0",
        "mon#6",
        "mon#1-fri",
        "mon/0",
        "mon/x",
        "mon/",
        "",
        " ",
        "mon,",
        "L-mon",
        "²",
        "mon-fri-sun",
    ],
)
def test_a_weekday_expression_that_means_nothing_is_refused(bad: str) -> None:
    with pytest.raises(Invalid, match="weekdays"):
        weekdays((bad,))


@pytest.mark.parametrize("bad", ["0", "32", "LW", "W", "-L", "L-3", "1-31/0", "x", "L/2", "mon"])
def test_a_monthday_expression_that_means_nothing_is_refused(bad: str) -> None:
    with pytest.raises(Invalid, match="monthdays"):
        monthdays((bad,))


@pytest.mark.parametrize("bad", ["0", "13", "foo", "L", "jan-", "jan/0"])
def test_a_month_expression_that_means_nothing_is_refused(bad: str) -> None:
    with pytest.raises(Invalid, match="months"):
        months((bad,))


@given(st.text(alphabet="0123456789monfriwedsatjan-/#,LW*? ", max_size=12))
def test_any_text_is_either_read_or_refused(text: str) -> None:
    for read in (weekdays, monthdays, months):
        with suppress(Invalid):
            assert read((text,)).hold(MONDAY) in {True, False}


@given(st.integers(0, 6), st.integers(0, 6), st.integers(1, 9))
def test_a_range_holds_its_begin_and_steps_from_it(begin: int, end: int, step: int) -> None:
    held = {day for day in range(7) if week(f"{begin}-{end}/{step}")[day] == "x"}
    length = (end - begin) % 7
    assert held == {(begin + offset) % 7 for offset in range(0, length + 1, step)}


@pytest.mark.parametrize(
    ("read", "text", "told"),
    [
        (weekdays, "mon-fry", "“mon-fry” is not understood in weekdays at character 5: expected mon to sun"),
        (weekdays, "mon, wed-fry", "at character 10: expected mon to sun"),
        (weekdays, "fry-fry", "at character 1: "),
        (weekdays, "mon#7", "at character 5: expected 1 to 5 after #"),
        (weekdays, "mon/0", "at character 5: expected a whole number from 1 after /"),
        (weekdays, "mon,,tue", "Nothing stands in weekdays at character 5: expected mon to sun"),
        (monthdays, "1-32", "at character 3: expected 1 to 31"),
        (months, "jan, foo", "“foo” is not understood in months at character 6: expected jan to dec"),
    ],
)
def test_what_is_refused_is_told_with_its_place_and_what_was_expected(
    read: Callable[[tuple[str, ...]], object], text: str, told: str
) -> None:
    with pytest.raises(Invalid, match=re.escape(told)):
        read((text,))


@given(st.text(alphabet="0123456789monfriwed-/#,LW*? ", max_size=12))
def test_the_place_told_lies_in_what_was_typed(text: str) -> None:
    for read in (weekdays, monthdays, months):
        try:
            read((text,))
        except Invalid as error:
            place = re.search("at character ([0-9]+)", error.message)
            assert place is not None
            assert 1 <= int(place[1]) <= len(text) + 1
