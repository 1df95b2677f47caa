"""One file per source format, found by being here: it recognises a file by its columns and says how each of ours is read from it."""

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.errors import Invalid


@dataclass(frozen=True)
class Reading:
    """How to read one file: SQL over its columns for each of ours (absent: unknown), what must not be empty, and which rows count.

    `raw` names the file's column behind a value, for a message about a bad one. `doubles` are SQL tests for values that had to be rounded.
    """

    values: Mapping[str, str]
    raw: Mapping[str, str]
    filled: tuple[str, ...]
    where: str = "true"
    unknown: tuple[str, ...] = ()
    doubles: tuple[str, ...] = field(default=())


class Reader(Protocol):
    """What a file in this folder offers."""

    def recognises(self, columns: Sequence[str]) -> bool:
        """Whether a file with these columns is of this format."""

    def reading(self, columns: Mapping[str, str]) -> Reading:
        """How to read a file with these columns (name -> DuckDB type). Raises `Invalid` saying what is missing."""


def for_columns(columns: Mapping[str, str]) -> Reading:
    """The reading of a file with these columns. Raises `Invalid` when no format is recognised or a column is missing."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        reader: Reader = importlib.import_module(f"{__name__}.{module.name}")
        if reader.recognises(list(columns)):
            return reader.reading(columns)
    message = "its columns are not those of a bill (no BilledCost with ChargePeriodStart)"
    raise Invalid(message, mend="Give FOCUS 1.0 or later, as CSV or Parquet.")
