"""What came of taking a bill in: how much, what changed since the version before, and which versions are not taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from core.errors import Invalid
from core.figures import unrounded
from core.money import EXACT, ZERO

Totals = Mapping[str, Mapping[str, Decimal]]
"""Cost column -> currency -> exact sum."""
BILLED = "BilledCost"
TOLERATED = Decimal("0.2")
"""A version given by hand may lower a month's rows or billed cost by this share; more must be said to be meant."""


class Outcome(StrEnum):
    """How a load ended."""

    LOADED = "loaded"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True)
class Change:
    """Why a month differs from its version before: lines of one kind that are `new`, `gone` or `changed`.

    `service` is empty where several were put together. `amounts` are differences, cost column -> sum, in `currency`.
    """

    reason: str
    category: str
    service: str
    currency: str
    lines: int
    amounts: Mapping[str, Decimal]


@dataclass(frozen=True)
class LoadReport:
    """One billing month of one source.

    `unknown_columns` are the files' that nobody expected, kept aside; `rounded` counts binary floating-point values of the files whose
    digits beyond the twentieth place were rounded half-even. `before_rows` and `before` are those of the version it replaced, `changes`
    add up to the difference, and `listed_rows` are those that its manifest promised.
    """

    source: str
    month: date
    outcome: Outcome
    rows: int
    totals: Totals
    unknown_columns: tuple[str, ...] = ()
    rounded: int = 0
    notes: tuple[str, ...] = field(default=())
    before_rows: int | None = None
    before: Totals | None = None
    changes: tuple[Change, ...] = ()
    listed_rows: int | None = None

    @property
    def difference(self) -> dict[str, dict[str, Decimal]]:
        """Totals less those before; empty for a month that had none."""
        return {} if self.before is None else difference(self.before, self.totals)


@dataclass(frozen=True)
class Quarantined:
    """A file that was not taken in, and why. `months` are those (source, month) known to have lines in it.

    `whole` says that all its lines told their month; else it may have lines of any.
    """

    name: str
    reason: str
    months: frozenset[tuple[str, str]] = frozenset()
    whole: bool = False


@dataclass(frozen=True)
class Run:
    """Files being taken in together: what is said of it, and the part done (0 to 1) where that is known."""

    id: UUID
    what: str
    said: str
    part: float | None
    started_at: datetime
    ended_at: datetime | None = None
    state: str = "running"
    message: str = ""
    quarantined: tuple[Quarantined, ...] = ()


@dataclass(frozen=True)
class LoadRecord:
    """One load as history keeps it; `report` is None for those from before reports were kept, and for failures."""

    id: UUID
    source: str
    month: date
    outcome: Outcome
    started_at: datetime
    settled_at: datetime | None
    message: str
    report: LoadReport | None
    run: Run | None = None


@dataclass(frozen=True)
class Restatement:
    """A month that was replaced by a later version. `billed` is currency -> difference; None for who may not see the whole bill."""

    source: str
    month: date
    at: datetime
    billed: Mapping[str, Decimal] | None
    load_id: UUID


class PartlyTaken(Invalid):
    """Some files or months were taken in (`reports`), others were not: the message says which, and why."""

    def __init__(self, message: str, reports: Sequence[LoadReport], *, mend: str | None = None) -> None:
        super().__init__(message, mend=mend)
        self.reports = tuple(reports)


@dataclass(frozen=True)
class Size:
    """How large a version of a month is: its rows, and its billed cost by currency."""

    rows: int
    billed: Mapping[str, Decimal]


def difference(before: Totals, after: Totals) -> dict[str, dict[str, Decimal]]:
    """After less before, for every cost column and currency that either has."""
    found: dict[str, dict[str, Decimal]] = {}
    for cost in dict.fromkeys((*before, *after)):
        old, new = before.get(cost, {}), after.get(cost, {})
        found[cost] = {
            currency: EXACT.subtract(new.get(currency, ZERO), old.get(currency, ZERO))
            for currency in sorted({*old, *new})
        }
    return found


def lowered(old: Size, new: Size, tolerated: Decimal = TOLERATED) -> str:
    """What `new` lowers by more than the tolerated share, in words; empty when nothing."""
    said = []
    if new.rows < old.rows * (1 - tolerated):
        said.append(f"{old.rows} rows to {new.rows}")
    for currency in sorted({*old.billed, *new.billed}):
        was, now = old.billed.get(currency, ZERO), new.billed.get(currency, ZERO)
        if EXACT.subtract(was, now) > EXACT.multiply(abs(was), tolerated):
            change = unrounded(EXACT.subtract(now, was), currency)
            said.append(f"billed cost {unrounded(was, currency)} to {unrounded(now, currency)} ({change})")
    return ", ".join(said)


def withheld(
    months: Mapping[tuple[str, str], Size],
    standing: Mapping[tuple[str, str], Size],
    quarantined: Sequence[Quarantined],
) -> dict[tuple[str, str], str]:
    """Which of the months found do not go in because a file given with them could not be used, each with the reason.

    A month that the broken file has lines of would be published in part. A file that could not be read to its end may have lines of any
    month: then no month that stands may become smaller by it.
    """
    found = {}
    for key, size in months.items():
        inside = [each.name for each in quarantined if key in each.months]
        unread = [each.name for each in quarantined if not each.whole]
        if inside:
            found[key] = f"{' and '.join(inside)} has lines of it, too"
        elif unread and key in standing and (less := lowered(standing[key], size, ZERO)):
            found[key] = (
                f"{' and '.join(unread)} may have lines of it, and without them it would go from {less}"
            )
    return found
