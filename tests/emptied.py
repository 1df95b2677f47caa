"""Databases for tests: one that a test has used is emptied for the next, which takes a tenth of what making another takes.

What is not as it was made, a function or a trigger of a test's own for one, is thrown away with its database. This process's engines on a database
live as long as it does: the product makes each once, and connecting anew is half of what a small test would take.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.rows import scalar_row
from sqlalchemy import NullPool, create_engine, event, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

OWN = "relnamespace = 'public'::regnamespace"
WHOLE = f"select relname from pg_class where {OWN} and relkind in ('r', 'p') and not relispartition"  # noqa: S608  our own words
PARTS = """
select format('create table %I partition of %I %s', part.relname, whole.relname, pg_get_expr(part.relpartbound, part.oid))
from pg_inherits join pg_class part on part.oid = inhrelid join pg_class whole on whole.oid = inhparent
where part.relispartition and part.relkind = 'r'
"""
"""Makes each partition that there is."""
NUMBERED = """
select format('select setval(%L, %s)', quote_ident(sequencename), last_value) from pg_sequences
where schemaname = 'public' and last_value is not null
"""
TABLES = f"select relname from pg_class where {OWN} and relkind in ('r', 'p')"  # noqa: S608  our own words
SHAPE = f"""
select (select array[count(*), sum(oid::bigint)] from pg_class where {OWN})
    || (select array[count(*), sum(oid::bigint)] from pg_proc where pronamespace = 'public'::regnamespace)
    || (select array[count(*), sum(oid::bigint + ascii(tgenabled))] from pg_trigger)
    || (select array[count(*), sum(oid::bigint)] from pg_constraint)
    || (select array[count(*), sum(attnum + attnotnull::int + atthasdef::int)] from pg_attribute where not attisdropped)
    || (select array[count(*)] from pg_namespace where nspname not like 'pg_%')
    || (select array[count(*)] from pg_db_role_setting)
"""  # noqa: S608  our own words
USED = "select quote_ident(sequencename) from pg_sequences where schemaname = 'public' and last_value is not null"
LEFT = """
select pg_terminate_backend(pid, 5000) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and (
    pid <> all(%s::int[]) or state <> 'idle' or pid in (select pid from pg_locks where locktype = 'advisory')
)
"""
"""Ends what a test left behind: connections of others, and ours where they still hold something. Five seconds are waited for each."""
VERSION = "alembic_version"


def renamed(url: str, name: str) -> str:
    """The URL of another database of the same server."""
    base, _, query = url.partition("?")
    return base.rsplit("/", 1)[0] + "/" + name + ("?" + query if query else "")


def _let_be() -> None:
    """Its connections are used again."""


def engine_of(url: str) -> Engine:
    """Each statement by itself, and no connection kept."""
    return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)


@dataclass(frozen=True)
class Rows:
    """What a database holds, or a part of it: statements that make room, and rows as `copy` writes them."""

    statements: tuple[str, ...]
    copied: Mapping[str, bytes]


class Engines:
    """The engines that this process has on each database: the same way of making one gives the same one again."""

    def __init__(self) -> None:
        self.made: dict[tuple[int, str, str], Engine] = {}
        self.backends: dict[str, set[int]] = {}

    def kept(self, make: Callable[..., Engine], *, undisposed: bool = False) -> Callable[..., Engine]:
        """`make`, but once for each database of a test. `undisposed`: its users' `dispose` lets its connections be."""

        def once(url: str, **options: Any) -> Engine:  # noqa: ANN401  as they are handed on
            name = make_url(url).database or ""
            if name not in self.backends:
                return make(url, **options)
            key = (os.getpid(), url, f"{make.__module__}.{make.__qualname__} {sorted(options.items())}")
            if key not in self.made:
                engine = self.made[key] = make(url, **options)
                event.listen(engine, "connect", lambda raw, _: self.backends[name].add(raw.info.backend_pid))
                if undisposed:
                    engine.dispose = _let_be  # type: ignore[method-assign]
            return self.made[key]

        return once

    def of(self, name: str) -> list[tuple[Any, Engine]]:
        """This process's engines on a database, with their keys."""
        here = ((key, engine) for key, engine in self.made.items() if key[0] == os.getpid())
        return [(key, engine) for key, engine in here if engine.url.database == name]

    def rest(self, name: str) -> list[int]:
        """Let go of connections that a test still holds; answers the server's processes that may stay."""
        for _, engine in self.of(name):
            if engine.pool.checkedout():
                Engine.dispose(engine)
        return list(self.backends[name])

    def forget(self, name: str) -> None:
        """The database is about to go."""
        for key, engine in self.of(name):
            Engine.dispose(engine)
            del self.made[key]
        self.backends.pop(name, None)


