"""Fifty readers while a month is replaced again and again: each answer must be one whole state, and soon enough."""

import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from _bill import Bill, copied
from _compare import quantile

from core.costs.scope import EVER, MONTH, CostType, Scope
from services.settings import PROJECT
from services.usecases import costs

READERS = 50
REPLACEMENTS = 20
THINK = 1.0
"""Seconds a reader waits between an answer and its next question, and staggers its first."""
BILLED = Scope(EVER, cost=CostType.BILLED)
REPLACE = """
import sys
from pathlib import Path
from uuid import UUID
from services.bootstrap import open_context
from services.settings import load
from services.usecases import ingest

data, organisation, count, *versions = sys.argv[1:]
ctx = open_context(load(PIONEER_DATA=Path(data)))
for number in range(int(count)):
    ingest.files(ctx, UUID(organisation), [Path(versions[number % len(versions)])], replace=True)
    print(number, flush=True)
"""


@dataclass
class Seen:
    """What readers saw: seconds of each read, and the states (total a month) they were shown."""

    times: list[float] = field(default_factory=list)
    states: set[tuple[str, ...]] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)


def state(bill: Bill) -> tuple[str, ...]:
    """The bill as one read shows it: each month, and whether they add up to the whole. From one pinned state."""
    at = costs.pin(bill.ctx, bill.user)
    months = costs.table(bill.ctx, bill.user, BILLED, (MONTH,), at=at)
    whole = costs.table(bill.ctx, bill.user, BILLED, (), at=at)
    if sum(row.cost for row in months.rows) != whole.total:
        return ("torn: the months do not add up to the whole",)
    return tuple(f"{row.keys[0]} {row.cost}" for row in sorted(months.rows, key=lambda row: row.keys))


@contextmanager
def reading(bill: Bill) -> Iterator[Seen]:
    """Fifty readers, as long as the block lasts."""
    seen, stop = Seen(), threading.Event()

    def read(number: int) -> None:
        stop.wait(THINK * number / READERS)
        while not stop.is_set():
            began = perf_counter()
            try:
                found = state(bill)
            except Exception as error:  # noqa: BLE001  a reader that fails in any way is what is looked for
                seen.errors.append(repr(error))
                return
            seen.times.append(perf_counter() - began)
            seen.states.add(found)
            stop.wait(THINK)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def replaced_meanwhile(bill: Bill, month: str, idle_seconds: float) -> tuple[Seen, Seen, int]:
    """What readers saw while nothing happened, what they saw during the replacements, and how many states that were never whole."""
    folder = bill.base.with_name("versions")
    folder.mkdir()
    versions = [
        copied(bill.base / f"{month}.parquet", folder / f"{month}-{seed}.parquet", bill.copies, seed)
        for seed in (1, 2)
    ]
    _replace(bill, versions, 2)
    whole = {state(bill)}
    with reading(bill) as idle:
        threading.Event().wait(idle_seconds)
    with reading(bill) as busy:
        _replace(bill, versions, REPLACEMENTS)
    _replace(bill, versions, 1)
    whole |= {state(bill)}
    return idle, busy, len(busy.states - whole)


def _replace(bill: Bill, versions: Sequence[Path], count: int) -> None:
    words = [str(bill.ctx.settings.data), str(bill.organisation_id), str(count), *map(str, versions)]
    subprocess.run(
        [sys.executable, "-c", REPLACE, *words], cwd=PROJECT, check=True, stdout=subprocess.DEVNULL
    )


def said(idle: Seen, busy: Seen, torn: int) -> str:
    """The figures in words."""
    before, during = quantile(idle.times, 0.95), quantile(busy.times, 0.95)
    return (
        f"{READERS} readers, {len(busy.times)} reads during {REPLACEMENTS} replacements: {torn} torn, "
        f"{len(busy.errors)} failed (target 0); p95 {during * 1e3:.0f} ms, idle {before * 1e3:.0f} ms: "
        f"{during / before:.2f} x (target <= 2)"
    )
