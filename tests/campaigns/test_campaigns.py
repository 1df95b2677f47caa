"""Every campaign at a small size, and that it fails when the defect it looks for is planted."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.settings import PROJECT

COUNTS = {"actions": 1, "kill_ingest": 1, "mutated_bills": 5, "schedule_oracle": 12}
"""As many as take some seconds."""
DEFECTIVE = {"actions": 1, "kill_ingest": 5, "mutated_bills": 1, "schedule_oracle": 60}
"""A kill may come just when the defect has done its harm; it stops at the first that shows."""


def campaign(name: str, url: str, count: int, *words: str) -> "subprocess.CompletedProcess[str]":
    """In a process of its own: it forks, which one with threads must not."""
    path = Path(__file__).with_name(f"{name}.py")
    told = ["--count", str(count), "--seed", "7", "--url", url, *words]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    return subprocess.run(
        [sys.executable, path, *told],
        check=False,
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env=environment,
    )


@pytest.mark.parametrize("name", COUNTS)
def test_a_campaign_finds_nothing_wrong(name: str, database_url: str) -> None:
    done = campaign(name, database_url, COUNTS[name])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 wrong" in done.stdout


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("actions", "2 copies were made"),
        ("kill_ingest", "the bill cannot be read"),
        ("mutated_bills", "it changed another month"),
        ("schedule_oracle", "should be"),
    ],
)
def test_a_campaign_finds_its_planted_defect(name: str, complaint: str, database_url: str) -> None:
    done = campaign(name, database_url, DEFECTIVE[name], "--defect")
    assert done.returncode == 1, done.stdout + done.stderr
    assert complaint in done.stdout
