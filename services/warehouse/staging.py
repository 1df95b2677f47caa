"""Bill files read whole and checked, into Parquet of our own columns, before anything that stands is touched.

Each file is read once and written once: where it holds one month of one source, as exports do, what is written here is the month's
own file. Memory is bounded by DuckDB's limit whatever the files' size.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import duckdb

from core.costs.focus import COSTS
from core.costs.load import Quarantined
from core.errors import Invalid
from core.money import EXACT, ZERO
from services.warehouse import files, normal, packed, readers, values, watched
from services.warehouse.files import SourceFile
from services.warehouse.readers import Reading
from services.warehouse.watched import Progress, Step

MEMORY = "600MB"
Key = tuple[str, str]
"""Source and billing month (text such as 2024-09)."""
_NAMES = ("ProviderName", "BillingAccountId", "BillingCurrency", "ChargeCategory", "ServiceName")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True)
class StagedMonth:
    """What the files hold for one billing month of one source; `totals` is cost column -> currency -> sum.

    `payers` are the bills it is made of: provider and billing account, such as AWS:111111111111.
    """

    source: str
    month: str
    rows: int
    totals: dict[str, dict[str, Decimal]]
    payers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Part:
    """One file read: Parquet with our columns, the months in it, and the load id that its lines carry."""

    path: Path
    rows: int
    keys: frozenset[Key]
    load_id: UUID


@dataclass(frozen=True)
class Staged:
    """Files read. `ids` are load ids for the months found; `quarantined` are the files that could not be used."""

    parts: tuple[Part, ...]
    months: tuple[StagedMonth, ...]
    unknown_columns: tuple[str, ...]
    rounded: int
    ids: Mapping[Key, UUID] = field(default_factory=dict)
    quarantined: tuple[Quarantined, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """How files are to be read: whose they are, `source` and `format` where they were named."""

    organisation_id: UUID
    source: str | None = None
    format: str | None = None


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
        connection.execute("set enable_progress_bar = true")  # counts how far it is
        connection.execute("set enable_progress_bar_print = false")
        for macro in values.MACROS:
            connection.execute(macro)
        yield connection
    finally:
        connection.close()


def stage(
    connection: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    scratch: Path,
    wanted: Wanted,
    on_progress: Progress,
) -> Staged:
    """Read files that together are one version of their months. A file that cannot be used is told among the `quarantined`.

    Raises `Invalid` naming file and row when there is no other.
    """
    table = _Table(connection, scratch, wanted, on_progress)
    for number, path in enumerate(paths):
        try:
            table.take(number, path)
        except Invalid as error:
            if len(paths) == 1:
                raise
            months, whole = places_in(connection, path, scratch, wanted)
            table.quarantined.append(Quarantined(path.name, error.message, months, whole))
    if not table.parts:
        raise Invalid(" ".join(each.reason for each in table.quarantined))
    return table.staged()


class _Table:
    """The files read so far."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, scratch: Path, wanted: Wanted, on_progress: Progress
    ) -> None:
        self.connection, self.scratch, self.wanted, self.on_progress = (
            connection,
            scratch,
            wanted,
            on_progress,
        )
        self.parts: list[Part] = []
        self.months: dict[Key, StagedMonth] = {}
        self.ids: dict[Key, UUID] = {}
        self.unknown: list[str] = []
        self.rounded = 0
        self.quarantined: list[Quarantined] = []

    def staged(self) -> Staged:
        """All of it."""
        months = tuple(self.months[key] for key in sorted(self.months))
        return Staged(
            tuple(self.parts), months, tuple(self.unknown), self.rounded, self.ids, tuple(self.quarantined)
        )

    def take(self, number: int, path: Path) -> None:
        """Read one file. Raises `Invalid` for the first thing in it that cannot be used; then nothing of it is kept."""
        self.on_progress(Step(f"Reading {path.name}"))
        file = files.opened(self.connection, path, self.scratch)
        reading = recognised(file, self.wanted)
        guess = self._guess(file, reading)
        load_id = (self.ids.get(guess) if guess else None) or uuid4()
        part = self.scratch / f"part-{number:05}.parquet"
        with files.saying(file.name):
            rows = self._write(file, reading, part, load_id)
            if not rows:
                message = f"{file.name} has no rows that are a bill's."
                raise Invalid(message)
            rounded = self._rounded(file, reading)
            found = self._sums(file, part)
        for key in found:
            self.ids.setdefault(key, load_id if key == guess else uuid4())
        self.months |= {key: _together(self.months.get(key), month) for key, month in found.items()}
        self.parts.append(Part(part, rows, frozenset(found), load_id))
        self.rounded += rounded
        self.unknown += [name for name in reading.unknown if name not in self.unknown]

    def _guess(self, file: SourceFile, reading: Reading) -> Key | None:
        """Source and month of the file's first row: mostly that of all its rows."""
        with files.saying(file.name):
            sql = f"select * from ({normal.places(file, reading, self.wanted.source)}) limit 1"
            rows = self.connection.execute(sql).fetchall()
        return (rows[0][0], rows[0][1]) if rows and None not in rows[0] else None

    def _write(self, file: SourceFile, reading: Reading, part: Path, load_id: UUID) -> int:
        own = {"organisation_id": str(self.wanted.organisation_id), "load_id": str(load_id)}
        lines = normal.lines(file, reading, self.wanted.source, own)
        size = file.path.stat().st_size

        def look(done: float | None) -> None:
            packed.check_disk(self.scratch)
            told = "" if done is None else f": {done:.0%} of {_bytes(size)}"
            self.on_progress(Step(f"Reading {file.name}{told}", done))

        expansion = packed.Expansion(file.path) if file.packed else None
        sql = f"copy ({lines}) to {values.literal(str(part))} (format parquet, compression zstd)"
        try:
            return int(watched.run(self.connection, sql, look, expansion.step if expansion else None)[0][0])
        except duckdb.InvalidInputException as error:
            if normal.BAD not in str(error):
                raise
            found = normal.first_bad(self.connection, file, reading)
            raise Invalid(found or f"{file.name}: {normal.BAD}.") from error
        finally:
            if expansion is not None:
                expansion.close()

    def _rounded(self, file: SourceFile, reading: Reading) -> int:
        """How many binary numbers lost digits; reads those columns alone."""
        if not reading.doubles:
            return 0
        counts = " + ".join(f"count_if({test})" for test in reading.doubles)
        sql = f"select {counts} from {file.relation} where {reading.where}"
        return int(self.connection.execute(sql).fetchall()[0][0])

    def _refuse_zeros(self, file: SourceFile, part: Path) -> None:
        """Raise `Invalid` for a zero character in what names sources and kinds of cost: no record of ours can hold one."""
        tests = ", ".join(f"coalesce(bool_or(contains({name}, chr(0))), false)" for name in _NAMES)
        sql = f"select {tests} from read_parquet({values.literal(str(part))})"
        for name, damaged in zip(_NAMES, self.connection.execute(sql).fetchall()[0], strict=True):
            if damaged:
                message = f"{file.name} is damaged: it holds zero bytes in {name}."
                raise Invalid(message, mend="Download or copy it again.")

    def _sums(self, file: SourceFile, part: Path) -> dict[Key, StagedMonth]:
        """Rows and sums by month of what was written."""
        self._refuse_zeros(file, part)
        sums = ", ".join(f"sum({cost})" for cost in COSTS)
        months: dict[Key, StagedMonth] = {}
        for source, month, payer, currency, count, *amounts in self.connection.execute(
            f"select source, billing_month, {normal.PAYER} as payer, BillingCurrency, count(*), {sums} "
            f"from read_parquet({values.literal(str(part))}) group by all"
        ).fetchall():
            if source is None or month is None or not _MONTH.fullmatch(month):
                what = "provider or billing account" if source is None else "billing period of our time"
                message = f"{file.name} has lines without a {what}."
                raise Invalid(message)
            before = months.get((source, month), StagedMonth(source, month, 0, {}))
            totals = {
                cost: {currency: amount}
                for cost, amount in zip(COSTS, amounts, strict=True)
                if amount is not None
            }
            payers = frozenset() if payer is None else frozenset({payer})
            months[source, month] = _together(before, StagedMonth(source, month, count, totals, payers))
        return months


