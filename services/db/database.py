"""The database: one engine a process, one transaction a use-case."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
from sqlalchemy import Connection, DateTime, Engine, create_engine, event, literal_column, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DataError, DisconnectionError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from core.errors import Invalid, PioneerError, Unavailable

Failure = SQLAlchemyError
"""What a use-case may raise beside our own errors: the database failed in the middle of a statement."""
NOW = literal_column(
    "(clock_timestamp() + coalesce((select shift from clock_shift), interval '0'))", DateTime(timezone=True)
)
"""The database's clock plus the offset that the demo may have set, as a column of any question."""
REAL_NOW = literal_column("clock_timestamp()", DateTime(timezone=True))
"""The machine's clock as the database reads it, whatever the demo did to the product's."""
_ASK_NOW = select(NOW)
IDLE_SECONDS = 5.0
"""A connection that lay idle for longer is asked whether it still lives; a ping each time would be one question in four."""


def connect(url: str, *, pool_size: int = 10) -> Engine:
    """An engine on `url`; idle connections are checked before use, times are UTC, and a forgotten transaction is ended after a minute."""
    options = "-c timezone=UTC -c idle_in_transaction_session_timeout=60000 -c lock_timeout=20000"
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=10,
        connect_args={"options": options, "connect_timeout": 5},
    )
    event.listen(engine, "checkin", _note_the_time)
    event.listen(engine, "checkout", _ping_after_a_while)
    return engine


def _note_the_time(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["back_at"] = time.monotonic()


def _ping_after_a_while(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
    if time.monotonic() - record.info.get("back_at", 0.0) < IDLE_SECONDS:
        return
    try:
        connection.cursor().execute("select 1")
        connection.rollback()
    except psycopg.Error as error:
        raise DisconnectionError from error


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        connection = engine.connect()
    except OperationalError as error:
        message = "The database does not answer."
        raise Unavailable(
            message, mend="Run ./pioneer doctor to see what is missing; nothing was changed."
        ) from error
    with connection:
        yield connection


@contextmanager
def begin(engine: Engine) -> Iterator[Connection]:
    """One transaction: committed when the block ends, rolled back when it raises. Raises `Unavailable` when the database does not answer."""
    with _connected(engine) as connection, connection.begin():
        yield connection


@contextmanager
def read(engine: Engine) -> Iterator[Connection]:
    """A connection for questions that need no transaction: each statement by itself, two exchanges with the server fewer.

    Raises `Unavailable` when the database does not answer, or goes away on the way: questions change nothing.
    """
    with _connected(engine) as connection:
        try:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")
        except OperationalError as error:
            if not error.connection_invalidated:
                raise
            message = "The database went away."
            raise Unavailable(message, mend="Try again in a moment; nothing was changed.") from error


def in_words(failure: Failure) -> PioneerError:
    """The same as people are told it, over the API as on screens. Nothing was changed, since every change is one transaction."""
    if isinstance(failure, DataError):
        return Invalid("A value in this request cannot be kept or looked for.")
    message = "The database could not do this; nothing was changed."
    return Unavailable(message, mend="Try again in a few seconds.")


def now(db: Connection) -> datetime:
    """The product's time, in UTC."""
    answer: datetime = db.execute(_ASK_NOW).scalar_one()
    return answer.astimezone(UTC)


def real_now(db: Connection) -> datetime:
    """The machine's time, in UTC: sign-ins, tokens and limits on attempts are judged by it, so that moving the demo's clock ends none."""
    answer: datetime = db.execute(select(REAL_NOW)).scalar_one()
    return answer.astimezone(UTC)
