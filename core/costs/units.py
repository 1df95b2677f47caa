"""Unit economics: what an order, a thousand requests or a gigabyte served costs.

A day whose metric or whose bill is not known has no cost per unit: it is unknown, not zero. Of a week or month only the days count on
which both are known, in the cost as in the units.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from uuid import UUID

from core.costs.scope import DAY, MONTH, WEEK, CostType, Dimension, Filter
from core.errors import Invalid
from core.money import EXACT, total
from core.periods import Period

RATIO_PLACES = 12
"""Places of a cost per unit, rounded half-even: it is a quotient, not a sum of the bill."""
LONGEST_NAME = 60
STATISTICS = ("Sum", "SampleCount", "Average", "Maximum", "Minimum")
"""CloudWatch's statistics; a count of things is a Sum of what they report, or a SampleCount."""
SCALES = (1, 1_000, 1_000_000)
"""How many units a cost may be told for: one, a thousand, a million."""


@dataclass(frozen=True)
class CloudWatchMetric:
    """A metric in CloudWatch, read once a day, each day in UTC."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    account_id: str
    region: str

    def __post_init__(self) -> None:
        """Refuse what CloudWatch would not understand."""
        if not self.namespace.strip() or not self.name.strip() or not self.region.strip():
            raise Invalid("A CloudWatch metric has a namespace, a name and a region.")
        if self.statistic not in STATISTICS:
            message = f"{self.statistic!r} is no statistic of CloudWatch's."
            raise Invalid(message, mend=f"Use one of {', '.join(STATISTICS)}.")
        if any(not key or not value for key, value in self.dimensions):
            raise Invalid("Each dimension of a CloudWatch metric has a name and a value, as Store=all.")


@dataclass(frozen=True)
class UnitMetric:
    """A thing counted a day, and which cost is shared by it. `per` units (1, 1,000, ...) is what the cost is told for.

    `source` None: its days are sent or uploaded. `currency` None: the one with the largest cost.
    """

    name: str
    per: int = 1
    filters: tuple[Filter, ...] = ()
    cost: CostType = CostType.EFFECTIVE
    currency: str | None = None
    source: CloudWatchMetric | None = None

    def __post_init__(self) -> None:
        """Refuse a name that is none, and a scale that is not offered."""
        if not self.name.strip() or not self.name.isprintable() or len(self.name) > LONGEST_NAME:
            raise Invalid(f"What is counted has a name of 1 to {LONGEST_NAME} visible characters, as orders.")
        if "/" in self.name or self.name != self.name.strip():
            raise Invalid("The name of what is counted holds no slash and no space at its ends.")
        if self.per not in SCALES:
            raise Invalid(f"A cost is told for one of {', '.join(f'{each:,}' for each in SCALES)} units.")

    @property
    def called(self) -> str:
        """What its cost is called: `Cost per 1,000 requests`, `Unit cost of orders`."""
        return f"Cost per {self.per:,} {self.name}" if self.per > 1 else f"Unit cost of {self.name}"


@dataclass(frozen=True)
class KeptUnit:
    """A metric as we keep it: until which day it is known, and why the last reading from CloudWatch failed (empty: it did not)."""

    id: UUID
    organisation_id: UUID
    metric: UnitMetric
    first_day: date | None
    last_day: date | None
    days: int
    fetched_at: datetime | None
    problem: str


@dataclass(frozen=True)
class Point:
    """A day, week (its Monday) or month (its first). `cost` and `units` are of the `known` of its `days` on which both are known."""

    step: date
    cost: Decimal | None
    units: Decimal | None
    per_unit: Decimal | None
    known: int
    days: int
    because: str
    """Why `per_unit` is unknown; empty where it is known."""
    counted: Period | None = None
    """From the first to the last of the known days; None where no day is known."""
    between: tuple[date, ...] = ()
    """The days of `counted` that are not known, and so in neither `cost` nor `units`."""


@dataclass(frozen=True)
class UnitCost:
    """Cost per unit over time, and of the whole period. Amounts in one currency; `currencies` are all totals found."""

    metric: UnitMetric
    step: Dimension
    period: Period
    points: tuple[Point, ...]
    whole: Point
    samples: Mapping[date, Decimal]
    currency: str | None
    currencies: tuple[tuple[str, Decimal], ...]
    unknown_lines: int
    limited: bool
    """Whether only some accounts' cost is in it, those that the user sees."""


def read_at(now: datetime, settling: timedelta) -> datetime:
    """The newest instant at which yesterday's points were all in: a metric read before it is due."""
    midnight = datetime(now.year, now.month, now.day, tzinfo=UTC)
    latest = midnight + settling
    return latest if latest <= now else latest - timedelta(days=1)


def over_time(
    metric: UnitMetric,
    step: Dimension,
    period: Period,
    costs: Mapping[date, Decimal],
    billed: Period,
    samples: Mapping[date, Decimal],
) -> tuple[tuple[Point, ...], Point]:
    """Each day, week or month of a period, and the whole. `costs` are by day, those without cost left out; `billed`: days the bill holds in full."""
    steps: dict[date, list[date]] = {}
    for day in period.days():
        steps.setdefault(_begin(step, day), []).append(day)
    points = tuple(_point(metric, begin, days, costs, billed, samples) for begin, days in steps.items())
    return points, _point(metric, period.start, list(period.days()), costs, billed, samples)


def _point(
    metric: UnitMetric,
    begin: date,
    days: Sequence[date],
    costs: Mapping[date, Decimal],
    billed: Period,
    samples: Mapping[date, Decimal],
) -> Point:
    both = [day for day in days if day in samples and billed.contains(day)]
    if not both:
        because = (
            f"{metric.name} not known"
            if any(billed.contains(day) for day in days)
            else "not in the bill in full"
        )
        return Point(begin, None, None, None, 0, len(days), because)
    counted, known = Period(both[0], both[-1] + timedelta(days=1)), frozenset(both)
    cost = total(costs[day] for day in both if day in costs)
    units = total(samples[day] for day in both)
    per_unit = ratio(cost, units, metric.per)
    return Point(
        begin,
        cost,
        units,
        per_unit,
        len(both),
        len(days),
        "" if per_unit is not None else f"no {metric.name}",
        counted,
        tuple(day for day in counted.days() if day not in known),
    )


def ratio(cost: Decimal, units: Decimal, per: int = 1) -> Decimal | None:
    """Cost per `per` units to `RATIO_PLACES` places, half-even; None where there was no unit."""
    if not units:
        return None
    exact = EXACT.divide(EXACT.multiply(cost, Decimal(per)), units)
    return exact.quantize(Decimal(1).scaleb(-RATIO_PLACES), rounding=ROUND_HALF_EVEN, context=EXACT)


def _begin(step: Dimension, day: date) -> date:
    begins = {DAY: day, WEEK: day - timedelta(days=day.weekday()), MONTH: day.replace(day=1)}
    if step not in begins:
        raise Invalid("Cost per unit is by day, week or month.")
    return begins[step]
