"""The database from a wheel."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text

from services.db import database, embedded
from services.settings import PROJECT

USER = """
import sys, time
from pathlib import Path
from services.db import embedded
print(embedded.url(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


SUBREAPER = 36
"""PR_SET_CHILD_SUBREAPER."""
CONTAINED = "import ctypes; assert ctypes.CDLL(None).prctl(24, 19, 0, 0, 0) == 0"
"""Root without the capability to look into others' processes (PR_CAPBSET_DROP of CAP_SYS_PTRACE), as containers are started."""


def _user(data: Path, before: str = "pass") -> "subprocess.Popen[str]":
    again = f"import os, sys; {before}; os.execv(sys.executable, [sys.executable, '-c', *sys.argv[1:]])"
    return subprocess.Popen(
        [sys.executable, "-c", again, USER, str(data)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )


def _runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _said(user: "subprocess.Popen[str]") -> str:
    assert user.stdout is not None
    return user.stdout.readline().strip()


def test_it_runs_below_a_path_with_a_space_and_stops_with_its_last_user_even_when_another_was_killed(
    data_dir: Path,
) -> None:
    data = data_dir / "my projects \u00e9"
    first, second = _user(data), _user(data)
    url = _said(first)
    assert _said(second) == url
    engine = database.connect(url)
    with database.begin(engine) as db:
        assert db.execute(text("select 1")).scalar_one() == 1
    engine.dispose()
    server = int((data / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    first.send_signal(signal.SIGKILL)  # stays a zombie until waited for, as below a busy parent
    while _runs(first.pid):
        os.sched_yield()
    second.communicate("")
    end = time.monotonic() + 10
    while _runs(server) and time.monotonic() < end:
        os.sched_yield()
    assert not _runs(server)
    first.wait()


def test_a_server_left_behind_is_stopped_before_its_files_are_deleted(data_dir: Path) -> None:
    user = _user(data_dir)
    _said(user)
    server = int((data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    user.kill()
    user.wait()
    assert _runs(server)
    embedded.stop(data_dir)
    assert not _runs(server)


@pytest.fixture
def nobody_reaps() -> Iterator[None]:
    """What our children leave behind becomes ours, as in a container without an init: a zombie until it is waited for."""
    prctl = ctypes.CDLL(None).prctl
    assert prctl(SUBREAPER, 1, 0, 0, 0) == 0
    yield
    assert prctl(SUBREAPER, 0, 0, 0, 0) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="Who inherits processes is Linux's to say")
@pytest.mark.usefixtures("nobody_reaps")
@pytest.mark.parametrize("reaped", [True, False], ids=["its number is another's now", "nobody reaped it"])
def test_what_was_written_is_there_after_the_server_itself_was_killed(
    data_dir: Path, *, reaped: bool
) -> None:
    first = _user(data_dir)
    engine = database.connect(_said(first))
    with database.begin(engine) as db:
        db.execute(text("create table kept as select 7 as number"))
    engine.dispose()
    note = data_dir / "postgres" / "postmaster.pid"
    number, rest = note.read_text().split("\n", 1)
    os.kill(int(number), signal.SIGKILL)
    first.kill()
    first.wait()
    if reaped:
        os.waitpid(int(number), 0)
        note.write_text(f"{os.getpid()}\n{rest}")
    second = _user(data_dir)
    engine = database.connect(_said(second))
    with database.begin(engine) as db:
        assert db.execute(text("select number from kept")).scalar_one() == 7
    engine.dispose()
    second.communicate("")


@pytest.mark.skipif(
    os.name != "posix" or os.getuid() != 0, reason="Only root runs the server as another user"
)
@pytest.mark.skipif(sys.platform != "linux", reason="Capabilities are Linux's")
def test_a_server_that_runs_is_left_alone_by_who_may_not_look_into_its_processes(data_dir: Path) -> None:
    first = _user(data_dir)
    url = _said(first)
    second = _user(data_dir, CONTAINED)
    assert _said(second) == url
    second.communicate("")
    assert (data_dir / "postgres" / "postmaster.pid").exists()
    first.communicate("")
