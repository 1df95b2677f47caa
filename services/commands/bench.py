"""`./pioneer bench [NAME ...]`: run the files in benchmarks/ and print their figures."""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

from core.errors import Invalid
from core.nearest import there_are
from services.settings import PROJECT

BENCHMARKS = PROJECT / "benchmarks"


def run(args: argparse.Namespace) -> int:
    """Run the named benchmarks, or all of them, one after the other."""
    there = {path.stem: path for path in sorted(BENCHMARKS.glob("*.py")) if not path.stem.startswith("_")}
    unknown = [name for name in args.names if name not in there]
    if unknown:
        raise Invalid(f"There is no benchmark {', '.join(unknown)}.", mend=there_are(unknown[0], there))
    status = 0
    for name in args.names or there:
        print(f"== {name}", flush=True)
        _install(list(_missing(BENCHMARKS / "requirements.txt", name)))
        environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
        done = subprocess.run([sys.executable, there[name]], cwd=PROJECT, check=False, env=environment)  # noqa: S603  our own files
        status = status or done.returncode
    return status


def _missing(requirements: Path, name: str) -> Iterator[str]:
    """The lines of the file that name the benchmark behind their # and are not in the environment."""
    for line in requirements.read_text().splitlines():
        wanted, _, names = line.partition("#")
        if wanted.strip() and name in names.split():
            requirement = Requirement(wanted.strip())
            try:
                there = version(requirement.name) in requirement.specifier
            except PackageNotFoundError:
                there = False
            if not there:
                yield str(requirement)


def _install(wanted: Sequence[str]) -> None:
    """Put others that we are held against into the environment. Without them a benchmark does what it can."""
    if not wanted:
        return
    print(f"Installing {', '.join(wanted)} to be compared with.", flush=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted]
    if subprocess.run(pip, check=False, cwd=PROJECT).returncode:  # noqa: S603  names from our own file
        print("They could not be installed, so their columns are missing.", flush=True)
