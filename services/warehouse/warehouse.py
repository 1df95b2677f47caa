"""Ask the numbers: one pinned state of the table, read by an engine through Ibis expressions."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from services.warehouse.catalog import Catalog
from services.warehouse.columns import ROLLUP_SHAPE
from services.warehouse.duck import DuckDB
from services.warehouse.remembered import Remembered
from services.warehouse.states import States
from services.warehouse.tables import Engine, Question, Rows, Tables
from services.warehouse.virtual import Asked, Definitions, no_definitions, with_rules

__all__ = ["Pin", "Question", "Rows", "Tables", "Warehouse"]

REMEMBERED = 16
"""How many pinned states a process keeps ready; older ones are made ready again when asked for."""
ROWS_REMEMBERED = 200_000
"""How many rows of answers a process keeps, about 60 MB."""
DUCKDB = "duckdb"
"""The engine that is there by default."""
WORDED = 5_000
"""How many questions a process keeps in SQL, about 10 MB."""


@dataclass(frozen=True, eq=False)
class Pin:
    """One state of one organisation's bill. `token` names the state: pins with the same token give the same answers."""

    warehouse: "Warehouse"
    organisation_id: UUID
    token: str
    engine: Engine
    tables: Tables
    state: Any

    def ask(self, question: Question, *about: Hashable) -> Rows:
        """The question's rows, as Python values with exact decimals; remembered, since a state never changes."""
        about = self.with_rules(about)
        key = (self.organisation_id, self.token, question, about)
        rows = self.warehouse.remembered(key)
        if rows is None:
            rows = self.run(self.sql(question, *about))
            self.warehouse.remember(key, rows)
        return rows

    def with_rules(self, asked: Asked) -> Asked:
        """What is asked, with the rules of the virtual tags in it as they are now. Raises `NotFound`."""
        return with_rules(asked, self.organisation_id, self.warehouse.virtual_tags)

    def sql(self, question: Question, *about: Hashable) -> str:
        """The question in SQL. The same in every state, so it is put into words once."""
        return self.warehouse.worded(self.engine, self.tables, question, about)

    def compiled(self, expression: Any) -> str:  # noqa: ANN401  Ibis is not typed here
        """SQL for an expression over the pin's tables."""
        return self.engine.compiled(expression)

    def run(self, sql: str) -> Rows:
        """Run SQL on the pin's tables."""
        return self.engine.run(self.state, sql)

    def here(self) -> "Pin":
        """The same state, asked of the engine that runs in this process: it alone writes files to this machine's disk."""
        return self.warehouse.pin_here(self)


class Warehouse:
    """The cost table: catalog in our PostgreSQL at `catalog_url`, files below `directory`. Safe to share between threads."""

    def __init__(
        self,
        catalog_url: str,
        directory: Path,
        virtual_tags: Definitions = no_definitions,
        engine: str = DUCKDB,
        seen_at: str = "",
    ) -> None:
        """`engine` is `duckdb` or Spark's address; `seen_at` is where that finds `directory`, if elsewhere."""
        self.virtual_tags = virtual_tags
        self.directory = directory.resolve()
        self.catalog = Catalog(catalog_url, self.directory)
        self.own = DuckDB(self.rollup_file)
        self.engine: Engine = self.own
        if engine != DUCKDB:
            from services.warehouse.spark import Spark  # noqa: PLC0415  most processes never need it

            self.engine = Spark(engine, self.rollup_file, partial(self._seen, seen_at.rstrip("/")))
        self._pins: States[tuple[UUID, str], Pin] = States(REMEMBERED)
        self._showing = Lock()
        self._shown: WeakValueDictionary[UUID, Pin] = WeakValueDictionary()
        self._asked: dict[UUID, float] = {}
        self._answers: Remembered[Rows] = Remembered(ROWS_REMEMBERED)
        self._worded: Remembered[str] = Remembered(WORDED)

    def close(self) -> None:
        """Give back connections and memory."""
        self._pins.clear()
        self._answers.clear()
        self.engine.close()
        self.own.close()
        self.catalog.close()

    def line_files(self, organisation_id: UUID, load_id: UUID) -> Path:
        """The folder of a load's lines."""
        return self.directory / "lines" / str(organisation_id) / str(load_id)

    def rollup_file(self, organisation_id: UUID, load_id: UUID) -> Path:
        """Where the daily rollup of a load's lines is kept: whatever names the load in the table publishes both."""
        return self.directory / "rollup" / ROLLUP_SHAPE / str(organisation_id) / f"{load_id}.parquet"

    def pin(self, organisation_id: UUID, token: str | None = None) -> Pin:
        """Pin the present state, or the one that `token` names: hold on to it for a whole screen, so that it never mixes two bills.

        A state that nobody asked for yet is made ready first by who asks. Nobody waits for that who asks for another one; and who
        asks for the present one meanwhile is shown the one before, as if having asked a moment earlier: nobody has seen the new one yet.
        """
        asked = monotonic()
        named = self.catalog.token() if token is None else token
        before = self._shown.get(organisation_id) if token is None else None
        found = self._pins.get(
            (organisation_id, named), lambda: self._prepared(organisation_id, named), before
        )
        if token is None and found is not before:
            self._show(found, asked)
        return found

    def _show(self, found: Pin, asked: float) -> None:
        with self._showing:
            if asked >= self._asked.get(found.organisation_id, asked):
                self._asked[found.organisation_id] = asked
                self._shown[found.organisation_id] = found

    def _prepared(self, organisation_id: UUID, token: str) -> Pin:
        return self._pinned(self.engine, organisation_id, token)

    def _pinned(self, engine: Engine, organisation_id: UUID, token: str) -> Pin:
        plan = self.catalog.plan(token)
        mine = [file for file in plan.files if file.organisation_id == str(organisation_id)]
        state = engine.prepare(organisation_id, mine)
        return Pin(self, organisation_id, plan.token, engine, engine.tables, state)

    def pin_here(self, pinned: Pin) -> Pin:
        """A pin's state on DuckDB."""
        if pinned.engine is self.own:
            return pinned
        return self._pinned(self.own, pinned.organisation_id, pinned.token)

    def _seen(self, at: str, path: str) -> str:
        return f"{at}/{Path(path).relative_to(self.directory)}" if at else path

    def ask(self, organisation_id: UUID, question: Question, *about: Hashable) -> Rows:
        """Pin the present state for this one question."""
        return self.pin(organisation_id).ask(question, *about)

    def worded(self, engine: Engine, tables: Tables, question: Question, about: tuple[Hashable, ...]) -> str:
        """A question of these tables in an engine's SQL."""
        key = (tables, question, about)
        sql = self._worded.get(key)
        if sql is None:
            sql = engine.compiled(question(tables, *about))
            self._worded.put(key, sql)
        return sql

    def remembered(self, key: Hashable) -> Rows | None:
        """The answer given before, if it is still kept."""
        return self._answers.get(key)

    def remember(self, key: Hashable, rows: Rows) -> None:
        """Keep an answer, and let go of those not asked for the longest."""
        self._answers.put(key, rows, len(rows) + 1)  # an empty answer takes room, too
