"""The engine for bills that one machine no longer holds: the same questions, asked of Spark or of whatever speaks Spark Connect.

pyspark is imported only here and only when a question is asked, because it is no part of the default install (`deploy/spark/requirements.txt`).
"""

import re
import socket
import weakref
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from ibis.backends.sql.compilers.base import SQLGlotCompiler
from ibis.backends.sql.compilers.pyspark import PySparkCompiler

from core.errors import Unavailable
from services.warehouse.catalog import DataFile
from services.warehouse.columns import LINES, ROLLUP, TableColumn, rollup_select
from services.warehouse.tables import Rows, Tables, unbound

# ruff: noqa: ANN401  neither Ibis nor pyspark is typed here

PORTS = {"spark": 7077, "sc": 15002}
SECONDS = 3.0
_LINES, _ROLLUP = "pioneer_asked_lines", "pioneer_asked_rollup"
_TYPES = {"VARCHAR": "string", "DATE": "date", "BIGINT": "bigint", "TIMESTAMP WITH TIME ZONE": "timestamp"}
_SETTINGS = {"spark.sql.session.timeZone": "UTC"}


class _Compiler(PySparkCompiler):  # type: ignore[misc]  # not typed
    """Ibis's, but with OFFSET, which Spark has had since 3.4: Ibis numbers the rows instead, and leaves the numbers in the answer."""

    __slots__ = ()
    rewrites = SQLGlotCompiler.rewrites


class State:
    """One state of one organisation's bill, made ready: two views of the session."""

    def __init__(self, number: int) -> None:
        self.lines, self.rollup = f"pioneer_lines_{number}", f"pioneer_rollup_{number}"


class Spark:
    """Safe to share between threads. `rollup_file` says where the rollup of an organisation's load is kept.

    The engine reads the files where `place` says that it finds them: by their own paths, unless it sees them elsewhere.
    """

    tables = Tables(unbound(LINES, _LINES), unbound(ROLLUP, _ROLLUP))

    def __init__(
        self, url: str, rollup_file: Callable[[UUID, UUID], Path], place: Callable[[str], str] = str
    ) -> None:
        self.url = url
        self._rollup_file, self._place = rollup_file, place
        self._lock = Lock()
        self._session: Any = None
        self._numbers = count(1)
        self._gone: deque[tuple[str, str]] = deque()

    def close(self) -> None:
        """End the session."""
        with self._lock:
            if self._session is not None:
                with suppress(Exception):  # it may have ended by itself, and nobody is left to be told
                    self._session.stop()
                self._session = None

    def answers(self) -> str:
        """The engine's version. Raises `Unavailable` where pyspark is missing or nothing answers."""
        with self._reaching():
            return str(self._connected().sql("select version()").toArrow().column(0)[0].as_py()).split()[0]

    def compiled(self, expression: Any) -> str:
        """SQL for an Ibis expression."""
        return str(_Compiler().to_sqlglot(expression).sql(dialect=_Compiler.dialect))

    def run(self, state: State, sql: str) -> Rows:
        """Run SQL on a state's tables."""
        for asked, view in ((_LINES, state.lines), (_ROLLUP, state.rollup)):
            sql = sql.replace(f"`{asked}`", f"`{view}`")
        with self._reaching():
            found = self._connected().sql(sql).toArrow()
        columns = [column.to_pylist(maps_as_pydicts="strict") for column in found.columns]
        return tuple(tuple(map(_plain, row)) for row in zip(*columns, strict=True))

    def prepare(self, organisation_id: UUID, files: Sequence[DataFile]) -> State:
        """Make a state ready: views of its files and of its loads' rollups. Nothing is read yet but their footers."""
        self._sweep()
        loads: dict[str, list[DataFile]] = {}
        for file in files:
            loads.setdefault(file.load_id, []).append(file)
        rolled = {load: self._rollup_file(organisation_id, UUID(load)) for load in loads}
        without = [file.path for load, own in loads.items() if not rolled[load].exists() for file in own]
        state = State(next(self._numbers))
        with self._reaching():
            session = self._connected()
            self._view(session, state.lines, [file.path for file in files], LINES)
            ready = [str(path) for path in rolled.values() if path.exists()]
            self._view(session, state.rollup, ready, ROLLUP)
            if without:  # lines that another program added
                self._rolled_up(session, state, without)
        weakref.finalize(state, self._gone.append, (state.lines, state.rollup)).atexit = False
        return state

    def _rolled_up(self, session: Any, state: State, paths: Sequence[str]) -> None:
        view, names = f"{state.rollup}_more", ", ".join(column.name for column in ROLLUP)
        self._view(session, view, paths, LINES)
        more = session.sql(f"select {names} from ({rollup_select(view)})")
        session.table(state.rollup).unionByName(more).createOrReplaceTempView(f"{state.rollup}_all")
        state.rollup = f"{state.rollup}_all"

    def _view(self, session: Any, name: str, paths: Sequence[str], columns: Sequence[TableColumn]) -> None:
        """The files as a view with all columns: those written before a column existed have none of it."""
        if not paths:
            said = ", ".join(f"cast(null as {_spark(column)}) as `{column.name}`" for column in columns)
            session.sql(f"select {said} where false").createOrReplaceTempView(name)
            return
        read = session.read.option("mergeSchema", "true").parquet(*(self._place(path) for path in paths))
        there = set(read.columns)
        chosen = (
            f"`{column.name}`"
            if column.name in there
            else f"cast(null as {_spark(column)}) as `{column.name}`"
            for column in columns
        )
        read.selectExpr(*chosen).createOrReplaceTempView(name)

    def _sweep(self) -> None:
        """Forget the views of states that are gone."""
        with suppress(IndexError):
            while True:
                for view in self._gone.popleft():
                    self._connected().catalog.dropTempView(view)

    def _connected(self) -> Any:
        with self._lock:
            if self._session is None:
                self._session = _session(self.url)
            return self._session

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        """Raises `Unavailable` where the engine cannot be reached; a session that ended is begun again with the next question."""
        try:
            yield
        except ImportError as error:
            raise Unavailable(
                "WAREHOUSE_ENGINE names Spark, but what speaks to it is not installed.",
                mend="Run .venv/bin/python -m pip install -r deploy/spark/requirements.txt, or leave WAREHOUSE_ENGINE out.",
            ) from error
        except Exception as error:
            if not _unreachable(error):
                raise
            self._session = None
            message = f"The engine at {self.url} does not answer, so what the bill says is unknown for now."
            raise Unavailable(message, mend="Start it, and see that this machine reaches it.") from error


