"""Ask the numbers: one pinned state of the table, read by an in-memory DuckDB through Ibis expressions."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID

import duckdb
import ibis

from services.warehouse.catalog import Catalog, DataFile, Plan
from services.warehouse.columns import LINES, ROLLUP, TableColumn, nothing, rollup_select
from services.warehouse.values import literal

REMEMBERED = 16
"""How many pinned states a process keeps ready; older ones are planned again when asked for."""


@dataclass(frozen=True, eq=False)
class Tables:
    """What a question is asked of: the lines, and their daily rollup, of one organisation in one state."""

    lines: Any
    rollup: Any


ROWS_REMEMBERED = 200_000
"""How many rows of answers a process keeps, about 60 MB."""
Rows = tuple[tuple[Any, ...], ...]
Question = Callable[..., Any]
"""A function of the tables, then of what it asks about, that answers an Ibis expression."""


@dataclass(frozen=True, eq=False)
class Pin:
    """One state of one organisation's bill. `token` names the state: pins with the same token give the same answers."""

    warehouse: "Warehouse"
    token: str
    tables: Tables

    def ask(self, question: Question, *about: Hashable) -> Rows:
        """The question's rows, as Python values with exact decimals; remembered, since a state never changes."""
        key = (self, question, about)
        rows = self.warehouse.remembered(key)
        if rows is None:
            rows = self.warehouse.run(str(ibis.to_sql(question(self.tables, *about), dialect="duckdb")))
            self.warehouse.remember(key, rows)
        return rows


class Warehouse:
    """The cost table: catalog in our PostgreSQL at `catalog_url`, files below `directory`. Safe to share between threads."""

    def __init__(self, catalog_url: str, directory: Path) -> None:
        self.directory = directory.resolve()
        self.catalog = Catalog(catalog_url, self.directory)
        self._lock = Lock()
        self._engine: duckdb.DuckDBPyConnection | None = None
        self._pins: OrderedDict[tuple[UUID, str], tuple[Pin, int]] = OrderedDict()
        self._made = 0
        self._answers: OrderedDict[Hashable, Rows] = OrderedDict()
        self._held = 0

    def close(self) -> None:
        """Give back connections and memory."""
        with self._lock:
            self._pins.clear()
            self._answers.clear()
            self._held = 0
            if self._engine is not None:
                self._engine.close()
                self._engine = None
        self.catalog.close()

    def line_file(self, organisation_id: UUID, load_id: UUID) -> Path:
        """Where a load's lines are kept."""
        return self.directory / "lines" / str(organisation_id) / f"{load_id}.parquet"

    def rollup_file(self, organisation_id: UUID, load_id: UUID) -> Path:
        """Where the daily rollup of a load's lines is kept: whatever names the load in the table publishes both."""
        return self.directory / "rollup" / str(organisation_id) / f"{load_id}.parquet"

    def pin(self, organisation_id: UUID, token: str | None = None) -> Pin:
        """Pin the present state, or the one that `token` names: hold on to it for a whole screen, so that it never mixes two bills."""
        token = self.catalog.token() if token is None else token
        key = (organisation_id, token)
        with self._lock:
            if key not in self._pins:
                self._pins[key] = self._prepare(organisation_id, self.catalog.plan(token))
                self._forget()
            self._pins.move_to_end(key)
            return self._pins[key][0]

    def ask(self, organisation_id: UUID, question: Question, *about: Hashable) -> Rows:
        """Pin the present state for this one question."""
        return self.pin(organisation_id).ask(question, *about)

    def remembered(self, key: Hashable) -> Rows | None:
        """The answer given before, if it is still kept."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def remember(self, key: Hashable, rows: Rows) -> None:
        """Keep an answer, and let go of those not asked for the longest."""
        with self._lock:
            if key not in self._answers:
                self._answers[key] = rows
                self._held += len(rows) + 1  # an empty answer takes room, too
            while self._held > ROWS_REMEMBERED:
                _, gone = self._answers.popitem(last=False)
                self._held -= len(gone) + 1

    def run(self, sql: str) -> Rows:
        """Run SQL on a cursor of its own."""
        with self._lock:
            cursor = self._connection().cursor()
        try:
            return tuple(cursor.execute(sql).fetchall())
        finally:
            cursor.close()

    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._engine is None:
            self._engine = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
            self._engine.execute("set global timezone = 'UTC'")
        return self._engine

    def _prepare(self, organisation_id: UUID, plan: Plan) -> tuple[Pin, int]:
        """Lines stay in their files; the rollup is small and is taken into memory."""
        self._made += 1
        number, connection = self._made, self._connection()
        mine = [file for file in plan.files if file.organisation_id == str(organisation_id)]
        connection.execute(f"create view lines_{number} as {self._lines(mine)}")
        connection.execute(f"create table rollup_{number} as {self._rollup(organisation_id, mine)}")
        tables = Tables(_unbound(LINES, f"lines_{number}"), _unbound(ROLLUP, f"rollup_{number}"))
        return Pin(self, plan.token, tables), number

    def _forget(self) -> None:
        while len(self._pins) > REMEMBERED:
            _, (_, number) = self._pins.popitem(last=False)
            self._connection().execute(f"drop view lines_{number}")
            self._connection().execute(f"drop table rollup_{number}")

    def _lines(self, files: list[DataFile]) -> str:
        if not files:
            return nothing(LINES)
        return f"select * from {_parquet([file.path for file in files])}"

    def _rollup(self, organisation_id: UUID, files: list[DataFile]) -> str:
        """The loads' rollups; lines that another program added without one are rolled up here."""
        ready: list[str] = []
        bare: list[str] = []
        for file in files:
            path = self.rollup_file(organisation_id, UUID(file.load_id))
            if path.exists():
                ready.append(str(path))
            else:
                bare.append(file.path)
        selects = [f"select * from {_parquet(ready)}"] if ready else []
        selects += [f"select * from ({rollup_select(_parquet(bare))})"] if bare else []
        return " union all by name ".join(selects) or nothing(ROLLUP)


def _parquet(paths: list[str]) -> str:
    return f"read_parquet([{', '.join(literal(path) for path in paths)}], hive_partitioning=false)"


def _unbound(columns: tuple[TableColumn, ...], name: str) -> Any:  # noqa: ANN401  Ibis is not typed here
    return ibis.table({column.name: column.ibis for column in columns}, name=name)
