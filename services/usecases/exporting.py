"""A table that a screen shows as a file: CSV, XLSX or Parquet. Exact to the last digit, and no cell of it is a formula.

CSV and XLSX: a text that a spreadsheet would take for a formula begins with an apostrophe; numbers stay numbers. Parquet holds texts as they
are, since nothing reads a formula out of it. A spreadsheet keeps 15 digits of a number: where one of a column has more, the column is followed
by another with all digits as text, so that it can still be added up.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from core.costs.focus import PRECISION, SCALE
from core.errors import Invalid
from core.money import EXACT, exact

Columns = Mapping[str, Sequence[object]]
"""Named columns of equal length, None where a cell is empty."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}",
           "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip
DIGITS = 15
"""Every decimal of so many digits comes back from a double as it was."""
MOST_ROWS, LONGEST_CELL = 1_048_575, 32_767
"""What a spreadsheet holds below its header, and in one cell."""
FIRST_DAY = date(1900, 3, 1)
"""Before this day spreadsheets disagree about dates."""
EXACT_COLUMN = "{}, all digits"


class Format(StrEnum):
    """The kinds of file, each named by its ending."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"

    @property
    def media_type(self) -> str:
        """Its name on the wire."""
        return {
            Format.CSV: "text/csv",
            Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format.PARQUET: "application/vnd.apache.parquet",
        }[self]


def written(columns: Columns, wanted: Format) -> bytes:
    """The columns as a file. Raises `Invalid` for what an XLSX file cannot hold."""
    return {Format.CSV: _csv, Format.XLSX: _xlsx, Format.PARQUET: _parquet}[wanted](columns)


def safe(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would take it for a formula."""
    return "'" + text if text.lstrip(" ").startswith(FORMULA) else text


def _csv(columns: Columns) -> bytes:
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow([safe(name) for name in columns])
    out.writerows([_plain(value) for value in row] for row in zip(*columns.values(), strict=True))
    return text.getvalue().encode("utf-8-sig")


def _plain(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, Decimal) and value.is_finite():
        return exact(value)
    return value if isinstance(value, (bool, int, float, Decimal)) else safe(_text(value))


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return exact(value) if isinstance(value, Decimal) and value.is_finite() else str(value)


def _xlsx(columns: Columns) -> bytes:
    file = io.BytesIO()
    length = max((len(values) for values in columns.values()), default=0)
    if length > MOST_ROWS:
        message = f"A spreadsheet holds {MOST_ROWS:,} rows, and these are {length:,}."
        raise Invalid(message, mend="Take CSV or Parquet.")
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for place, (name, values) in enumerate(_with_exact(columns).items()):
            sheet.write_string(0, place, safe(name), bold)
            sheet.set_column(place, place, min(48, max(12, len(name) + 2)))
            for row, value in enumerate(values, 1):
                if isinstance(value, bool):
                    sheet.write_boolean(row, place, value)
                elif isinstance(value, (int, float, Decimal)) and Decimal(value).is_finite():
                    sheet.write_number(row, place, float(value))
                elif isinstance(value, datetime) and value.date() >= FIRST_DAY:
                    sheet.write_datetime(row, place, _naive(value), moment)
                elif isinstance(value, date) and not isinstance(value, datetime) and value >= FIRST_DAY:
                    sheet.write_datetime(row, place, value, day)
                elif value is not None:
                    text = value if isinstance(value, _Digits) else safe(_text(value))
                    sheet.write_string(row, place, _fitting(text))
    return file.getvalue()


def _with_exact(columns: Columns) -> Columns:
    """The columns, and behind each with a number that a double does not hold another of texts."""
    made: dict[str, Sequence[object]] = {}
    for name, values in columns.items():
        made[name] = values
        if not all(_fits_a_double(value) for value in values):
            made[EXACT_COLUMN.format(name)] = [
                None if value is None else _Digits(_text(value)) for value in values
            ]
    return made


class _Digits(str):
    """All digits of a number: its minus begins no formula."""

    __slots__ = ()


def _fits_a_double(value: object) -> bool:
    if not isinstance(value, (int, Decimal)) or not Decimal(value).is_finite():
        return True
    return len(Decimal(value).normalize(EXACT).as_tuple().digits) <= DIGITS


def _fitting(text: str) -> str:
    if len(text) > LONGEST_CELL:
        message = (
            f"A text of the table is longer than the {LONGEST_CELL:,} characters of a spreadsheet's cell."
        )
        raise Invalid(message, mend="Take CSV or Parquet.")
    return text


def _naive(moment: datetime) -> datetime:
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def _parquet(columns: Columns) -> bytes:
    file = io.BytesIO()
    table = pa.table({name: _array(values) for name, values in columns.items()})
    pq.write_table(table, file, compression="zstd")
    return file.getvalue()


def _array(values: Sequence[object]) -> pa.Array:
    """A column of one type: amounts are DECIMAL(38,20), moments UTC; what is of several types, or does not fit, is text."""
    kinds = {type(value) for value in values if value is not None}
    if kinds and kinds <= {Decimal, int} and Decimal in kinds:
        amounts = [None if value is None else _placed(value) for value in values]
        if all(value is None or value.adjusted() < PRECISION - SCALE for value in amounts):
            return pa.array(amounts, pa.decimal128(PRECISION, SCALE))
    elif kinds == {datetime}:
        return pa.array(
            [_naive(value) if isinstance(value, datetime) else None for value in values],
            pa.timestamp("us", "UTC"),
        )
    elif len(kinds) == 1 and kinds <= {bool, int, float, date}:
        return pa.array(values)
    return pa.array([None if value is None else _text(value) for value in values], pa.string())


def _placed(value: object) -> Decimal:
    """An amount at our scale; a ratio has more digits than that, and is rounded half-even."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-SCALE), rounding=ROUND_HALF_EVEN, context=EXACT)
