"""One file per source format, found by being here: it recognises a file by its columns and says how each of ours is read from it."""

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.costs.focus import Kind
from core.errors import Invalid


@dataclass(frozen=True)
class Reading:
    """How to read one file: SQL over its columns for each of ours (absent: unknown), what must not be empty, and which rows count.

    `raw` names the file's column behind a value, for a message about a bad one. `doubles` are SQL tests for values that had to be rounded.
    `inputs` are columns that values are worked out from, with the kind each must be of where it holds something.
    `unknown` are columns nobody expected; `aside` is SQL for the map of those that have a value, as text, null where none has.
    `tags_from` is the column of text that the tags are made of, where they are made of one.
    """

    values: Mapping[str, str]
    raw: Mapping[str, str]
    filled: tuple[str, ...]
    where: str = "true"
    unknown: tuple[str, ...] = ()
    doubles: tuple[str, ...] = ()
    aside: str = "null"
    inputs: Mapping[str, Kind] = field(default_factory=dict)
    tags_from: str | None = None


class Reader(Protocol):
    """What a file in this folder offers."""

    def recognises(self, columns: Sequence[str]) -> bool:
        """Whether a file with these columns is of this format."""

    def reading(self, columns: Mapping[str, str]) -> Reading:
        """How to read a file with these columns (name -> DuckDB type). Raises `Invalid` saying what is missing."""


def _name(module: str) -> str:
    return module.replace("_", "-")


FORMATS: tuple[str, ...] = tuple(sorted(_name(found.name) for found in pkgutil.iter_modules(__path__)))
"""The formats' names, as `--format` takes them: `cur_legacy.py` is `cur-legacy`."""


def for_columns(columns: Mapping[str, str], wanted: str | None = None) -> Reading:
    """The reading of a file with these columns (name -> DuckDB type): of the format `wanted`, else of the one that recognises them.

    Raises `Invalid` when there is no such format, none is recognised, or a column is missing.
    """
    if wanted is not None and wanted not in FORMATS:
        message = f"{wanted!r} is no format of a bill"
        raise Invalid(message, mend=f"Name one of {', '.join(FORMATS)}, or none: the columns tell.")
    for name in FORMATS if wanted is None else (wanted,):
        reader: Reader = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
        if wanted is not None or reader.recognises(list(columns)):
            return reader.reading(columns)
    message = "its columns are not those of a bill (no BilledCost with ChargePeriodStart, no line_item_unblended_cost, no lineItem/UnblendedCost)"
    raise Invalid(message, mend="Give FOCUS 1.0 or later, CUR 2.0 or the older CUR, as CSV or Parquet.")
