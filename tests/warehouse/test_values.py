"""Numbers come in exactly or not at all."""

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Context, Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.warehouse.staging import reading_connection

SMALLEST = Decimal("1e-20")
EXACT = Context(prec=80, rounding=ROUND_HALF_EVEN)


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    scratch: Path = tmp_path_factory.mktemp("scratch")
    with reading_connection(scratch) as connection:
        yield connection


def texts(connection: duckdb.DuckDBPyConnection, given: list[str]) -> list[Decimal | None]:
    rows = connection.execute("select exact(x) from (select unnest(?::varchar[]) as x)", [given]).fetchall()
    return [value for (value,) in rows]


def doubles(connection: duckdb.DuckDBPyConnection, given: list[float]) -> list[Decimal | None]:
    rows = connection.execute(
        "select of_double(x::varchar) from (select unnest(?::double[]) as x)", [given]
    ).fetchall()
    return [value for (value,) in rows]


AMOUNTS = st.decimals(min_value=-(10**17), max_value=10**17, allow_nan=False, allow_infinity=False, places=20)


@settings(max_examples=40, deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=20))
def test_what_fits_comes_in_to_the_last_digit_also_in_scientific_notation(
    reading: duckdb.DuckDBPyConnection, amounts: list[Decimal]
) -> None:
    assert texts(reading, [format(amount, "f") for amount in amounts]) == amounts
    assert texts(reading, [format(amount, "e") for amount in amounts]) == amounts


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 10**6), st.integers(21, 40))
def test_a_text_with_digits_beyond_the_twentieth_place_is_refused_not_rounded(
    reading: duckdb.DuckDBPyConnection, digits: int, places: int
) -> None:
    amount = Decimal(digits * 10 + 1).scaleb(-places)
    assert texts(reading, [format(amount, "f"), format(amount, "e")]) == [None, None]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(-1e12, 1e12, allow_nan=False), min_size=1, max_size=20))
@example([5e-21, 1.5e-20, 2.5e-20, -1.5e-20, 4.9999999999999995e-21, 1e-30, 1.234567890123456e-07])
def test_a_double_comes_in_as_its_shortest_form_rounded_half_even_at_the_twentieth_place(
    reading: duckdb.DuckDBPyConnection, amounts: list[float]
) -> None:
    expected = [Decimal(repr(amount)).quantize(SMALLEST, context=EXACT) for amount in amounts]
    assert doubles(reading, amounts) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "NaN",
        "inf",
        "-Infinity",
        "1e308",
        "1_000",
        "1,5",
        "--1",
        "0x10",
        "1e",
        ".",
        "9" * 19,
        "1 2",
    ],
)
def test_what_is_no_number_that_fits_is_nothing(reading: duckdb.DuckDBPyConnection, text: str) -> None:
    assert texts(reading, [text]) == [None]


@pytest.mark.parametrize("text", ["0", "-0", "0.0", "0e-30", "0." + "0" * 40])
def test_zero_is_zero_however_it_is_written(reading: duckdb.DuckDBPyConnection, text: str) -> None:
    assert texts(reading, [text]) == [Decimal(0)]


def test_trailing_zeros_beyond_the_twentieth_place_are_no_digits(reading: duckdb.DuckDBPyConnection) -> None:
    assert texts(reading, ["0.5" + "0" * 30]) == [Decimal("0.5")]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e308])
def test_a_double_that_is_no_amount_is_nothing(reading: duckdb.DuckDBPyConnection, value: float) -> None:
    assert doubles(reading, [value]) == [None]
