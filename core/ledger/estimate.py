"""What a saving came to on the bill: each day's cost against what the day would have cost, normalised for use and price.

A change of *rate* (another size, another storage type) is measured on the use there really was: each hour or GB of a day after it,
at what one cost before. A change of *quantity* (stopped, deleted, scheduled) is measured on the use there would have been: that of
the weeks before, working days and weekends apart, at what a unit costs. Where prices of a meter moved on the rest of the bill,
what is expected moves with them, so that a price cut is nobody's saving; and where commitments cover more or less of the resource
than before, what is expected is covered alike: that saving is the commitment's.

The interval is that of a sum of n future days whose mean was estimated from m days before: z s sqrt(n + n*n/m), with s the spread
of those days around what they are expected to be (a normal prediction interval; any textbook on regression).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from uuid import UUID

from core.costs.focus import HOURS
from core.ledger.entry import Entry, Proof, Realised, RealisedDay
from core.money import ZERO, total
from core.periods import month_of
from core.recommendations.lever import Lever

BEFORE = 28
"""Days before that what is expected is learnt from: whole weeks."""
LEAST_BEFORE, LEAST_AFTER = 3, 3
"""Fewer full days than this, before or after, prove nothing."""
Z = Decimal("1.645")
"""Nine of ten, two-sided."""
LEAST = Decimal("0.01")
"""Less than this share of the cost is within what rounding and the months' lengths do: nothing is claimed."""
RETURNED, RETURNED_DAYS = Decimal("0.1"), 4
"""Saved less than this share of what it used to, on so many days to the end: somebody undid it."""
_RATE = frozenset({Lever.SIZE, Lever.STORAGE, Lever.COMMITMENT})
_SATURDAY = 5
Prices = Mapping[tuple[str, date], Decimal]
"""By SKU meter and first day of a month: what a unit costs on the rest of the bill, before commitments."""


@dataclass(frozen=True)
class Billed:
    """What one meter of the resource came to on one day: USD, and the quantity in its unit (None: the bill says none)."""

    day: date
    meter: str
    unit: str
    cost: Decimal
    quantity: Decimal | None
    contracted: Decimal | None = None
    """What it would cost without commitments; None where the bill does not say."""

    @property
    def amount(self) -> Decimal | None:
        """The quantity as an amount that stays the same in months of any length: GB for GB-months, hours for hours."""
        if self.quantity is None or not monthly(self.unit):
            return self.quantity
        return self.quantity * month_days(self.day)


def ledger(
    entries: Sequence[Entry], billed: Sequence[Billed], until: date, prices: Prices
) -> dict[UUID, Realised]:
    """What each of the entries on one resource came to. Together they save what the first expects less what it costs.

    What a later one expects is what an earlier one is held against from then on. A change of rate ends with a later change of
    quantity: what is gone is no longer cheaper by the hour.
    """
    found: dict[UUID, Realised] = {}
    level: dict[date, Decimal] = {}
    ends: date | None = None
    for entry in sorted(entries, key=lambda each: (each.applied_at, str(each.id)), reverse=True):
        rate = entry.lever in _RATE
        last = min(until, ends) if rate and ends is not None else until
        found[entry.id] = one = realised(entry, billed, last, prices, level)
        level |= {day.day: day.expected for day in one.days}
        if not rate:
            ends = entry.applied_at.date()
    return found


def monthly(unit: str) -> bool:
    """Whether a unit is an amount times months: GB-Mo, IOPS-Mo."""
    return unit.endswith(("-Mo", "-Month", "-month"))


def month_days(day: date) -> int:
    """How many days the day's month has."""
    month = month_of(day)
    return (month.end - month.start).days


