"""Files that a table is saved as: exact, and no cell of them is a formula."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree as ET

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from services.usecases.exporting import LONGEST_CELL, Format, written

D = Decimal
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  they are what is tested
NAMESPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def as_csv(columns: Mapping[str, Sequence[object]]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(written(columns, Format.CSV).decode("utf-8-sig"), newline="")))


def as_xlsx(columns: Mapping[str, Sequence[object]]) -> list[list[object]]:
    """The cells as a spreadsheet reads them: numbers are floats, texts are text; there are no formulas."""
    with zipfile.ZipFile(io.BytesIO(written(columns, Format.XLSX))) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314  our own file
        shared = ET.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314  our own file
    assert not sheet.findall(".//x:f", NAMESPACE)
    texts = ["".join(part.text or "" for part in each.findall(".//x:t", NAMESPACE)) for each in shared]
    rows = []
    for row in sheet.findall(".//x:row", NAMESPACE):
        found: list[object] = []
        for cell in row:
            value = cell.findtext("x:v", namespaces=NAMESPACE)
            found.append(texts[int(value or 0)] if cell.get("t") == "s" else float(value or 0))
        rows.append(found)
    return rows


def as_parquet(columns: Mapping[str, Sequence[object]]) -> pa.Table:
    return pq.read_table(io.BytesIO(written(columns, Format.PARQUET)))


def test_a_csv_has_every_digit_and_no_trailing_zeros() -> None:
    assert as_csv({"a": [D("1.500"), D("0E-20"), D("1E+3"), D("0.00000000000000000001")]})[1:] == [
        ["1.5"],
        ["0"],
        ["1000"],
        ["0.00000000000000000001"],
    ]


@given(st.text(min_size=1))
def test_no_cell_of_a_csv_is_a_formula(text: str) -> None:
    header, row = as_csv({text: [text]})
    assert not header[0].lstrip(" ").startswith(FORMULAS)
    assert not row[0].lstrip(" ").startswith(FORMULAS)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1"])  # noqa: RUF001  as above
def test_no_cell_of_a_spreadsheet_is_a_formula(text: str) -> None:
    assert as_xlsx({text: [text]}) == [["'" + text], ["'" + text]]


def test_texts_in_parquet_are_left_as_they_are() -> None:
    assert as_parquet({"a": ["=1+1", None]}).to_pydict() == {"a": ["=1+1", None]}


@given(st.decimals(-(10**17), 10**17, allow_nan=False, places=20) | st.integers(-(10**17), 10**17).map(D))
def test_amounts_keep_every_digit_in_every_format(amount: Decimal) -> None:
    columns = {"USD": [amount, None]}
    assert D(as_csv(columns)[1][0]) == amount
    assert as_parquet(columns).column("USD").to_pylist() == [amount, None]
    number, *digits = as_xlsx(columns)[1]
    assert D(str(digits[0])) == amount if digits else D(repr(number)) == amount


def test_a_number_that_a_spreadsheet_would_round_stands_beside_all_its_digits() -> None:
    whole = {"USD": [D("0.1"), D("-12.3456789012345678")]}
    header, short, long = as_xlsx(whole)
    assert header == ["USD", "USD, all digits"]
    assert short == [0.1, "0.1"]
    assert long == [pytest.approx(-12.3456789), "-12.3456789012345678"]
    assert as_xlsx({"USD": [D("0.1")]}) == [["USD"], [0.1]]


def test_a_csv_has_no_exponents() -> None:
    assert as_csv({"USD": [D("1E-20")]})[1] == ["0.00000000000000000001"]


def test_parquet_columns_have_the_type_of_what_they_hold() -> None:
    moment = datetime(2026, 3, 5, 7, tzinfo=UTC)
    table = as_parquet(
        {
            "cost": [D("1.5"), 2],
            "lines": [1, None],
            "day": [date(2026, 3, 5), None],
            "at": [moment, None],
            "share": [D(1) / D(3), None],
            "mixed": ["a", 1],
            "nothing": [None, None],
        }
    )
    assert [str(field.type) for field in table.schema] == [
        "decimal128(38, 20)", "int64", "date32[day]", "timestamp[us, tz=UTC]", "decimal128(38, 20)", "string", "string",
    ]  # fmt: skip
    assert table.column("at").to_pylist() == [moment, None]
    assert table.column("mixed").to_pylist() == ["a", "1"]


def test_what_a_spreadsheet_cannot_hold_is_refused_with_what_can() -> None:
    with pytest.raises(Invalid) as refused:
        written({"a": ["x" * (LONGEST_CELL + 1)]}, Format.XLSX)
    assert "Parquet" in (refused.value.mend or "")


def test_an_empty_table_is_a_header() -> None:
    assert as_csv({"a": []}) == [["a"]]
    assert as_xlsx({"a": []}) == [["a"]]
    assert as_parquet({"a": []}).num_rows == 0
