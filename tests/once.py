"""A world that is slow to make: made by the first test of a process that asks for it, and put back as it was for the others.

What is put back are the rows of the database and the files of the data directory; a context on them is new, and remembers nothing.
"""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from services.db.tables.access import clock_shift, organisations, users
from tests.emptied import Databases, Rows

OLD_SECONDS = 120.0
"""A world that is older is made again: some of what screens say depends on how long ago things were."""
BESIDE = frozenset({organisations.name, users.name, clock_shift.name})
"""What a test may have made before it asks."""
Answer = TypeVar("Answer")

Once = Callable[[str, Callable[[], Any]], Any]
"""What a world's maker answers, by the world's name: see the fixture `once`."""


@dataclass(frozen=True)
class _Kept:
    """How one world was left by what made it."""

    answer: object
    rows: Rows
    files: Path
    day: date
    at: float

    def fresh(self) -> bool:
        """Whether it is still as if it had just been made."""
        return self.day == datetime.now(UTC).date() and time.monotonic() - self.at < OLD_SECONDS


class Worlds:
    """The worlds of this process; `aside` is a folder to keep their files in."""

    def __init__(self, databases: Databases, aside: Path) -> None:
        self.databases, self.aside = databases, aside
        self.kept: dict[tuple[str, Path], _Kept] = {}

    def get(self, name: str, database: str, data: Path, make: Callable[[], Answer]) -> Answer:
        """What `make` answered, with its world in this database and below this directory.

        Files name each other by their whole path, so a world is kept for one directory.
        """
        held = self.kept.get((name, data))
        if held is not None and held.fresh():
            self.databases.put_back(database, held.rows)
            shutil.copytree(held.files, data, dirs_exist_ok=True)
            return held.answer  # type: ignore[return-value]
        before = self.databases.filled(database)
        assert before <= BESIDE, f"{name} is no world of its own: {before - BESIDE}"
        others = self.databases.counted(database, before)
        answer = make()
        if self.databases.counted(database, before) != others:
            return answer  # it made more of what was there: which of that is whose cannot be told, so nothing is kept
        files = self.aside / f"{len(self.kept)}-{time.monotonic_ns()}"
        shutil.copytree(data, files)
        rows = self.databases.rows(database, before)
        self.kept[name, data] = _Kept(answer, rows, files, datetime.now(UTC).date(), time.monotonic())
        return answer
