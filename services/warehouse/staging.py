"""Bill files read whole and checked, into Parquet of our own columns, before anything that stands is touched.

Two passes over each file: the first finds what is wrong and adds up, the second writes; what was written is later held against the first.
Memory is bounded by DuckDB's limit whatever the files' size.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import duckdb

from core.costs.focus import COLUMNS, COSTS, PROMOTED_TAGS, Kind, tag_column
from core.errors import Invalid
from core.money import EXACT, ZERO
from services.warehouse import files, readers, values
from services.warehouse.columns import LINES
from services.warehouse.files import SourceFile
from services.warehouse.readers import Reading

MEMORY = "600MB"
PAYER = "ProviderName || ':' || BillingAccountId"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class StagedMonth:
    """What the files hold for one billing month (text such as 2024-09) of one source; `totals` is cost column -> currency -> sum.

    `payers` are the bills it is made of: provider and billing account, such as AWS:111111111111.
    """

    source: str
    month: str
    rows: int
    totals: dict[str, dict[str, Decimal]]
    payers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Staged:
    """Files read and found good: `parts` are Parquet files with our columns."""

    parts: tuple[Path, ...]
    months: tuple[StagedMonth, ...]
    unknown_columns: tuple[str, ...]
    rounded: int


@contextmanager
def reading_connection(scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of its own for one load, spilling below `scratch`."""
    config = {
        "memory_limit": MEMORY,
        "temp_directory": str(scratch / "spill"),
        "autoinstall_known_extensions": "false",
    }
    connection = duckdb.connect(":memory:", config=config)
    try:
        connection.execute("set timezone = 'UTC'")
        for macro in values.MACROS:
            connection.execute(macro)
        yield connection
    finally:
        connection.close()


def stage(
    connection: duckdb.DuckDBPyConnection,
    paths: Iterable[Path],
    scratch: Path,
    *,
    source: str | None,
    on_progress: Progress,
) -> Staged:
    """Read files that together are one version of their months. `source` None: one source a provider and billing account found.

    Raises `Invalid` naming file and row for the first thing that cannot be used.
    """
    parts, unknown, rounded = [], [], 0
    months: dict[tuple[str, str], StagedMonth] = {}
    for number, path in enumerate(paths):
        file = files.opened(connection, path, scratch)
        reading = _recognised(file)
        on_progress(f"Checking {file.name}")
        with files.saying(file.name):
            rounded += _control(connection, file, reading, source, months)
            on_progress(f"Reading {file.name}")
            part = scratch / f"part-{number:05}.parquet"
            connection.execute(
                f"copy ({_normal(file, reading, source)}) to {values.literal(str(part))} (format parquet, compression zstd)"
            )
        parts.append(part)
        unknown += [name for name in reading.unknown if name not in unknown]
    return Staged(tuple(parts), tuple(months[key] for key in sorted(months)), tuple(unknown), rounded)


def _recognised(file: SourceFile) -> Reading:
    try:
        return readers.for_columns(file.columns)
    except Invalid as error:
        message = f"{file.name}, row 1: {error.message}."
        raise Invalid(message, mend=error.mend) from error


def _normal(file: SourceFile, reading: Reading, source: str | None) -> str:
    """SQL for the file's rows in our columns, without the partition's own that the load adds."""
    kinds = {column.name: column.type for column in LINES}
    inner = ", ".join(
        f"({reading.values.get(column.name, 'null')})::{kinds[column.name]} as {column.name}"
        for column in COLUMNS
    )
    name = values.literal(source) if source else PAYER
    tags = ", ".join(f"nullif(Tags[{values.literal(key)}], '') as {tag_column(key)}" for key in PROMOTED_TAGS)
    return (
        f"select {name} as source, strftime(BillingPeriodStart at time zone 'UTC', '%Y-%m') as billing_month, "
        f"(ChargePeriodStart at time zone 'UTC')::date as charge_day, {tags}, * "
        f"from (select {inner} from {file.relation} where {reading.where})"
    )


