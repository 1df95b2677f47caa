"""Bill lines written as a FOCUS 1.2 file by the engine itself: no line passes through Python, and every digit stays.

The columns of FOCUS 1.2 in its spelling, then ours as `x_` columns; what a bill does not say is left empty.
"""

from enum import StrEnum
from pathlib import Path

from core.costs.focus import COLUMNS, Kind
from core.costs.scope import Scope
from services.warehouse.columns import OTHER
from services.warehouse.scoped import filtered
from services.warehouse.values import identifier, literal
from services.warehouse.warehouse import Pin

LATER = {"HostProviderName": "x_HostProviderName"}
"""Columns of later versions, under the names that FOCUS 1.2 lets them have."""
NAMES: dict[str, str] = {
    name: LATER.get(name, name)
    for name in (
        *(column.name for column in COLUMNS if not column.name.startswith("x_") and column.name not in LATER),
        *(column.name for column in COLUMNS if column.name.startswith("x_") or column.name in LATER),
        OTHER,
    )
}
"""Our name -> the file's, in its order."""
_KINDS = {column.name: column.kind for column in COLUMNS} | {OTHER: Kind.TAGS}


class FocusFormat(StrEnum):
    """The kinds of file, each named by its ending."""

    CSV = "csv"
    CSV_GZ = "csv.gz"
    PARQUET = "parquet"


_OPTIONS = {
    FocusFormat.CSV: "format csv, header true",
    FocusFormat.CSV_GZ: "format csv, header true, compression gzip",
    FocusFormat.PARQUET: "format parquet, compression zstd",
}


def write(pinned: Pin, scope: Scope, to: Path, wanted: FocusFormat) -> int:
    """Write the scope's lines, as the bill has them, and answer how many there are."""
    pinned = pinned.here()
    table = filtered(pinned.tables.lines, pinned.with_rules(scope)).select(*NAMES)
    lines = pinned.compiled(table)
    typed = wanted is FocusFormat.PARQUET
    columns = ", ".join(
        f"{identifier(name) if typed else _as_text(name)} as {identifier(called)}"
        for name, called in NAMES.items()
    )
    # Lines have no order of their own; keeping that of the files would hold much of what is written in memory.
    sql = f"set session preserve_insertion_order = false; copy (select {columns} from ({lines})) to {literal(str(to))} ({_OPTIONS[wanted]})"
    return int(pinned.run(sql)[0][0])


def _as_text(name: str) -> str:
    """SQL for the column as FOCUS writes it in text: plain decimals, UTC times, key-values as JSON."""
    column, kind = identifier(name), _KINDS[name]
    if kind is Kind.NUMBER:
        return f"rtrim(rtrim({column}::varchar, '0'), '.')"
    if kind is Kind.TIME:
        whole = f"strftime({column} at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ')"
        fine = f"strftime({column} at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')"
        return f"case when microsecond({column}) % 1000000 = 0 then {whole} else {fine} end"
    return f"to_json({column})::varchar" if kind is Kind.TAGS else column