def recognised(file: SourceFile, wanted: Wanted) -> Reading:
    """How the file is read. Raises `Invalid` naming it when its columns are no bill's."""
    try:
        return readers.for_columns(file.columns, wanted.format)
    except Invalid as error:
        message = f"{file.name}, row 1: {error.message}."
        raise Invalid(message, mend=error.mend) from error


def _together(before: StagedMonth | None, more: StagedMonth) -> StagedMonth:
    if before is None:
        return more
    totals = {cost: dict(sums) for cost, sums in before.totals.items()}
    for cost, added in more.totals.items():
        sums = totals.setdefault(cost, {})
        for currency, amount in added.items():
            sums[currency] = EXACT.add(sums.get(currency, ZERO), amount)
    return replace(before, rows=before.rows + more.rows, totals=totals, payers=before.payers | more.payers)


def places_in(
    connection: duckdb.DuckDBPyConnection, path: Path, scratch: Path, wanted: Wanted
) -> tuple[frozenset[Key], bool]:
    """Source and month of those rows of a broken file that tell, and whether all of its rows were seen.

    What cannot be read to its end is looked at in a piece of its beginning.
    """
    try:
        file = files.opened(connection, path, scratch)
        reading = recognised(file, wanted)
    except Invalid:
        return frozenset(), False
    sql = "select distinct * from ({})"
    for candidate, whole in ((file, True), (files.beginning(file, scratch), False)):
        if candidate is None:
            continue
        try:
            rows = connection.execute(sql.format(normal.places(candidate, reading, wanted.source))).fetchall()
        except duckdb.Error:
            continue
        known = frozenset((source, month) for source, month in rows if source and month)
        return known, whole and all(None not in row for row in rows)
    return frozenset(), False


def _bytes(size: int) -> str:
    """In the largest unit of which there is at least one, powers of a thousand as disks are sold."""
    place = min(max(0, (len(str(size)) - 1) // 3), 3)
    return f"{size / 1000**place:.3g} {('bytes', 'kB', 'MB', 'GB')[place]}"