def _session(url: str) -> Any:
    from pyspark.sql import SparkSession  # noqa: PLC0415  no part of the default install

    _knock(url)
    builder = SparkSession.builder.appName("Cloud Pioneer")
    session = (builder.remote(url) if url.startswith("sc://") else builder.master(url)).getOrCreate()
    if url.startswith("sc://"):
        _impatient(session)
    for name, value in _SETTINGS.items():
        session.conf.set(name, value)
    return session


def _knock(url: str) -> None:
    """See that somebody listens there, before a client tries for minutes. Raises `ConnectionError`, `OSError`."""
    place = urlsplit(url)
    if place.hostname is not None:
        socket.create_connection((place.hostname, place.port or PORTS[place.scheme]), SECONDS).close()


def _impatient(session: Any) -> None:
    """A person waits for the answer: what fails is tried again for a second, not for the ten minutes that are usual."""
    from pyspark.sql.connect.client.retries import DefaultPolicy  # noqa: PLC0415  as above

    session.client.set_retry_policies([DefaultPolicy(max_retries=3, max_backoff=500)])


def _unreachable(error: Exception) -> bool:
    """Whether an error says that nobody answers. Its class is pyspark's or gRPC's, and neither need be there."""
    named = {each.__name__ for each in type(error).__mro__}
    if isinstance(error, OSError):
        return True
    if not named & {"RpcError", "PySparkException", "Py4JError"}:
        return False
    return re.search("UNAVAILABLE|failed to connect|refused|INVALID_HANDLE|NO_ACTIVE", str(error)) is not None


def _spark(column: TableColumn) -> str:
    if column.type.startswith("DECIMAL"):
        return column.type.lower()
    return "map<string, string>" if column.type.startswith("MAP") else _TYPES[column.type]


def _plain(value: Any) -> Any:
    """Times as DuckDB gives them: in UTC, without saying so."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value
