"""Ask the numbers: one pinned state of the table, read by an in-memory DuckDB through Ibis expressions."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID, uuid4

import duckdb
import ibis

from core.errors import Unavailable
from services.warehouse.catalog import Catalog, DataFile, Plan
from services.warehouse.columns import (
    LINES,
    ROLLUP,
    ROLLUP_SHAPE,
    TableColumn,
    lines_select,
    nothing,
    rollup_select,
)
from services.warehouse.values import literal
from services.warehouse.virtual import Asked, Definitions, no_definitions, with_rules

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
    organisation_id: UUID
    token: str
    tables: Tables

    def ask(self, question: Question, *about: Hashable) -> Rows:
        """The question's rows, as Python values with exact decimals; remembered, since a state never changes."""
        about = self.with_rules(about)
        key = (self, question, about)
        rows = self.warehouse.remembered(key)
        if rows is None:
            rows = self.warehouse.run(str(ibis.to_sql(question(self.tables, *about), dialect="duckdb")))
            self.warehouse.remember(key, rows)
        return rows

    def with_rules(self, asked: Asked) -> Asked:
        """What is asked, with the rules of the virtual tags in it as they are now. Raises `NotFound`."""
        return with_rules(asked, self.organisation_id, self.warehouse.virtual_tags)


@contextmanager
def _read() -> Iterator[None]:
    """Raises `Unavailable` where the engine cannot read the bill's files; what else it says is a defect of ours and passes."""
    try:
        yield
    except duckdb.IOException as error:
        raise Unavailable(
            "The files that hold the bill cannot be read, so what it says is unknown for now.",
            mend="See that the data directory's warehouse is there and readable; ./pioneer doctor says more.",
        ) from error


class Warehouse:
    """The cost table: catalog in our PostgreSQL at `catalog_url`, files below `directory`. Safe to share between threads."""

    def __init__(self, catalog_url: str, directory: Path, virtual_tags: Definitions = no_definitions) -> None:
        self.virtual_tags = virtual_tags
        self.directory = directory.resolve()
        self.catalog = Catalog(catalog_url, self.directory)
        self._lock = Lock()
        self._engine: duckdb.DuckDBPyConnection | None = None
        self._pins: OrderedDict[tuple[UUID, str], tuple[Pin, int]] = OrderedDict()
        self._made = 0
        self._columns: dict[str, frozenset[str]] = {}
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

    def line_files(self, organisation_id: UUID, load_id: UUID) -> Path:
        """The folder of a load's lines."""
        return self.directory / "lines" / str(organisation_id) / str(load_id)

    def rollup_file(self, organisation_id: UUID, load_id: UUID) -> Path:
        """Where the daily rollup of a load's lines is kept: whatever names the load in the table publishes both."""
        return self.directory / "rollup" / ROLLUP_SHAPE / str(organisation_id) / f"{load_id}.parquet"

    def pin(self, organisation_id: UUID, token: str | None = None) -> Pin:
        """Pin the present state, or the one that `token` names: hold on to it for a whole screen, so that it never mixes two bills."""
        token = self.catalog.token() if token is None else token
        key = (organisation_id, token)
        with self._lock, _read():
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
            with _read():
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
        return Pin(self, organisation_id, plan.token, tables), number

    def _forget(self) -> None:
        while len(self._pins) > REMEMBERED:
            _, (_, number) = self._pins.popitem(last=False)
            self._connection().execute(f"drop view lines_{number}")
            self._connection().execute(f"drop table rollup_{number}")

    def _lines(self, files: list[DataFile]) -> str:
        """The files as one table: those written before a column existed are read without it."""
        shapes: dict[frozenset[str], list[str]] = {}
        for path, present in self._present([file.path for file in files]).items():
            shapes.setdefault(present, []).append(path)
        selects = [lines_select(_parquet(paths), present) for present, paths in shapes.items()]
        return " union all ".join(selects) or nothing(LINES)

    def _present(self, paths: list[str]) -> dict[str, frozenset[str]]:
        """Which of our columns each file holds; a file's footer is read once, since files never change."""
        new = ", ".join(literal(path) for path in paths if path not in self._columns)
        if new:
            ours = ", ".join(literal(column.name) for column in LINES)
            found = self._connection().execute(
                f"select file_name, list(name) from parquet_schema([{new}]) where name in ({ours}) group by file_name"
            )
            self._columns |= {path: frozenset(names) for path, names in found.fetchall()}
        return {path: self._columns[path] for path in paths}

    def _rollup(self, organisation_id: UUID, files: list[DataFile]) -> str:
        """The loads' rollups; lines that another program added, or that were rolled up otherwise, are rolled up once more."""
        loads: dict[str, list[DataFile]] = {}
        for file in files:
            loads.setdefault(file.load_id, []).append(file)
        ready = []
        for load_id, lines in loads.items():
            path = self.rollup_file(organisation_id, UUID(load_id))
            if not path.exists():
                self._roll_up(lines, path)
            ready.append(str(path))
        return f"select * from {_parquet(ready)}" if ready else nothing(ROLLUP)

    def _roll_up(self, lines: list[DataFile], path: Path) -> None:
        """Write beside, then rename: a reader sees all or nothing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.{uuid4().hex[:8]}")
        rolled = rollup_select(f"({self._lines(lines)})")
        self._connection().execute(
            f"copy ({rolled}) to {literal(str(beside))} (format parquet, compression zstd)"
        )
        beside.replace(path)


def _parquet(paths: list[str]) -> str:
    return f"read_parquet([{', '.join(literal(path) for path in paths)}], hive_partitioning=false)"


def _unbound(columns: tuple[TableColumn, ...], name: str) -> Any:  # noqa: ANN401  Ibis is not typed here
    return ibis.table({column.name: column.ibis for column in columns}, name=name)