def realised(
    entry: Entry,
    billed: Sequence[Billed],
    until: date,
    prices: Prices,
    level: Mapping[date, Decimal] | None = None,
) -> Realised:
    """What the entry saved on each full day from the one after it until `until` (excluded).

    `level` replaces the actual cost from the day on which a later entry changed the same resource again, by what that one expects:
    so both add up and nothing is counted twice.
    """
    done = entry.applied_at.date()
    first = done - timedelta(days=BEFORE)
    before = [each for each in billed if first <= each.day < done]
    after = [each for each in billed if done < each.day < until]
    days = [done + timedelta(days=offset) for offset in range(1, (until - done).days)]
    # from its first line on, a day without lines is a day that cost nothing
    began = min((each.day for each in before), default=done)
    known = [began + timedelta(days=offset) for offset in range((done - began).days)]
    if not billed:
        return Realised(Proof.UNKNOWN, "The bill does not know the resource.")
    if len(known) < LEAST_BEFORE:
        return Realised(
            Proof.WAITING, f"The bill knows it for {len(known)} days before; {LEAST_BEFORE} are needed."
        )
    if len(days) < LEAST_AFTER:
        return Realised(
            Proof.WAITING, f"{max(len(days), 0)} full days on the bill since; {LEAST_AFTER} are needed."
        )
    model = _Rate(before, known, prices) if entry.lever in _RATE else _Quantity(before, known, prices)
    by_day: dict[date, list[Billed]] = defaultdict(list)
    for each in after:
        by_day[each.day].append(each)
    covered = _covered(before, by_day, days)
    found = tuple(
        RealisedDay(
            day,
            model.expected(day, by_day[day]) * covered[day],
            (level or {}).get(day, total(each.cost for each in by_day[day])),
        )
        for day in days
    )
    return _judged(found, model, len(known))


def _covered(
    before: Sequence[Billed], by_day: Mapping[date, Sequence[Billed]], days: Sequence[date]
) -> Mapping[date, Decimal]:
    """How much more or less of its cost commitments take off on each day than in the weeks before; days without use are as the last."""
    usual = _paid(before)
    latest, found = Decimal(1), dict[date, Decimal]()
    for day in days:
        share = _paid(by_day[day])
        if usual is not None and share is not None:
            latest = share / usual
        found[day] = latest
    return found


def _paid(billed: Sequence[Billed]) -> Decimal | None:
    """Effective cost as a share of what it would be without commitments; None where that is not known or nothing."""
    known = [each for each in billed if each.contracted]
    contracted = total(each.contracted or ZERO for each in known)
    cost = total(each.cost for each in known)
    return cost / contracted if contracted > ZERO and cost > ZERO else None


class _Model:
    """What a day is expected to cost, learnt from the days before."""

    spread: Decimal

    def expected(self, day: date, billed: Sequence[Billed]) -> Decimal:
        """USD, had nothing been done."""
        raise NotImplementedError

    def words(self) -> Mapping[str, str]:
        """What it was made of."""
        raise NotImplementedError


class _Rate(_Model):
    """Each unit of a day's use at what one cost before; what has another unit than the base stays as it is."""

    def __init__(self, before: Sequence[Billed], known: Sequence[date], prices: Prices) -> None:
        self._prices = prices
        self._unit = _base(before)
        self._meter = next((each.meter for each in before if each.unit == self._unit), "")
        touched = [each for each in before if self._touches(each)]
        amount = total(each.amount or ZERO for each in touched if each.unit == self._unit)
        cost = total(_level(each) for each in touched)
        self._rate = cost / amount if amount else ZERO
        self._since = known[-1]
        residuals = [
            total(each.cost for each in before if each.day == day)
            - self.expected(day, [each for each in before if each.day == day])
            for day in known
        ]
        self.spread = _spread(residuals, 1)

    def _touches(self, each: Billed) -> bool:
        return monthly(each.unit) == monthly(self._unit) and (monthly(self._unit) or each.unit == self._unit)

    def expected(self, day: date, billed: Sequence[Billed]) -> Decimal:
        amount = total(each.amount or ZERO for each in billed if each.unit == self._unit)
        rest = total(each.cost for each in billed if not self._touches(each))
        a_day = amount * self._rate / (month_days(day) if monthly(self._unit) else 1)
        return a_day * _index(self._prices, self._meter, self._since, day) + rest

    def words(self) -> Mapping[str, str]:
        return {
            self._meter: f"the {self._unit} of each day at {self._rate:.6f} USD, what one cost in the weeks before"
        }


