"""Savings Plans and reservations: how far they are used, what they cover, what of them is wasted, and when they end.

    commitment    used + unused               both amortised, as the bill has them (EffectiveCost)
    utilisation   used / commitment           FinOps Foundation, "Commitment discount utilization"; AWS counts a reservation's
                                              in hours, which is the same, since all its hours cost alike
    waste         unused                      EffectiveCost of lines whose CommitmentDiscountStatus is Unused (FOCUS 1.0)
    coverage      covered / (covered + on demand)   both at public on-demand prices (ListCost), as AWS's coverage reports have it

"On demand" is what a commitment could cover and none does: usage at standard prices (PricingCategory Standard, so no Spot) of what
AWS sells Savings Plans or reservations for, see `COVERABLE`; of other providers, compute and databases billed by the hour.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from core.money import EXACT, ZERO, total
from core.periods import Period

COVERABLE = (
    "BoxUsage",
    "DedicatedUsage",
    "Fargate-",
    "Lambda-GB-Second",
    "Lambda-Provisioned",
    "InstanceUsage",
    "Multi-AZUsage",
    "Multi-AZClusterUsage",
    "ServerlessUsage",
    "NodeUsage",
    "Node:",
    "ESInstance",
    ":ml.",
)
"""What the usage types hold of EC2, Fargate, Lambda, RDS and Aurora, ElastiCache and MemoryDB, Redshift, OpenSearch and SageMaker.

Source: AWS, "What are Savings Plans?" and the pages on reserved instances and nodes of each service.
"""
COVERABLE_CATEGORIES = ("Compute", "Databases")
"""ServiceCategory of what counts where there is no AWS usage type to tell it from."""
RATIO = Decimal("0.000001")
"""Ratios keep six places."""
LATE = timedelta(days=1)
"""The newest day of a bill may still lack lines: a commitment that is missing on it alone has not ended."""
NOT_HERE = "The bill has no cost of it in this period."
GET_EXPIRY = (
    "FOCUS bills carry no expiry. Take in the account's cost and usage report (CUR 2.0), which does, "
    "or look it up under Billing, Savings Plans, Inventory (or Reservations) in the AWS console."
)


class Term(StrEnum):
    """Where a commitment stands."""

    RUNNING = "running"
    EXPIRED = "expired"
    """Its expiry is known and past."""
    ENDED = "ended"
    """The bill has no line of it any more."""
    UNKNOWN = "unknown"
    """It is not on the lines of the accounts that one sees, and may be used by others."""


def ratio(part: Decimal, whole: Decimal) -> Decimal | None:
    """From 0 to 1, to `RATIO`. None where there is no whole, or where corrections leave a part that is none of it."""
    if whole <= 0 or not ZERO <= part <= whole:
        return None
    return EXACT.divide(part, whole).quantize(RATIO, rounding=ROUND_HALF_EVEN, context=EXACT)


@dataclass(frozen=True)
class Use:
    """Amortised cost of what was used and of what nobody used; `unknown` lines say no such cost."""

    used: Decimal = ZERO
    unused: Decimal = ZERO
    unknown: int = 0

    @property
    def commitment(self) -> Decimal:
        """What was committed to."""
        return EXACT.add(self.used, self.unused)

    @property
    def utilisation(self) -> Decimal | None:
        """Used / commitment; None where nothing was committed to, or a line says no cost."""
        return None if self.unknown else ratio(self.used, self.commitment)

    def __add__(self, other: "Use") -> "Use":
        """Both together, exactly."""
        return Use(
            EXACT.add(self.used, other.used),
            EXACT.add(self.unused, other.unused),
            self.unknown + other.unknown,
        )


@dataclass(frozen=True)
class Cover:
    """At on-demand prices: what commitments covered, and what they could have; `unknown` lines say no such price."""

    covered: Decimal = ZERO
    on_demand: Decimal = ZERO
    unknown: int = 0

    @property
    def coverable(self) -> Decimal:
        """What all of it would cost on demand."""
        return EXACT.add(self.covered, self.on_demand)

    @property
    def coverage(self) -> Decimal | None:
        """Covered / coverable; None where there is nothing to cover, or a line says no price."""
        return None if self.unknown else ratio(self.covered, self.coverable)

    def __add__(self, other: "Cover") -> "Cover":
        """Both together, exactly."""
        return Cover(
            EXACT.add(self.covered, other.covered),
            EXACT.add(self.on_demand, other.on_demand),
            self.unknown + other.unknown,
        )


@dataclass(frozen=True)
class Slot:
    """One hour of a day (UTC), or with `hour` None what is billed by the day or longer and begins on it."""

    day: date
    hour: int | None
    use: Use
    cover: Cover


@dataclass(frozen=True)
class Commitment:
    """One Savings Plan or reservation in a period, in one currency. `first` and `last` are its days on the whole bill.

    `missing` says why its utilisation is not known; `by_month`: what nobody used of it is billed for longer than a day.
    """

    id: str
    name: str | None
    type: str | None
    category: str | None
    provider: str | None
    currency: str | None
    first: date
    last: date
    term: Term
    expires: datetime | None
    use: Use = field(default_factory=Use)
    cover: Cover = field(default_factory=Cover)
    billed: Decimal = ZERO
    """What was asked for it in the period: fees, and what was paid upfront."""
    by_month: bool = False
    missing: str | None = None

    @property
    def utilisation(self) -> Decimal | None:
        """Of the whole commitment; None as `missing` says."""
        return None if self.missing else self.use.utilisation

    @property
    def expiry_missing(self) -> str | None:
        """How its expiry comes to be known, where it is not."""
        return None if self.expires or self.term is Term.ENDED else GET_EXPIRY


@dataclass(frozen=True)
class Standing:
    """All commitments in a period, in one currency; `days` leave out the use of those that are `by_month`.

    `all_seen`: no account is hidden from the one who asks, so that what is used of a commitment is all there is.
    """

    period: Period
    currency: str | None
    currencies: tuple[str, ...]
    commitments: tuple[Commitment, ...]
    days: tuple[Slot, ...]
    all_seen: bool = True

    @property
    def use(self) -> Use:
        """Of all commitments together."""
        return sum((each.use for each in self.commitments), Use())

    @property
    def cover(self) -> Cover:
        """Of all days together."""
        return sum((each.cover for each in self.days), Cover())

    @property
    def missing(self) -> tuple[str, ...]:
        """Why the utilisation of all together is not known: what is not known of one of them."""
        return tuple(
            f"{each.name or each.id}: {each.missing}"
            for each in self.commitments
            if each.missing not in {None, NOT_HERE}
        )

    @property
    def utilisation(self) -> Decimal | None:
        """Of all together; None as `missing` says, or where there is none."""
        return None if self.missing else self.use.utilisation

    @property
    def running(self) -> tuple[Commitment, ...]:
        """Those whose term goes on."""
        return tuple(each for each in self.commitments if each.term is Term.RUNNING)

    @property
    def next_expiry(self) -> Commitment | None:
        """The running one that ends first, of those whose expiry is known."""
        known = [each for each in self.running if each.expires]
        return min(known, key=lambda each: (each.expires, each.id), default=None)


@dataclass(frozen=True)
class Covered:
    """Coverage of one value of a dimension; None: lines without one."""

    value: str | None
    cover: Cover


def coverable(values: Iterable[Covered]) -> tuple[Covered, ...]:
    """Those with the most on demand first."""
    return tuple(
        sorted(
            values,
            key=lambda each: (each.cover.on_demand.copy_negate(), each.value is None, each.value or ""),
        )
    )


def term(last: date, newest: date, expires: datetime | None, now: datetime, *, all_seen: bool) -> Term:
    """Where a commitment stands whose last line is of `last`, on a bill that reaches to `newest`.

    Without `all_seen`, accounts that one does not see may go on using it.
    """
    if expires is not None and expires <= now:
        return Term.EXPIRED
    if last >= newest - LATE:
        return Term.RUNNING
    return Term.ENDED if all_seen else Term.UNKNOWN


def expiry(text: str | None) -> datetime | None:
    """When a term ends, as a cost and usage report writes it; None for what is no such time."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else None


