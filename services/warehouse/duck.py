"""The engine that is there by default: an in-memory DuckDB that reads a state's files where they are, and keeps its rollups in memory."""

import weakref
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID, uuid4

import duckdb
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler

from core.errors import Unavailable
from services.warehouse.catalog import DataFile
from services.warehouse.columns import LINES, ROLLUP, lines_select, nothing, rollup_select
from services.warehouse.rollups import Rollups
from services.warehouse.tables import Rows, Tables, unbound
from services.warehouse.values import WRITTEN, literal

# ruff: noqa: ANN401, ARG002, N802  Ibis is not typed here, and names the methods and arguments of its compilers

_HERE = "bill"
"""The database in memory."""


class _Compiler(DuckDBCompiler):  # type: ignore[misc]  # not typed
    """Ibis's, but a value of a map is looked up by its key's place: in less than half the time."""

    __slots__ = ()

    def visit_MapGet(self, op: Any, *, arg: Any, key: Any, default: Any) -> Any:
        place = self.f.anon.list_position(self.f.anon.map_keys(arg), key)
        value = self.f.anon.list_extract(self.f.anon.map_values(arg), place)
        return value if isinstance(default, sge.Null) else self.f.coalesce(value, default)


class State:
    """One state of one organisation's bill, made ready: a schema with the two tables."""

    def __init__(self, number: int) -> None:
        self.schema = f"{_HERE}.state_{number}"


class DuckDB:
    """Safe to share between threads. `rollup_file` says where the rollup of an organisation's load is kept."""

    tables = Tables(unbound(LINES, "lines"), unbound(ROLLUP, "rollup"))
    """The same for all states, so that a question is put into words once: which tables are meant is said where it is run."""

    def __init__(self, rollup_file: Callable[[UUID, UUID], Path]) -> None:
        self._rollup_file = rollup_file
        self._lock = Lock()
        self._engine: duckdb.DuckDBPyConnection | None = None
        self._rollups: dict[UUID, Rollups] = {}
        self._columns: dict[str, frozenset[str]] = {}
        self._numbers = count(1)
        self._gone: deque[Callable[[], None]] = deque()

    def close(self) -> None:
        """Give back the memory."""
        with self._lock:
            self._gone.clear()
            self._rollups.clear()
            if self._engine is not None:
                self._engine.close()
                self._engine = None

    def compiled(self, expression: Any) -> str:
        """SQL for an Ibis expression."""
        return str(_Compiler().to_sqlglot(expression).sql(dialect=_Compiler.dialect))

    def run(self, state: State, sql: str) -> Rows:
        """Run SQL on a state's tables, on a cursor of its own."""
        with _read(), self._cursor() as cursor:
            cursor.execute(f"set schema = '{state.schema}'")
            return tuple(cursor.execute(sql).fetchall())

    def prepare(self, organisation_id: UUID, files: Sequence[DataFile]) -> State:
        """Make a state ready. Lines stay in their files; rollups are small and are taken into memory.

        Nothing waits for it but another state of the same organisation, which may need the same rollups.
        """
        self._sweep()
        loads: dict[str, list[DataFile]] = {}
        for file in files:
            loads.setdefault(file.load_id, []).append(file)
        with self._lock:
            held = self._rollups.get(organisation_id)
            if held is None:
                name = f"{_HERE}.main.rollups_{len(self._rollups)}"
                held = self._rollups[organisation_id] = Rollups(self._cursor, name)
        with _read():
            rollup = held.take(tuple(loads), lambda load: self._rolled_up(organisation_id, load, loads[load]))
            state = State(next(self._numbers))
            # What runs on a state holds on to it, so its tables go when nobody can ask them any more. That may be at any moment,
            # also amidst what we do here: it only leaves word.
            drop = partial(self._drop, state.schema, held, tuple(loads))
            weakref.finalize(state, self._gone.append, drop).atexit = False
            with self._cursor() as cursor:
                cursor.execute(f"create schema {state.schema}")
                cursor.execute(f"create view {state.schema}.lines as {self._lines(files)}")
                cursor.execute(f"create view {state.schema}.rollup as {rollup}")
        return state

    def _sweep(self) -> None:
        """Drop the tables of states that are gone."""
        with suppress(IndexError):
            while True:
                self._gone.popleft()()

    def _drop(self, schema: str, rollups: Rollups, loads: Sequence[str]) -> None:
        with self._cursor() as cursor:
            cursor.execute(f"drop schema if exists {schema} cascade")
        rollups.give_back(loads)

    def _lines(self, files: Sequence[DataFile]) -> str:
        """The files as one table: those written before a column existed are read without it."""
        shapes: dict[frozenset[str], list[str]] = {}
        for path, present in self._present([file.path for file in files]).items():
            shapes.setdefault(present, []).append(path)
        selects = [lines_select(_parquet(paths), present) for present, paths in shapes.items()]
        return " union all ".join(selects) or nothing(LINES)

    def _present(self, paths: Sequence[str]) -> dict[str, frozenset[str]]:
        """Which of our columns each file holds; a file's footer is read once, since files never change."""
        new = ", ".join(literal(path) for path in paths if path not in self._columns)
        if new:
            ours = ", ".join(literal(column.name) for column in LINES)
            with self._cursor() as cursor:
                found = cursor.execute(
                    f"select file_name, list(name) from parquet_schema([{new}]) where name in ({ours}) group by file_name"
                ).fetchall()
            self._columns |= {path: frozenset(names) for path, names in found}
        return {path: self._columns[path] for path in paths}

    def _rolled_up(self, organisation_id: UUID, load_id: str, lines: Sequence[DataFile]) -> Path:
        """The file of a load's rollup; lines that another program added, or that were rolled up otherwise, are rolled up once more."""
        path = self._rollup_file(organisation_id, UUID(load_id))
        if not path.exists():
            self._roll_up(lines, path)
        return path

    def _roll_up(self, lines: Sequence[DataFile], path: Path) -> None:
        """Write beside, then rename: a reader sees all or nothing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.{uuid4().hex[:8]}")
        rolled = rollup_select(f"({self._lines(lines)})")
        with self._cursor() as cursor:
            cursor.execute(f"copy ({rolled}) to {literal(str(beside))} ({WRITTEN})")
        beside.replace(path)

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            if self._engine is None:
                self._engine = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
                self._engine.execute("set global timezone = 'UTC'")
                self._engine.execute("set global parquet_metadata_cache = true")  # files never change
                self._engine.execute(f"attach ':memory:' as {_HERE} (compress)")
            return self._engine.cursor()


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


def _parquet(paths: Sequence[str]) -> str:
    return f"read_parquet([{', '.join(literal(path) for path in paths)}], hive_partitioning=false)"