class Databases:
    """Copies of one migrated database."""

    def __init__(self, url: str, template: str, engines: Engines) -> None:
        """Look at the template; nobody may be connected to it while it is copied."""
        self.url, self.template, self.engines = url, template, engines
        self.server = create_engine(url, isolation_level="AUTOCOMMIT")
        self.spare: list[str] = []
        self.keepers: dict[str, psycopg.Connection[Any]] = {}
        with self._connected(template) as db:
            self.tables = frozenset(db.execute(TABLES).fetchall())
            self.shape = db.execute(SHAPE).fetchone()
            self.parts = frozenset(db.execute(PARTS).fetchall())
            self.whole = frozenset(db.execute(WHOLE).fetchall())
        one = "select '{0}' where exists (select from \"{0}\")"
        self.full = " union all ".join(one.format(each) for each in sorted(self.tables - {VERSION}))

    def take(self) -> str:
        """The name of an empty one."""
        if self.spare:
            return self.spare.pop()
        name = f"test_{uuid4().hex}"
        with self.server.connect() as server:
            server.execute(text(f"create database {name} template {self.template}"))
        self.keepers[name] = self._connected(name)
        self.engines.backends[name] = set()
        return name

    def give_back(self, name: str) -> None:
        """Empty it for the next test; what cannot be as it was is dropped."""
        try:
            clean = self._emptied(name)
        except (SQLAlchemyError, psycopg.Error):
            clean = False
        if clean:
            self.spare.append(name)
        else:
            self._drop(name)

    def filled(self, name: str) -> frozenset[str]:
        """The tables that hold something; of a table in partitions its whole."""
        return frozenset(self.keepers[name].execute(self.full).fetchall()) & self.whole

    def counted(self, name: str, tables: frozenset[str]) -> Mapping[str, int]:
        """How many rows each of these holds."""
        db = self.keepers[name]
        return {each: db.execute(f'select count(*) from "{each}"').fetchone() for each in tables}  # noqa: S608  our own tables

    def rows(self, name: str, without: frozenset[str]) -> Rows:
        """All rows but those of some tables."""
        db, copied = self.keepers[name], {}
        for table in self.filled(name) - without:
            with db.cursor().copy(f'copy (select * from "{table}") to stdout (format binary)') as copy:  # noqa: S608  our own table
                copied[table] = b"".join(bytes(part) for part in copy)
        made = [each for each in db.execute(PARTS).fetchall() if each not in self.parts]
        return Rows((*made, *db.execute(NUMBERED).fetchall()), copied)

    def put_back(self, name: str, rows: Rows) -> None:
        """Add rows that were taken from another of these databases."""
        db = self.keepers[name]
        if rows.statements:
            db.execute("; ".join(rows.statements))
        for table, copied in rows.copied.items():
            with db.cursor().copy(f'copy "{table}" from stdin (format binary)') as copy:
                copy.write(copied)

    def end(self) -> None:
        """Leave none behind."""
        for name in list(self.keepers):
            self._drop(name)
        self.server.dispose()

    def _connected(self, name: str) -> psycopg.Connection[Any]:
        """Each statement by itself; rows may be deleted in any order, as no row asks for another."""
        url = (
            make_url(renamed(self.url, name))
            .set(drivername="postgresql")
            .render_as_string(hide_password=False)
        )
        connection = psycopg.connect(url, autocommit=True, row_factory=scalar_row, prepare_threshold=1)
        connection.execute("set session_replication_role = replica")
        return connection

    def _drop(self, name: str) -> None:
        self.engines.forget(name)
        self.keepers.pop(name).close()
        with self.server.connect() as server:
            server.execute(text(f"drop database if exists {name} with (force)"))

    def _emptied(self, name: str) -> bool:
        db = self.keepers[name]
        db.execute(LEFT, [self.engines.rest(name)])
        if db.execute(SHAPE).fetchone() != self.shape:
            for added in set(db.execute(TABLES).fetchall()) - self.tables:
                db.execute(f'drop table if exists "{added}" cascade')
            if db.execute(SHAPE).fetchone() != self.shape:
                return False
        todo = [f'delete from "{each}"' for each in db.execute(self.full).fetchall()]  # noqa: S608  our own tables
        todo += [f"alter sequence {each} restart" for each in db.execute(USED).fetchall()]
        if todo:
            db.execute("; ".join(todo))
        return True
