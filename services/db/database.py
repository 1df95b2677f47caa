"""The database: one engine a process, one transaction a use-case."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from core.errors import Unavailable


def connect(url: str, *, pool_size: int = 10) -> Engine:
    """An engine on `url`; connections are checked before use, times are UTC, and a forgotten transaction is ended after a minute."""
    options = "-c timezone=UTC -c idle_in_transaction_session_timeout=60000 -c lock_timeout=20000"
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        pool_timeout=10,
        connect_args={"options": options, "connect_timeout": 5},
    )


@contextmanager
def begin(engine: Engine) -> Iterator[Connection]:
    """One transaction: committed when the block ends, rolled back when it raises. Raises `Unavailable` when the database does not answer."""
    try:
        connection = engine.connect()
    except OperationalError as error:
        message = "The database does not answer."
        raise Unavailable(
            message, mend="Run ./pioneer doctor to see what is missing; nothing was changed."
        ) from error
    with connection, connection.begin():
        yield connection


def now(db: Connection) -> datetime:
    """The database's clock plus the offset that the demo may have set, in UTC."""
    answer: datetime = db.execute(
        text("select clock_timestamp() + coalesce((select shift from clock_shift), interval '0')")
    ).scalar_one()
    return answer.astimezone(UTC)
