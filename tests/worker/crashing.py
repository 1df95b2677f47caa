"""A worker that dies by kill -9 at a chosen border: before a write is committed, or before or after a call to AWS.

Reads a border (0: none) and a database's URL a line, forks a worker that dies at that border, and answers with its exit
status and how many borders it passed. Forking from one warm process is what makes a hundred deaths affordable.
"""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, event, text

from core.inventory import Account
from services.bootstrap import open_context
from services.context import Beat, Context
from services.db import database
from services.db.stores import leases
from services.settings import Settings
from services.usecases import actions
from tests.stand_in import REGION, later

WRITES = {"start_instance", "stop_instance", "resize_instance", "snapshot_volume", "delete_volume"}
LOOKS = 12


class Borders:
    """Counts borders, and dies at the chosen one."""

    def __init__(self, fatal: int) -> None:
        """0 is none."""
        self.fatal = fatal
        self.passed = 0

    def cross(self) -> None:
        """One more."""
        self.passed += 1
        if self.passed == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


class Bordered:
    """The cloud adapter with a border before and after each call that changes something."""

    def __init__(self, cloud: object, borders: Borders) -> None:
        """Nothing passes yet."""
        self._cloud = cloud
        self._borders = borders

    def __getattr__(self, name: str) -> Callable[..., object]:
        """The adapter's own call."""
        real = getattr(self._cloud, name)
        if name not in WRITES:
            return real

        def call(*args: object, **options: object) -> object:
            self._borders.cross()
            answer = real(*args, **options)
            self._borders.cross()
            return answer

        return call


def border_commits(ctx: Context, borders: Borders) -> None:
    """A border before each commit of something written."""

    def wrote(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().lower().startswith(("insert", "update", "with")):
            connection.info["wrote"] = True

    def commit(connection: Connection) -> None:
        if connection.info.pop("wrote", False):
            borders.cross()

    event.listen(ctx.engine, "before_cursor_execute", wrote)
    event.listen(ctx.engine, "commit", commit)


def work(ctx: Context, fatal: int) -> int:
    """Be the worker until nothing is open; answers the borders passed."""
    with ctx.begin() as db:
        epoch = leases.take(db, f"worker {os.getpid()}", 60)
    assert epoch is not None
    borders = Borders(fatal)
    border_commits(ctx, borders)
    watched = replace(ctx, cloud=Bordered(ctx.cloud, borders))
    for _ in range(LOOKS):
        actions.carry_out_queued(watched, Beat(epoch))
        with ctx.begin() as db:
            if not db.execute(text("select 1 from action where state in ('queued', 'running')")).first():
                break
        later(ctx, timedelta(minutes=3))
    with ctx.begin() as db:
        leases.release(db, f"worker {os.getpid()}", epoch)
    return borders.passed


def fork(ctx: Context, fatal: int, url: str) -> tuple[int, int]:
    """One worker in a process of its own: its exit status (minus the signal), and the borders it passed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, str(work(replace(ctx, engine=database.connect(url)), fatal)).encode())
        os._exit(0)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    passed = int(os.read(reading, 16) or 0)
    os.close(reading)
    return os.waitstatus_to_exitcode(status), passed


def main() -> None:
    """Serve standard input."""
    ctx = open_context(Settings(_env_file=None))
    account = Account("123456789012", UUID(int=0), "Own", "external-id", (REGION,))
    for writes in (False, True):  # clients are slow to make, and every fork inherits these
        ctx.cloud._sessions.client(account, "ec2", REGION, writes=writes)
    for line in sys.stdin:
        border, url = line.split()
        status, passed = fork(ctx, int(border), url)
        sys.stdout.write(f"{status} {passed}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
