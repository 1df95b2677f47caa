"""SQL that reads a bill's file as lines of ours, and finds what in it cannot be used."""

from dataclasses import dataclass
from threading import Lock

import duckdb

from core.costs.focus import COLUMNS, PROMOTED_TAGS, Kind, tag_column
from services.warehouse import values
from services.warehouse.columns import LINES, OTHER
from services.warehouse.files import SourceFile
from services.warehouse.readers import Reading

PAYER = "ProviderName || ':' || BillingAccountId"
BAD = "a row cannot be used"
"""What DuckDB says when `lines` meets such a row."""
_ALONE = Lock()
_COMPLAINTS = {
    Kind.NUMBER: "is no number of at most 18 digits before and 20 behind the point",
    Kind.TIME: "is no point in time",
    Kind.TAGS: "is no JSON object of tags",
    Kind.TEXT: "cannot be used",
}


@dataclass(frozen=True)
class _Test:
    """A value that a row must have (`filled`), or must have where its file's column holds something."""

    value: str
    name: str
    column: str | None
    kind: Kind
    filled: bool

    def bad(self, file: SourceFile, value: str, raw: str) -> str:
        """SQL that is true where it cannot be used; `value` and `raw` are SQL for what was read, and read from."""
        if self.filled or self.column is None:
            return f"({value}) is null"
        text = file.columns[self.column] == "VARCHAR"
        given = f"coalesce({raw}, '') not in ('', 'null')" if text else f"{raw} is not null"
        return f"case when ({value}) is null then {given} else false end"


def lines(file: SourceFile, reading: Reading, source: str | None, own: dict[str, str]) -> str:
    """The file's rows in our columns, with `own` values for the partition's; fails at a row that cannot be used.

    Each value is read once: the tests look at what was read.
    """
    wrong = " or ".join(
        test.bad(file, f"in_{number}" if test.name not in reading.values else test.name, f"raw_{number}")
        for number, test in enumerate(tests(file, reading))
    )
    name = values.literal(source) if source else PAYER
    outer = {
        **{column: values.literal(value) for column, value in own.items()},
        "source": f"case when {wrong} then error({values.literal(BAD)}) else {name} end",
        "billing_month": "strftime(utc(BillingPeriodStart), '%Y-%m')",
        "charge_day": "utc(ChargePeriodStart)::date",
        **{tag_column(key): f"nullif(Tags[{values.literal(key)}], '')" for key in PROMOTED_TAGS},
    }
    chosen = ", ".join(
        f"{outer[column.name]} as {column.name}" if column.name in outer else column.name for column in LINES
    )
    return f"select {chosen} from ({_inner(file, reading)})"


def places(file: SourceFile, reading: Reading, source: str | None) -> str:
    """Source and month of the file's rows, null where a row does not tell; good and bad rows alike."""
    name = values.literal(source) if source else PAYER
    wanted = ("ProviderName", "BillingAccountId", "BillingPeriodStart")
    inner = ", ".join(f"({reading.values.get(column, 'null')}) as {column}" for column in wanted)
    return (
        f"select {name} as source, strftime(utc(BillingPeriodStart::timestamptz), '%Y-%m') as billing_month "
        f"from (select {inner} from {file.relation} where {reading.where})"
    )


def _inner(file: SourceFile, reading: Reading) -> str:
    kinds = {column.name: column.type for column in LINES}
    inner = [
        f"({reading.values.get(column.name, 'null')})::{kinds[column.name]} as {column.name}"
        for column in COLUMNS
    ]
    inner.append(f"({reading.aside})::{kinds[OTHER]} as {OTHER}")
    for number, test in enumerate(tests(file, reading)):
        if test.name not in reading.values:
            inner.append(f"({test.value}) as in_{number}")
        if test.column is not None and not test.filled:
            inner.append(f"{values.identifier(test.column)} as raw_{number}")
    return f"select {', '.join(inner)} from {file.relation} where {reading.where}"


def tests(file: SourceFile, reading: Reading) -> list[_Test]:
    """What makes a row of the file one that cannot be used."""
    found = []
    for column in COLUMNS:
        value = reading.values.get(column.name)
        raw = reading.raw.get(column.name)
        filled = column.name in reading.filled
        if value is not None and (filled or (raw is not None and column.kind is not Kind.TEXT)):
            found.append(_Test(value, column.name, raw, column.kind, filled))
    for name, kind in reading.inputs.items():
        value = values.parsed(values.identifier(name), file.columns[name], kind)
        found.append(_Test(value, f"{name} as read", name, kind, filled=False))
    return found


def first_bad(connection: duckdb.DuckDBPyConnection, file: SourceFile, reading: Reading) -> str | None:
    """The sentence about the first row that cannot be used; None when there is none."""
    found = tests(file, reading)
    raw = [f"{values.identifier(test.column)}::varchar" if test.column else "null" for test in found]
    bad = [f"bad_{number}" for number in range(len(found))]
    shown = ", ".join(
        f"{test.bad(file, test.value, values.identifier(test.column or ''))} as {name}, {given}"
        for test, name, given in zip(found, bad, raw, strict=True)
    )
    with _ALONE:  # for the whole engine is meant, also where another file is read meanwhile
        connection.execute("set threads = 1")  # rows are numbered in the order they are read
        rows = connection.execute(
            f"select * exclude (counted) from (select row_number() over () + {file.first_row - 1} as file_row, {shown}, "
            f"({reading.where}) as counted from {file.relation}) where counted and ({' or '.join(bad)}) limit 1"
        ).fetchall()
        connection.execute("reset threads")
    if not rows:
        return None
    row, *pairs = rows[0]
    for test, is_bad, given in zip(found, pairs[::2], pairs[1::2], strict=True):
        if is_bad:
            column = test.column or test.name
            what = f"{column} {given[:60]!r} {_COMPLAINTS[test.kind]}" if given else f"{column} is empty"
            return f"{file.name}, row {row}: {what}."
    return None
