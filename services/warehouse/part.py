"""One file of a bill read whole and checked, into Parquet of our own columns."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import duckdb

from core.costs.focus import COSTS
from core.errors import Invalid
from core.money import EXACT, ZERO
from services.warehouse import files, normal, packed, readers, values, watched
from services.warehouse.familiar import Familiar
from services.warehouse.files import SourceFile
from services.warehouse.readers import Reading

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
class Wanted:
    """How files are to be read: whose they are, `source` and `format` where they were named."""

    organisation_id: UUID
    source: str | None = None
    format: str | None = None


@dataclass(frozen=True)
class Taken:
    """What one file came to: the `part` written, its months, and what is said of it."""

    part: Part
    months: Mapping[Key, StagedMonth]
    rounded: int
    unknown_columns: tuple[str, ...]


@dataclass(frozen=True)
class Desk:
    """What files are read with: a `connection` for one of them at a time, and what the others of the load share.

    `id_of` answers the load id of a month. `look` is told which part of a file (0 to 1) is read; what it raises stops the reading.
    """

    connection: duckdb.DuckDBPyConnection
    scratch: Path
    wanted: Wanted
    familiar: Familiar
    id_of: Callable[[Key | None], UUID]
    look: Callable[[float], None]

    def take(self, number: int, path: Path) -> Taken:
        """Read one file. Raises `Invalid` for the first thing in it that cannot be used."""
        file = files.opened(self.connection, path, self.scratch)
        reading = recognised(file, self.wanted)
        load_id = self.id_of(self._guess(file, reading))
        part = self.scratch / f"part-{number:05}.parquet"
        with files.saying(file.name):
            rows = self._write(file, reading, part, load_id)
            if not rows:
                message = f"{file.name} has no rows that are a bill's."
                raise Invalid(message)
            rounded = self._rounded(file, reading)
            months = self._sums(file, part)
        return Taken(Part(part, rows, frozenset(months), load_id), months, rounded, reading.unknown)

    def _guess(self, file: SourceFile, reading: Reading) -> Key | None:
        """Source and month of the file's first row: mostly that of all its rows."""
        with files.saying(file.name):
            sql = f"select * from ({normal.places(file, reading, self.wanted.source)}) limit 1"
            rows = self.connection.execute(sql).fetchall()
        return (rows[0][0], rows[0][1]) if rows and None not in rows[0] else None

    def _write(self, file: SourceFile, reading: Reading, part: Path, load_id: UUID) -> int:
        own = {"organisation_id": str(self.wanted.organisation_id), "load_id": str(load_id)}
        helped = self.familiar.helped(self.connection, file, reading)
        lines = normal.lines(*helped, self.wanted.source, own)

        def look(done: float | None) -> None:
            packed.check_disk(self.scratch)
            self.look(done or 0.0)

        expansion = packed.Expansion(file.path) if file.packed else None
        sql = f"copy ({lines}) to {values.literal(str(part))} ({values.WRITTEN})"
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

    def _sums(self, file: SourceFile, part: Path) -> dict[Key, StagedMonth]:
        """Rows and sums by month of what was written.

        Raises `Invalid` also for a zero character in what names sources and kinds of cost: no record of ours can hold one.
        """
        sums = ", ".join(f"sum({cost})" for cost in COSTS)
        zeros = ", ".join(f"coalesce(bool_or(contains({name}, chr(0))), false)" for name in _NAMES)
        rows = self.connection.execute(
            f"select source, billing_month, {normal.PAYER} as payer, BillingCurrency, count(*), [{zeros}], {sums} "
            f"from read_parquet({values.literal(str(part))}) group by all"
        ).fetchall()
        for place, name in enumerate(_NAMES):
            if any(row[5][place] for row in rows):
                message = f"{file.name} is damaged: it holds zero bytes in {name}."
                raise Invalid(message, mend="Download or copy it again.")
        months: dict[Key, StagedMonth] = {}
        for source, month, payer, currency, count, _, *amounts in rows:
            if source is None or month is None or not _MONTH.fullmatch(month):
                what = "provider or billing account" if source is None else "billing period of our time"
                message = f"{file.name} has lines without a {what}."
                raise Invalid(message)
            totals = {
                cost: {currency: amount}
                for cost, amount in zip(COSTS, amounts, strict=True)
                if amount is not None
            }
            payers = frozenset() if payer is None else frozenset({payer})
            more = StagedMonth(source, month, count, totals, payers)
            months[source, month] = together(months.get((source, month)), more)
        return months


def recognised(file: SourceFile, wanted: Wanted) -> Reading:
    """How the file is read. Raises `Invalid` naming it when its columns are no bill's."""
    try:
        return readers.for_columns(file.columns, wanted.format)
    except Invalid as error:
        message = f"{file.name}, row 1: {error.message}."
        raise Invalid(message, mend=error.mend) from error


def together(before: StagedMonth | None, more: StagedMonth) -> StagedMonth:
    """A month of two files."""
    if before is None:
        return more
    totals = {cost: dict(sums) for cost, sums in before.totals.items()}
    for cost, added in more.totals.items():
        sums = totals.setdefault(cost, {})
        for currency, amount in added.items():
            sums[currency] = EXACT.add(sums.get(currency, ZERO), amount)
    return replace(before, rows=before.rows + more.rows, totals=totals, payers=before.payers | more.payers)
