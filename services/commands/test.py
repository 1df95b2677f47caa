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
    ("types", ("mypy", "core", "services")),
)


def run(args: argparse.Namespace) -> int:
    """Without words: all checks, then pytest on two processes. With words: pytest with these words alone."""
    tools = Path(sys.executable).parent
    words: list[str] = [word for word in args.words if word != "--"]
    if not words:
        for name, (tool, *rest) in CHECKS:
            began = time.monotonic()
            done = subprocess.run(  # noqa: S603  our own tools
                [tools / tool, *rest], cwd=PROJECT, check=False, capture_output=True, text=True
            )
            print(
                f"{name}: {'ok' if done.returncode == 0 else 'not ok'} ({time.monotonic() - began:.0f} s)",
                flush=True,
            )
            if done.returncode != 0:
                print(done.stdout + done.stderr)
                return done.returncode
        words = ["-n", "2", "--dist", "worksteal", "-q"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    return subprocess.run(  # noqa: S603  our own tools
        [tools / "python", "-m", "pytest", *words], cwd=PROJECT, check=False, env=environment
    ).returncode
