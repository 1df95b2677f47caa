"""`./pioneer campaign NAME`: disturb Cloud Pioneer on purpose, many times over, and see that it keeps what it promises."""

import argparse
import os
import subprocess
import sys

from core.errors import Invalid
from core.nearest import there_are
from services.settings import PROJECT


def run(args: argparse.Namespace) -> int:
    """Run the named campaign at its full size, or as often as `--count` says; without a name, list them."""
    there = {
        path.stem.replace("_", "-"): path
        for path in sorted((PROJECT / "tests" / "campaigns").glob("*.py"))
        if "def main() -> int" in path.read_text()
    }
    if args.name is None:
        print("\n".join(there))
        return 0
    if args.name not in there:
        raise Invalid(f"There is no campaign {args.name}.", mend=there_are(args.name, there))
    words = [] if args.count is None else ["--count", str(args.count)]
    words += [] if args.seed is None else ["--seed", str(args.seed)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    return subprocess.run(  # noqa: S603  our own files
        [sys.executable, there[args.name], *words], cwd=PROJECT, check=False, env=environment
    ).returncode
