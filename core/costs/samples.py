"""Days of a daily metric as they come in: from a file, a program or CloudWatch. Exact, each day once."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from math import isfinite

from core.errors import Invalid
from core.money import EXACT

LARGEST = Decimal(10) ** 18
SAMPLE_PLACES = 12
MOST_SAMPLES = 20_000
"""Rows of one upload: more than fifty years of days."""
_COLUMNS = ("date", "value")
_TOLD = 3
"""Bad rows that are named; a file that is wrong throughout is not told in full."""


@dataclass(frozen=True, order=True)
class Sample:
    """How many there were on one day."""

    day: date
    value: Decimal


def read_csv(content: bytes) -> tuple[Sample, ...]:
    """Samples from a CSV file of `date,value` rows, with or without that heading. Raises `Invalid` naming the first bad rows."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("The file is no text in UTF-8.", mend="Save it as CSV in UTF-8.") from error
    found, wrong = list[Sample](), list[str]()
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            if not any(cell.strip() for cell in row) or (number == 1 and _heading(row)):
                continue
            try:
                found.append(_read(row))
            except Invalid as error:
                wrong.append(f"Row {number}: {error.message}")
            if len(found) > MOST_SAMPLES or len(wrong) == _TOLD:
                break
    except csv.Error as error:
        message = f"The file cannot be read as CSV: {error}."
        raise Invalid(message) from error
    if wrong:
        raise Invalid(
            " ".join(wrong), mend="Nothing was kept. Each row is a day and a number, as 2026-09-30,1204."
        )
    if not found:
        raise Invalid("The file has no row.", mend="Each row is a day and a number, as 2026-09-30,1204.")
    return tuple(found)


def _heading(row: Sequence[str]) -> bool:
    return tuple(cell.strip().lower() for cell in row) == _COLUMNS


def _read(row: Sequence[str]) -> Sample:
    if len(row) != len(_COLUMNS):
        message = f"it has {len(row)} cells in place of two, a day and a number."
        raise Invalid(message)
    try:
        day = date.fromisoformat(row[0].strip())
    except ValueError as error:
        message = f"{row[0].strip()!r} is no day."
        raise Invalid(message) from error
    return Sample(day, number(row[1]))


def number(text: str) -> Decimal:
    """A count as text, exactly. Raises `Invalid` for what is no number or has more digits than are kept."""
    try:
        value = Decimal(text.strip().replace("_", "?"))  # Python reads 1_000, nobody else does
    except InvalidOperation as error:
        message = f"{text.strip()!r} is no number."
        raise Invalid(
            message, mend="Write it without thousands separators and with a point, as 1204.5."
        ) from error
    return counted(value)


def counted(value: Decimal) -> Decimal:
    """The same for a number. Raises `Invalid` for one that is none, below zero or too long."""
    if not value.is_finite() or value < 0 or value >= LARGEST:
        message = f"{value} is no count: that is zero or more, and below 10 to the power of 18."
        raise Invalid(message)
    kept = _rounded(value)
    if value != kept:
        message = f"{value} has more than {SAMPLE_PLACES} places behind the point."
        raise Invalid(message)
    return kept


def measured(value: float) -> Decimal:
    """What CloudWatch answered as a count. Raises `Invalid` as `counted` does."""
    if not isfinite(value):
        raise Invalid("CloudWatch answered what is no number.")
    return counted(_rounded(Decimal(repr(value))))


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-SAMPLE_PLACES), rounding=ROUND_HALF_EVEN, context=EXACT)


def checked(samples: Iterable[Sample], today: date) -> tuple[Sample, ...]:
    """Samples in the order of their days, each day once. Raises `Invalid` where one is there twice with two values, or lies ahead.

    So the order in which they come never matters.
    """
    held: dict[date, Decimal] = {}
    for sample in samples:
        if held.setdefault(sample.day, sample.value) != sample.value:
            message = f"{sample.day} is there twice: with {held[sample.day]} and with {sample.value}."
            raise Invalid(message, mend="Nothing was kept. Send each day once.")
        if sample.day > today + timedelta(days=1):
            message = f"{sample.day} has not come yet."
            raise Invalid(message, mend="Nothing was kept. Send days up to today.")
    if len(held) > MOST_SAMPLES:
        message = f"More than {MOST_SAMPLES:,} days were given at once."
        raise Invalid(message, mend="Send them in parts.")
    return tuple(Sample(day, held[day]) for day in sorted(held))


def merged(kept: Mapping[date, Decimal], sent: Iterable[Sample]) -> dict[date, Decimal]:
    """What is known after more was sent: a day sent again is replaced."""
    return {**kept, **{sample.day: sample.value for sample in sent}}
