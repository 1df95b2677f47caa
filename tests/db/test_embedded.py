"""The database from a wheel."""

import os
import signal
import subprocess
import sys
import time
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


def _user(data: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(data)],
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
        note.write_text(f"{os.getpid()}\n{rest}")
    second = _user(data_dir)
    engine = database.connect(_said(second))
    with database.begin(engine) as db:
        assert db.execute(text("select number from kept")).scalar_one() == 7
    engine.dispose()
    second.communicate("")
