"""What a use-case is handed: how to reach our records, our numbers, and the other side of each port."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Connection, Engine

from core.ports import BillingExport, Cloud, IdentityProvider, Mail, Metrics, Prices
from services.db import database
from services.settings import Settings
from services.warehouse.remembered import Remembered

if TYPE_CHECKING:
    from services.warehouse.warehouse import Warehouse


KEPT = 100_000
"""Rows, roughly, of which a process keeps what it worked out: some hundred megabytes at most."""


@dataclass(frozen=True)
class Context:
    """One a process. `secret` signs tokens and keys hashes."""

    settings: Settings
    engine: Engine
    warehouse: "Warehouse"
    cloud: Cloud
    metrics: Metrics
    exports: BillingExport
    prices: Prices
    secret: bytes
    identity: IdentityProvider | None = None
    mail: Mail | None = None
    kept: Remembered[object] = field(default_factory=lambda: Remembered(KEPT), compare=False)
    """What was worked out of records, with a stamp of these: see `services.usecases.unchanged`."""

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction; see `services.db.database.begin`."""
        with database.begin(self.engine) as db:
            yield db

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for single questions; see `services.db.database.read`."""
        with database.read(self.engine) as db:
            yield db

    def now(self) -> datetime:
        """The product's time: the database's clock, plus the offset that only the demo may set."""
        with self.read() as db:
            return database.now(db)

    def real_now(self) -> datetime:
        """The machine's time by the database's clock: what sign-ins and tokens are judged by."""
        with self.read() as db:
            return database.real_now(db)


@dataclass(frozen=True)
class System:
    """The product itself as an actor, for what it does unasked: jobs, commands."""

    organisation_id: UUID
    name: str

    @property
    def actor(self) -> str:
        """How the audit log names it."""
        return f"system:{self.name}"


def _alone() -> None:
    """Nothing can be lost where nobody competes."""


def _silent(_text: str) -> None:
    """Progress nobody asked for."""


@dataclass(frozen=True)
class Beat:
    """What a worker job is handed.

    The lease's epoch for its writes, a way to say how far it is, and `check`, which raises `Conflict` once the lease was lost.
    """

    epoch: int = 0
    holder: str = "command"
    say: Callable[[str], None] = _silent
    check: Callable[[], None] = _alone
