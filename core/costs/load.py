"""What came of taking a bill in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

Totals = Mapping[str, Mapping[str, Decimal]]
"""Cost column -> currency -> exact sum."""


class Outcome(StrEnum):
    """How a load ended."""

    LOADED = "loaded"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class LoadReport:
    """One billing month of one source.

    `unknown_columns` are the files' that were not kept; `rounded` counts binary floating-point values of the files whose digits
    beyond the twentieth place were rounded half-even.
    """

    source: str
    month: date
    outcome: Outcome
    rows: int
    totals: Totals
    unknown_columns: tuple[str, ...] = ()
    rounded: int = 0
    notes: tuple[str, ...] = field(default=())