def missing(use: Use, *, all_seen: bool, cut: bool) -> str | None:
    """Why a utilisation is not known, in words; None where it is. `cut`: a line of what nobody used reaches out of the period."""
    if not all_seen:
        return "Accounts that you do not see may use it, too."
    if cut:
        return "What nobody used of it is billed by the month. Choose whole months."
    if use.unknown:
        return f"{use.unknown:,} of its bill lines say no effective cost."
    if not use.commitment:
        return NOT_HERE
    return "Corrections on the bill outweigh its cost." if use.utilisation is None else None


def by_day(slots: Iterable[Slot]) -> tuple[Slot, ...]:
    """Slots added up to days, in order."""
    days: dict[date, Slot] = {}
    for each in slots:
        held = days.get(each.day, Slot(each.day, None, Use(), Cover()))
        days[each.day] = Slot(each.day, None, held.use + each.use, held.cover + each.cover)
    return tuple(days[day] for day in sorted(days))


def largest(sums: Mapping[str, Decimal], wanted: str | None) -> str | None:
    """The currency asked for, else the one with the most money, else None."""
    if wanted is not None or not sums:
        return wanted
    return min(sums, key=lambda each: (sums[each].copy_negate(), each))


def money(slots: Iterable[Slot]) -> Decimal:
    """How much stands in these: what decides which currency is shown unasked."""
    return total(
        amount
        for each in slots
        for amount in (each.use.used, each.use.unused, each.cover.covered, each.cover.on_demand)
    )
