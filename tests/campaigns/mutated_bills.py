"""Mutated billing files, of every format: none crashes us, none changes another month, and each that is refused is told why.

Two bills stand that no mutant is of: an earlier month of the same source, and the same month of another. A mutant is taken in as a person
would give it; that it goes in is no fault where what it says can be read. Batches run in processes of their own, so that even one that
takes its process with it is found.
"""

import random
import re
import resource
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import PioneerError
from services.context import Context
from services.usecases import ingest
from tests.bills import a_bill, a_line
from tests.campaigns import mutants
from tests.campaigns.forked import DiedError, forked
from tests.campaigns.installation import State, bill_of, fresh, left_behind, opened, organisation, words

FULL = 2000
MONTH_NAMED = re.compile(r"[0-9]{4}-[0-9]{2} of |for [0-9]{4}-[0-9]{2}")
"""A refusal names the file, or the month of the source that would lose by it."""
BATCH = 50
MEMORY = 1_000_000
"""Kilobytes that a load may need at most."""
STANDING = {("AWS:111111111111", "2026-02"): 400, ("AWS:999999999999", mutants.MONTH): 400}
"""(Source, month) -> lines that must stand throughout."""


@dataclass
class Found:
    """What became of the mutants, format by format, and what was wrong."""

    ends: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    kilobytes: int = 0

    def add(self, other: "Found") -> None:
        """Both."""
        self.ends += other.ends
        self.wrong += other.wrong
        self.kilobytes = max(self.kilobytes, other.kilobytes)


@dataclass(frozen=True)
class Batch:
    """Mutants by number, of one seed."""

    seed: int
    numbers: tuple[int, ...]
    originals: dict[str, Path]
    folder: Path
    defect: bool = False


def run(folder: Path, count: int, seed: int, *, defect: bool = False) -> Found:
    """So many mutants."""
    originals = mutants.originals(folder / "originals")
    forked(lambda: stand(folder))
    found = Found()
    for first in range(0, count, BATCH):
        numbers = tuple(range(first, min(first + BATCH, count)))
        found.add(tried(Batch(seed, numbers, originals, folder, defect)))
    return found


def stand(folder: Path) -> None:
    """Load what must stand."""
    with opened() as ctx:
        for number, ((source, month), count) in enumerate(STANDING.items()):
            line = a_line(day=f"{month}-10", BillingAccountId=source.removeprefix("AWS:"), cost="7.000000001")
            ingest.files(ctx, organisation(ctx), [a_bill(folder / f"stands-{number}.csv", [line] * count)])


def tried(batch: Batch) -> Found:
    """A batch in a process of its own; when that dies, each of its mutants alone."""
    try:
        return forked(lambda: taken(batch))
    except DiedError as error:
        if len(batch.numbers) == 1:
            return Found(wrong=[f"mutant {batch.numbers[0]}: {str(error).strip().splitlines()[-1]}"])
    found = Found()
    for number in batch.numbers:
        found.add(tried(Batch(batch.seed, (number,), batch.originals, batch.folder, batch.defect)))
    return found


def taken(batch: Batch) -> Found:
    """Make and take in each mutant."""
    found = Found()
    with opened() as ctx:
        stood = others(ctx)
        for number in batch.numbers:
            dice = random.Random(f"{batch.seed} {number}")  # noqa: S311  a repeatable choice, no secret
            kind = dice.choice(list(batch.originals))
            original = batch.originals[kind]
            path = batch.folder / f"mutant-{number}{''.join(original.suffixes)}"
            what = mutants.mutant(original, path, dice)
            token = ctx.warehouse.catalog.token()
            end, wrong = taken_in(ctx, path)
            if batch.defect:
                overwrite_another(ctx, path, number)
            if ctx.warehouse.catalog.token() != token and others(ctx) != stood:
                wrong.append("it changed another month")
            found.ends[kind, end] += 1
            found.wrong += [f"mutant {number} ({kind}: {what}): {each}" for each in wrong]
            path.unlink()
        found.wrong += left_behind(ctx)
    found.kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return found


def taken_in(ctx: Context, path: Path) -> tuple[str, list[str]]:
    """How the file ended (loaded or refused), and what was wrong with that."""
    try:
        reports = ingest.files(ctx, organisation(ctx), [path])
    except PioneerError as error:
        named = path.name in error.message or MONTH_NAMED.search(error.message)
        return "refused", [] if named else [f"refused without a word on what: {error.message}"]
    except Exception as error:  # noqa: BLE001  whatever else it raises is what is looked for
        return "crashed", [f"{type(error).__name__}: {error}"]
    bill = bill_of(ctx)[0]
    said = {(report.source, f"{report.month:%Y-%m}"): report.rows for report in reports}
    return "loaded", [
        f"{key} was reported with {rows} rows and has {bill.get(key)}"
        for key, rows in said.items()
        if key not in bill or bill[key][0] != rows
    ]


def others(ctx: Context) -> list[State]:
    """What must stand, by lines and by rollup."""
    return [{key: state[key] for key in STANDING if key in state} for state in bill_of(ctx)]


def overwrite_another(ctx: Context, beside: Path, number: int) -> None:
    """The planted defect: taking in a mutant also changes a month that must stand."""
    lines = [a_line(day="2026-02-10", cost=f"8.{number}")] * 400
    ingest.files(ctx, organisation(ctx), [a_bill(beside.with_name("defect.csv"), lines)])


def main() -> int:
    """0 when nothing was wrong."""
    told = words("Mutated billing files of every format.", FULL)
    seed = told.seed if told.seed is not None else random.SystemRandom().randrange(10**6)
    with fresh(told.url) as data:
        found = run(data.parent, told.count, seed, defect=told.defect)
    if found.kilobytes > MEMORY:
        found.wrong.append(f"a load needed {found.kilobytes / 1e6:.1f} GB")
    totals = Counter[str]()
    for (kind, end), count in sorted(found.ends.items()):
        print(f"  {kind:20} {end:8} {count}")
        totals[end] += count
    ends = ", ".join(f"{count} {end}" for end, count in sorted(totals.items()))
    memory = f"at most {found.kilobytes / 1e3:.0f} MB of memory"
    print(f"mutated-bills, seed {seed}: {told.count} files: {ends}; {memory}; {len(found.wrong)} wrong")
    for each in found.wrong[:20]:
        print(f"  {each}")
    return 1 if found.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
