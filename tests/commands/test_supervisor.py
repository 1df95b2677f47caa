"""Processes are started again when they die, and end with whoever started them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.errors import Unavailable
from services.commands.supervisor import Part, Supervisor
from services.settings import PROJECT

STARTER = """
import sys, time
from pathlib import Path
from services.commands.supervisor import Supervisor
supervisor = Supervisor(Path(sys.argv[1]), {}, print)
part = supervisor.start("child", "cloud", "--port", "0", "--data", sys.argv[1])
print(part.process.pid, flush=True)
time.sleep(60)
"""


def _gone_within(seconds: float, pid: int) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with Path(f"/proc/{pid}/stat").open() as stat:
                if stat.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


def _die_again_and_again(supervisor: Supervisor, part: Part) -> None:
    """Look a second later each time, as the supervisor counts them."""
    now = time.monotonic()
    for _ in range(60):
        if part.process is not None:
            part.process.wait(20)
        now += 1
        supervisor.check(now)


def test_a_process_that_died_is_started_again_and_one_that_keeps_dying_is_reported(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(tmp_path, {}, said.append)
    part = supervisor.start("help", "help")  # prints and ends at once
    with pytest.raises(Unavailable, match="keeps ending"):
        _die_again_and_again(supervisor, part)
    assert len(said) == 5
    assert "usage" in (tmp_path / "logs" / "help.log").read_text()
    supervisor.stop()


def test_a_variable_that_is_none_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    assert "AWS_PROFILE" not in Supervisor(tmp_path, {"AWS_PROFILE": None}, print).environment


def test_children_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert _gone_within(15, child)