class _Quantity(_Model):
    """Each meter's use of the weeks before, working days and weekends apart, at what a unit cost."""

    def __init__(self, before: Sequence[Billed], known: Sequence[date], prices: Prices) -> None:
        self._prices = prices
        self._since = known[-1]
        kinds = {weekend: sum(_weekend(day) is weekend for day in known) for weekend in (False, True)}
        self._mean: dict[tuple[str, str], dict[bool, Decimal]] = {}
        for meter, unit in sorted({(each.meter, each.unit) for each in before}):
            own = [each for each in before if (each.meter, each.unit) == (meter, unit)]
            means = {
                weekend: total(_level(each) for each in own if _weekend(each.day) is weekend) / count
                for weekend, count in kinds.items()
                if count
            }
            fallback = next(iter(means.values()))
            self._mean[meter, unit] = {weekend: means.get(weekend, fallback) for weekend in kinds}
        residuals = [
            total(each.cost for each in before if each.day == day) - self.expected(day, ()) for day in known
        ]
        self.spread = _spread(residuals, sum(bool(count) for count in kinds.values()))

    def expected(self, day: date, billed: Sequence[Billed]) -> Decimal:
        del billed
        return total(
            means[_weekend(day)]
            / (month_days(day) if monthly(unit) else 1)
            * _index(self._prices, meter, self._since, day)
            for (meter, unit), means in self._mean.items()
        )

    def words(self) -> Mapping[str, str]:
        return {
            meter: f"as in the weeks before: {means[False]:.4f} USD on a working day, {means[True]:.4f} at the weekend"
            if not monthly(unit)
            else f"as in the weeks before: {means[False]:.4f} USD in a month of it"
            for (meter, unit), means in self._mean.items()
        }


def _judged(days: tuple[RealisedDay, ...], model: _Model, known: int) -> Realised:
    saved = total(day.saved for day in days)
    n = Decimal(len(days))
    half = Z * model.spread * (n + n * n / known).sqrt()
    low, high = saved - half, saved + half
    floor = LEAST * total(day.expected for day in days)
    back = _returned(days)
    if back is not None:
        gone = total(day.saved for day in days if day.day < back)
        proof = Proof.UNDONE if gone > max(half, floor) else Proof.UNPROVEN
        why = (
            f"Since {back:%Y-%m-%d} it costs again what it would have." if proof is Proof.UNDONE else _NOTHING
        )
    elif low > floor:
        proof, why = Proof.PROVEN, f"On {len(days)} full days of the bill, whole interval above zero."
    else:
        proof, why = Proof.UNPROVEN, _NOTHING
    undone = back if proof is Proof.UNDONE else None
    return Realised(proof, why, days, saved, low, high, undone, model.words())


_NOTHING = "What it costs cannot be told from what it would have cost: nothing is claimed."


def _returned(days: Sequence[RealisedDay]) -> date | None:
    """The first of the days, to the end, on which next to nothing is saved any more; None where it still is, or never was."""
    saved = [day.saved for day in days]
    usual = median(sorted(saved, reverse=True)[: max(1, len(saved) // 4)])
    if usual <= ZERO:
        return None
    quiet = 0
    for amount in reversed(saved):
        if amount >= RETURNED * usual:
            break
        quiet += 1
    return days[len(days) - quiet].day if RETURNED_DAYS <= quiet < len(days) else None


def _level(each: Billed) -> Decimal:
    """A day's cost; of what is billed by the month, that of a whole month."""
    return each.cost * month_days(each.day) if monthly(each.unit) else each.cost


def _base(before: Sequence[Billed]) -> str:
    """The unit that a rate is a rate of: hours where there are any, else the one that costs most."""
    costs: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for each in before:
        costs[each.unit] += each.cost
    hours = [unit for unit in costs if unit in HOURS]
    return max(hours or costs, key=lambda unit: (costs[unit], unit))


def _spread(residuals: Sequence[Decimal], learnt: int) -> Decimal:
    """The standard deviation of days around what is expected of them, after so many means were learnt from them."""
    free = max(len(residuals) - learnt, 1)
    return (total(each * each for each in residuals) / free).sqrt()


def _index(prices: Prices, meter: str, since: date, day: date) -> Decimal:
    """How the price of a meter moved on the rest of the bill between two days' months; 1 where it says nothing."""
    then, now = prices.get((meter, since.replace(day=1))), prices.get((meter, day.replace(day=1)))
    return now / then if then and now else Decimal(1)


def _weekend(day: date) -> bool:
    return day.weekday() >= _SATURDAY
