"""Long work with an eye on it: how far it is, whether it must stop, and that nobody who waits for an answer waits for it."""

import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import get_native_id
from typing import Any, TypeVar

import duckdb

EVERY = 0.5
"""Seconds between two looks."""
NICENESS = 10
"""Steps of `nice` below the process itself: of a core that both want, who waits for an answer gets nine tenths."""
LEAST = 19
"""The niceness beyond which there is none."""
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Step:
    """What a load is at, in words, and which part of it is done (0 to 1) where that is known."""

    said: str
    part: float | None = None


Progress = Callable[[Step], None]


def give_way() -> None:
    """From now on this thread, and those it starts, take what others leave of the cores. On Linux alone that is a thread's own affair."""
    if sys.platform == "linux":
        mine = get_native_id()
        polite = min(LEAST, os.getpriority(os.PRIO_PROCESS, os.getpid()) + NICENESS)
        os.setpriority(os.PRIO_PROCESS, mine, max(polite, os.getpriority(os.PRIO_PROCESS, mine)))


def politely(work: Callable[[], Answer]) -> Answer:
    """Do some work in a thread that gives way; the caller waits for it."""
    with ThreadPoolExecutor(1, initializer=give_way) as pool:
        return pool.submit(work).result()


def run(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    look: Callable[[float | None], None],
    chore: Callable[[], bool] | None = None,
) -> list[Any]:
    """The statement's rows. Meanwhile `look` is told the part done, and `chore` does slices of work until it answers that there is no more.

    What either raises stops the statement and is raised here.
    """
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(lambda: connection.execute(sql).fetchall())
        seen = time.monotonic()
        try:
            while not running.done():
                busy = chore is not None and chore()
                if not busy:
                    wait([running], timeout=EVERY)
                if not running.done() and time.monotonic() - seen >= EVERY:
                    seen = time.monotonic()
                    percent = connection.query_progress()
                    look(percent / 100 if percent >= 0 else None)
            while (
                chore is not None and chore()
            ):  # what it finds out counts, also where it is the slower of the two
                pass
        finally:
            if not running.done():
                connection.interrupt()
    rows: list[Any] = running.result()
    return rows
