"""What was done to save, and how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from core.money import ZERO
from core.recommendations.lever import Lever

DAYS_PER_MONTH = Decimal(365) / 12


class Proof(StrEnum):
    """How far the bill proves a saving."""

    WAITING = "waiting"
    """Too few full days of the bill since, or none before."""
    PROVEN = "proven"
    """The whole interval is above zero."""
    UNPROVEN = "not proven"
    """The interval holds zero: nothing is claimed."""
    UNDONE = "undone"
    """It was there, and then the cost came back."""
    UNKNOWN = "unknown"
    """The bill does not know the resource."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing done to one resource to save. `promised` is USD a month; `rule` is empty for what was done elsewhere and told us."""

    id: UUID
    rule: str
    title: str
    lever: Lever
    resource_id: str
    resource_name: str
    account_id: str
    region: str
    promised: Decimal
    applied_at: datetime
    applied_by: str
    ended_at: datetime | None = None
    """When we took it back ourselves."""
    finding_id: UUID | None = None
    action_id: UUID | None = None

    @property
    def promised_a_day(self) -> Decimal:
        """USD a day, of a month of 365/12 days."""
        return self.promised / DAYS_PER_MONTH


@dataclass(frozen=True)
class RealisedDay:
    """One full day after: what it would have cost, what it cost, and the difference in USD."""

    day: date
    expected: Decimal
    actual: Decimal

    @property
    def saved(self) -> Decimal:
        """Negative where it cost more than it would have."""
        return self.expected - self.actual


@dataclass(frozen=True)
class Realised:
    """What an entry came to by the last full day of the bill. `low` and `high` hold the true saving in nine of ten cases."""

    proof: Proof
    why: str
    days: tuple[RealisedDay, ...] = ()
    saved: Decimal = ZERO
    low: Decimal = ZERO
    high: Decimal = ZERO
    undone_on: date | None = None
    normalised: Mapping[str, str] = field(default_factory=dict)
    """What the counterfactual was made of, in words, by SKU meter."""

    @property
    def counted(self) -> Decimal:
        """What the ledger claims: nothing unless the bill proves it."""
        return self.saved if self.proof in {Proof.PROVEN, Proof.UNDONE} else ZERO


@dataclass(frozen=True)
class Standing:
    """An entry and what it came to, without its days; `promised` is USD over the days judged. `result` None: not computed yet."""

    entry: Entry
    result: Realised | None
    days: int
    promised: Decimal
    until: date | None

    @property
    def holds(self) -> bool:
        """Whether it still promises to save: we did not take it back, and the bill does not show it undone."""
        return self.entry.ended_at is None and (self.result is None or self.result.undone_on is None)

    @property
    def judged(self) -> bool:
        """Whether the bill could tell anything yet; what it could not is unknown, and no 0."""
        return self.result is not None and self.result.proof not in {Proof.WAITING, Proof.UNKNOWN}


@dataclass(frozen=True)
class TrackRecord:
    """How far a rule's promises came true, of its entries that the bill can judge. `ratio` None: none yet."""

    rule: str
    entries: int
    judged: int
    promised: Decimal
    """USD over the days judged."""
    realised: Decimal

    @property
    def ratio(self) -> Decimal | None:
        """Realised of promised: 1 is a promise kept."""
        return self.realised / self.promised if self.promised > ZERO else None
