"""One `./pioneer demo`, started as a person starts it, for every test in this folder."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, sync_playwright

from core.access.roles import User
from services.bootstrap import open_context
from services.commands import doctor
from services.commands.configuration import MARKER
from services.context import Context
from services.settings import PROJECT, Settings
from tests.pages.conftest import signing_in

CHROMIUM = doctor.chromium()
START_SECONDS, STOP_SECONDS = 900, 30
"""The demo itself gives up when nothing moves; on a busy machine it is the machine that is waited for."""
READY = "is ready at"
"""What the demo says once its screens are filled."""


@dataclass(frozen=True)
class Demo:
    """Where its screens are served, and where it keeps what it knows."""

    url: str
    data: Path

    @property
    def postmaster(self) -> Path:
        """PostgreSQL's note of its process and socket: there while the embedded database runs."""
        return self.data / "postgres" / "postmaster.pid"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:  # noqa: S310  our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="package")
def demo() -> Iterator[Demo]:
    """The demo on a free port with its own data, filled; nothing of it outlives these tests."""
    folder, port = Path(tempfile.mkdtemp(prefix="pj-")), free_port()
    made, said = Demo(f"http://localhost:{port}", folder / "d"), folder / "said"
    words = ["demo", "--no-browser", "--port", str(port), "--data", str(made.data)]
    with said.open("w") as output:
        process = psutil.Popen(
            [sys.executable, "-m", "services", *words],
            cwd=PROJECT,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
        )
    try:
        ready_by = time.monotonic() + START_SECONDS
        while READY not in said.read_text() and process.poll() is None and time.monotonic() < ready_by:
            time.sleep(0.5)
        assert READY in said.read_text(), said.read_text()[-2000:]
        assert healthy(made.url)
        yield made
    finally:
        left, database_runs = stopped(process), made.postmaster.exists()
        shutil.rmtree(folder, ignore_errors=bool(left))
    assert not left, "these did not end with the demo"
    assert not database_runs, "the demo's database outlived it"


def stopped(process: psutil.Popen) -> list[psutil.Process]:
    """Stop the demo as Ctrl-C does; answers those of its processes that had to be killed."""
    started = [process, *process.children(recursive=True)] if process.is_running() else []
    if started:
        process.send_signal(signal.SIGINT)
    _, left = psutil.wait_procs(started, timeout=STOP_SECONDS)
    for each in left:
        each.kill()
    return left


@pytest.fixture(scope="package")
def its_context(demo: Demo) -> Iterator[Context]:
    """A context of this process on the demo's records, bill and cloud.

    The database is reached by its socket, not through `services.db.embedded`: that would make this process one of its owners.
    """
    _, _, _, port, folder, *_ = demo.postmaster.read_text().splitlines()
    context = open_context(
        Settings(
            _env_file=None,
            PIONEER_MODE="demo",
            PIONEER_DATA=demo.data,
            DATABASE_URL=f"postgresql://postgres@/postgres?host={folder}&port={port}",
            **json.loads((demo.data / MARKER).read_text()),
        )
    )
    yield context
    context.warehouse.close()
    context.engine.dispose()


@pytest.fixture(scope="package")
def sign_in(its_context: Context) -> Iterator[Callable[[User | None], str]]:
    """Signs one of the demo's people in. Their answers are kept side by side, as on a server that they share."""
    with signing_in(its_context) as sign:
        yield sign


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield opened
        opened.close()
