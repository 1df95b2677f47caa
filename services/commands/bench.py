"""`./pioneer bench [NAME ...]`: run the files in benchmarks/ and print their figures."""

import argparse
import os
import subprocess
import sys

from core.errors import Invalid
from services.settings import PROJECT


def run(args: argparse.Namespace) -> int:
    """Run the named benchmarks, or all of them, one after the other."""
    there = {
        path.stem: path
        for path in sorted((PROJECT / "benchmarks").glob("*.py"))
        if not path.stem.startswith("_")
    }
    unknown = [name for name in args.names if name not in there]
    if unknown:
        raise Invalid(f"There is no benchmark {', '.join(unknown)}.", mend=f"There are: {', '.join(there)}.")
    status = 0
    for name in args.names or there:
        print(f"== {name}", flush=True)
        environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
        done = subprocess.run([sys.executable, there[name]], cwd=PROJECT, check=False, env=environment)  # noqa: S603  our own files
        status = status or done.returncode
    return status
