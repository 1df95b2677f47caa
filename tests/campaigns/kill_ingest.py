"""kill -9 of `./pioneer ingest` at random moments: the months that stood are whole, or the new ones are, and the next start leaves nothing of the dead.

Two months of one source are replaced together, again and again, each time by a process that is killed at a random step of its work, a
random part of the time after its beginning that the step takes undisturbed. Another process then looks: the bill must be one of the two versions to the last digit, by its lines and by
their rollup, and after the next start no intent, no scratch and no file of the dead load may be left.
"""

import io
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq

from services import __main__ as entry
from tests.bills import a_bill, a_line
from tests.campaigns.forked import DiedError, forked, killed, told
from tests.campaigns.installation import State, bill_of, fresh, left_behind, opened, words

FULL = 200
LINES = 300
SOURCE = "AWS:111111111111"
DAYS = ("2026-02-05", "2026-03-05")
Take = Callable[[Path], object]


@dataclass
class Found:
    """What the kills left, and what was wrong with it."""

    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def by_the_command(bill: Path) -> None:
    """What a person types; only its progress is heard. Raises `SystemExit` with its status when that is not 0."""
    with redirect_stdout(io.StringIO()):
        status = entry.main(["ingest", str(bill)])
    if status:
        raise SystemExit(status)


def in_place(_bill: Path) -> None:
    """The planted defect: the files that stand are written over, piece by piece."""
    with opened() as ctx, ExitStack() as open_files:
        plan = ctx.warehouse.catalog.plan(ctx.warehouse.catalog.token())
        tables = {file.path: pq.read_table(file.path, partitioning=None) for file in plan.files}
        writers = {
            path: open_files.enter_context(pq.ParquetWriter(path, table.schema))
            for path, table in tables.items()
        }
        sys.stderr.write("Overwriting\n")
        for row in range(LINES):
            for path, writer in writers.items():
                writer.write_table(tables[path].slice(row, 1))


def version(folder: Path, number: int) -> Path:
    """A bill of two months whose costs tell its number."""
    cost = f"{1000 + number}.000000000000000001"
    lines = [a_line(day=day, cost=cost, ResourceId=f"i-{n}") for day in DAYS for n in range(LINES)]
    (folder / str(number)).mkdir()
    return a_bill(folder / str(number) / "bill.csv", lines)


def expected(number: int) -> State:
    """That bill, added up."""
    billed = Decimal(f"{1000 + number}.000000000000000001") * LINES
    return {(SOURCE, day[:7]): (LINES, billed) for day in DAYS}


def run(folder: Path, kills: int, seed: int, take: Take) -> Found:
    """So many kills."""
    dice, found = random.Random(seed), Found()  # noqa: S311  a repeatable choice, no secret
    told(lambda: by_the_command(version(folder, 0)))
    steps = told(lambda: take(version(folder, 1)))
    standing = forked(seen)[0]
    for number in range(2, kills + 2):
        bill, new = version(folder, number), expected(number)
        step, seconds = dice.choice(steps)
        status = killed(lambda bill=bill: take(bill), step, dice.uniform(0, seconds))  # type: ignore[misc]
        if status not in {0, -signal.SIGKILL}:
            found.wrong.append(f"kill {number - 1}: it had failed before, with status {status}")
        found.wrong += [f"kill {number - 1}: {each}" for each in wrong_after(standing, new)]
        try:
            standing = forked(seen)[0]
        except DiedError:
            break  # nothing can be read any more, as `wrong` says
        found.ends[
            "came too late" if status == 0 else "new is whole" if standing == new else "old stands"
        ] += 1
        bill.unlink()
    return found


def seen() -> tuple[State, State]:
    """The bill as a process that knows nothing of it reads it."""
    with opened() as ctx:
        return bill_of(ctx)


def wrong_after(old: State, new: State) -> list[str]:
    """What a process that comes after the dead one finds wrong: with the bill before and after the next start, and on disk."""

    def look() -> list[str]:
        with opened() as ctx:
            before = bill_of(ctx)
            left = left_behind(ctx)
            after = bill_of(ctx)
        found = [f"the bill is neither old nor new: {state}" for state in before if state not in (old, new)]
        if before[0] != before[1]:
            found.append("lines and rollup differ")
        if before != after:
            found.append("the next start changed the bill")
        return found + left

    try:
        return forked(look)
    except DiedError as error:
        return [f"the bill cannot be read: {str(error).strip().splitlines()[-1]}"]


def main() -> int:
    """0 when nothing was wrong."""
    said = words("kill -9 of `ingest` at random moments.", FULL)
    seed = said.seed if said.seed is not None else random.SystemRandom().randrange(10**6)
    with fresh(said.url) as data:
        found = run(data.parent, said.count, seed, in_place if said.defect else by_the_command)
    ends = ", ".join(f"{count} {end}" for end, count in sorted(found.ends.items()))
    print(f"kill-ingest, seed {seed}: {said.count} kills: {ends}; {len(found.wrong)} wrong")
    for each in found.wrong[:20]:
        print(f"  {each}")
    return 1 if found.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
