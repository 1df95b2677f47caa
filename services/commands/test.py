"""`./pioneer test`: style, types, borders between layers, then every test."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from services.settings import PROJECT

CHECKS = (
    ("style", ("ruff", "check", "--quiet", ".")),
    ("format", ("ruff", "format", "--check", "--quiet", ".")),
    ("borders", ("lint-imports", "--no-cache")),
)
TYPES = ("mypy", "core", "services")
COLLECT = ("python", "-m", "pytest", "--collect-only", "-qq")
"""In a fresh clone: pytest rewrites every test module, which takes longer than all imports, and keeps it for each of its processes."""
PROCESSES = "3"
"""One more than the cores meant: tests wait for a database, a browser and each other's processes."""
LIMIT_SECONDS = 360
"""What the whole may take on two cores. It is said when it took longer, and is no failure: machines differ."""


def run(args: argparse.Namespace) -> int:
    """Without words: all checks, then pytest on some processes with the types beside it. With words: pytest with these words alone."""
    tools = Path(sys.executable).parent
    words: list[str] = [word for word in args.words if word != "--"]
    if words:
        return _pytest(tools, words)
    began = time.monotonic()
    for name, (tool, *rest) in CHECKS:
        done = _started(tools, (tool, *rest))
        if not _ended(name, done, time.monotonic()):
            return done.returncode
    types, at = _started(tools, TYPES), time.monotonic()  # one process, for longer than what follows
    if not any((PROJECT / "tests" / "__pycache__").glob("*-pytest-*")):
        _ended("tests are read", _started(tools, COLLECT), time.monotonic())
    status = _pytest(tools, ["-n", PROCESSES, "--dist", "worksteal", "-q"])
    if not _ended("types", types, at):
        status = status or types.returncode
    took = time.monotonic() - began
    over = (
        f", longer than the {LIMIT_SECONDS // 60} minutes meant for two idle cores"
        if took > LIMIT_SECONDS
        else ""
    )
    print(f"all of it: {took:.0f} s{over}", flush=True)
    return status


def _started(tools: Path, command: tuple[str, ...]) -> "subprocess.Popen[str]":
    tool, *rest = command
    return subprocess.Popen(  # noqa: S603  our own tools
        [tools / tool, *rest],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=_environment(),
    )


def _environment() -> dict[str, str]:
    """Ours, but what was compiled is kept, wherever we are: else each of the processes compiles all of it again."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(PROJECT)}


def _ended(name: str, process: "subprocess.Popen[str]", began: float) -> bool:
    """Wait for a check, say how it went, and answer whether all is well."""
    said, _ = process.communicate()
    well = process.returncode == 0
    print(f"{name}: {'ok' if well else 'not ok'} ({time.monotonic() - began:.0f} s)", flush=True)
    if not well:
        print(said)
    return well


def _pytest(tools: Path, words: list[str]) -> int:
    return subprocess.run(  # noqa: S603  our own tools
        [tools / "python", "-m", "pytest", *words], cwd=PROJECT, check=False, env=_environment()
    ).returncode
