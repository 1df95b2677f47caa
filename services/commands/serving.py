"""What `demo` and `up` share: one of them a data directory, health and the end."""

import fcntl
import http
import json
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from core.errors import Conflict
from services.commands.supervisor import Supervisor
from services.settings import Settings


@contextmanager
def sole_owner(data: Path) -> Iterator[None]:
    """Hold the data directory for this command alone; raises `Conflict` when another holds it."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            message = f"Cloud Pioneer already runs on {data} (process {lock.read().strip() or 'unknown'})."
            raise Conflict(
                message, mend="Stop that one with Ctrl-C, or use another directory with --data DIR."
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def refuse_taken_port(host: str, port: int) -> None:
    """Raise `Conflict` when something listens on the port already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = f"Port {port} on {host} cannot be used: {error.strerror}."
            raise Conflict(
                message, mend="Stop what listens there, or choose another with --port PORT."
            ) from error


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answer(url: str, *, unready: bool = False) -> dict[str, object] | None:
    """The JSON a local server answers with status 200, or None; where `unready`, what it answers with 503, too."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310  our own loopback address
            body: dict[str, object] = json.load(response)
            return body
    except urllib.error.HTTPError as error:
        with error:
            if not unready or error.code != http.HTTPStatus.SERVICE_UNAVAILABLE:
                return None
            return _json(error.read())
    except (urllib.error.URLError, OSError, ValueError):
        return None


def _json(body: bytes) -> dict[str, object] | None:
    try:
        said = json.loads(body)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def address(settings: Settings) -> str:
    """Where this machine reaches the web process."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104  compared, not bound
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def url_of(settings: Settings) -> str:
    """How a person reaches the screens."""
    return settings.public_url or address(settings).replace("127.0.0.1", "localhost")


def healthy(settings: Settings) -> bool:
    """Whether the web process answers that it is well."""
    return answer(f"{address(settings)}/health") is not None


def watch_until_stopped(supervisor: Supervisor, every: Callable[[], object] | None = None) -> None:
    """Keep the processes running until Ctrl-C or SIGTERM."""
    while True:
        supervisor.check()
        if every is not None:
            every()
        time.sleep(1)


@contextmanager
def stopping(supervisor: Supervisor) -> Iterator[None]:
    """Stop every process when the block ends, by whatever way."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    try:
        yield
    except KeyboardInterrupt:
        sys.stderr.write("\nStopping ...\n")
    finally:
        # A second Ctrl-C while stopping must not leave processes behind.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        supervisor.stop()
        sys.stderr.write("Stopped. Nothing was lost.\n")


def open_browser(url: str, *, wanted: bool) -> None:
    """Open the URL where there is a screen to open it on."""
    if wanted and (
        sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        webbrowser.open(url)