def _bad(file: SourceFile, reading: Reading) -> dict[str, str]:
    """Our column -> SQL that is true where the file's value cannot be used."""
    tests = {}
    for column in COLUMNS:
        value = reading.values.get(column.name)
        if value is None:
            continue
        raw = reading.raw.get(column.name)
        if column.name in reading.filled:
            tests[column.name] = f"({value}) is null"
        elif raw is not None and column.kind is not Kind.TEXT:
            quoted = values.identifier(raw)
            given = (
                f"coalesce({quoted}, '') not in ('', 'null')"
                if file.columns[raw] == "VARCHAR"
                else f"{quoted} is not null"
            )
            tests[column.name] = f"(({value}) is null and {given})"
    return tests


def _control(
    connection: duckdb.DuckDBPyConnection,
    file: SourceFile,
    reading: Reading,
    source: str | None,
    months: dict[tuple[str, str], StagedMonth],
) -> int:
    """Add the file's rows and sums to `months`; answers how many values had to be rounded. Raises `Invalid` for the first bad row."""
    bad = " or ".join(_bad(file, reading).values())
    rounded = " + ".join(f"count_if({test})" for test in reading.doubles) or "0"
    checked = connection.execute(
        f"select count(*), count_if({bad}), {rounded} from {file.relation} where {reading.where}"
    ).fetchall()
    rows, wrong, inexact = checked[0]
    if wrong:
        raise Invalid(_first_bad(connection, file, reading))
    if not rows:
        message = f"{file.name} has no rows that are a bill's."
        raise Invalid(message)
    sums = ", ".join(f"sum({cost})" for cost in COSTS)
    normal = _normal(file, reading, source)
    for found, month, payer, currency, count, *amounts in connection.execute(
        f"select source, billing_month, {PAYER} as payer, BillingCurrency, count(*), {sums} from ({normal}) group by all"
    ).fetchall():
        before = months.get((found, month), StagedMonth(found, month, 0, {}))
        added = _added(before, currency, count, dict(zip(COSTS, amounts, strict=True)))
        months[found, month] = added if payer is None else replace(added, payers=before.payers | {payer})
    return int(inexact)


def _added(before: StagedMonth, currency: str, rows: int, amounts: dict[str, Decimal | None]) -> StagedMonth:
    totals = {cost: dict(sums) for cost, sums in before.totals.items()}
    for cost, amount in amounts.items():
        if amount is not None:
            sums = totals.setdefault(cost, {})
            sums[currency] = EXACT.add(sums.get(currency, ZERO), amount)
    return replace(before, rows=before.rows + rows, totals=totals)


def _first_bad(connection: duckdb.DuckDBPyConnection, file: SourceFile, reading: Reading) -> str:
    """The sentence about the first row that cannot be used."""
    tests = _bad(file, reading)
    raw = {
        name: f"{values.identifier(reading.raw[name])}::varchar" if name in reading.raw else "null"
        for name in tests
    }
    shown = ", ".join(f"{test} as bad_{name}, {raw[name]} as raw_{name}" for name, test in tests.items())
    connection.execute("set threads = 1")  # rows are numbered in the order they are read
    found = connection.execute(
        f"select * exclude (counted) from (select row_number() over () + {file.first_row - 1} as file_row, {shown}, "
        f"({reading.where}) as counted from {file.relation}) where counted and ({' or '.join(f'bad_{name}' for name in tests)}) limit 1"
    ).fetchall()
    connection.execute("reset threads")
    row, *pairs = found[0]
    for name, is_bad, given in zip(tests, pairs[::2], pairs[1::2], strict=True):
        if is_bad:
            column = reading.raw.get(name, name)
            what = f"{column} {given[:60]!r} {_complaint(name)}" if given else f"{column} is empty"
            return f"{file.name}, row {row}: {what}."
    return f"{file.name}, row {row}: it cannot be used."


def _complaint(name: str) -> str:
    kind = next(column.kind for column in COLUMNS if column.name == name)
    return {
        Kind.NUMBER: "is no number of at most 18 digits before and 20 behind the point",
        Kind.TIME: "is no point in time",
        Kind.TAGS: "is no JSON object of tags",
        Kind.TEXT: "cannot be used",
    }[kind]
