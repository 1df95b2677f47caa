"""Databases for tests: one that a test has used is emptied for the next, which takes a tenth of what making another takes.

What is not as it was made, a function or a trigger of a test's own for one, is thrown away with its database.
"""

from uuid import uuid4

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

OWN = "relnamespace = 'public'::regnamespace"
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
VERSION = "alembic_version"
PATIENCE = 5_000
"""Milliseconds for a connection that a test left behind to end."""


def renamed(url: str, name: str) -> str:
    """The URL of another database of the same server."""
    base, _, query = url.partition("?")
    return base.rsplit("/", 1)[0] + "/" + name + ("?" + query if query else "")


def engine_of(url: str) -> Engine:
    """Each statement by itself, and no connection kept."""
    return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)


class Databases:
    """Copies of one migrated database."""

    def __init__(self, url: str, template: str) -> None:
        """Look at the template; nobody may be connected to it while it is copied."""
        self.url, self.template = url, template
        self.server = create_engine(url, isolation_level="AUTOCOMMIT")
        self.made: list[str] = []
        self.spare: list[str] = []
        with engine_of(renamed(url, template)).connect() as db:
            self.tables = frozenset(db.execute(text(TABLES)).scalars())
            self.shape = db.execute(text(SHAPE)).scalar_one()

    def take(self) -> str:
        """The name of an empty one."""
        if self.spare:
            return self.spare.pop()
        name = f"test_{uuid4().hex}"
        with self.server.connect() as server:
            server.execute(text(f"create database {name} template {self.template}"))
        self.made.append(name)
        return name

    def give_back(self, name: str) -> None:
        """Empty it for the next test; what cannot be as it was is dropped."""
        try:
            clean = self._emptied(name)
        except SQLAlchemyError:
            clean = False
        if clean:
            self.spare.append(name)
        else:
            self._drop(name)

    def end(self) -> None:
        """Leave none behind."""
        for name in list(self.made):
            self._drop(name)
        self.server.dispose()

    def _drop(self, name: str) -> None:
        self.made.remove(name)
        with self.server.connect() as server:
            server.execute(text(f"drop database if exists {name} with (force)"))

    def _emptied(self, name: str) -> bool:
        left = text("select pg_terminate_backend(pid, :wait) from pg_stat_activity where datname = :name")
        with self.server.connect() as server:
            server.execute(left, {"name": name, "wait": PATIENCE})
        with engine_of(renamed(self.url, name)).connect() as db:
            for added in set(db.execute(text(TABLES)).scalars()) - self.tables:
                db.execute(text(f'drop table if exists "{added}" cascade'))
            if db.execute(text(SHAPE)).scalar_one() != self.shape:
                return False
            _empty(db, sorted(self.tables - {VERSION}))
        return True


def _empty(db: Connection, tables: list[str]) -> None:
    one = "select '{0}' where exists (select from \"{0}\")"
    asked = " union all ".join(one.format(each) for each in tables)
    full = db.execute(text(asked)).scalars().all()
    db.execute(text("set session_replication_role = replica"))  # in any order: no row asks for another
    for each in full:
        db.execute(text(f'delete from "{each}"'))  # noqa: S608  our own table
    for each in db.execute(text(USED)).scalars().all():
        db.execute(text(f"alter sequence {each} restart"))
