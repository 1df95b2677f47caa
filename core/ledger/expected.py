"""What a day would have cost, learnt from the weeks before: by the use there was, or by the use there would have been."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.costs.focus import HOURS
from core.figures import usd
from core.money import ZERO, total
from core.periods import month_of

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


def monthly(unit: str) -> bool:
    """Whether a unit is an amount times months: GB-Mo, IOPS-Mo."""
    return unit.endswith(("-Mo", "-Month", "-month"))


def month_days(day: date) -> int:
    """How many days the day's month has."""
    month = month_of(day)
    return (month.end - month.start).days


class Model:
    """What a day is expected to cost, learnt from the days before."""

    spread: Decimal

    def expected(self, day: date, billed: Sequence[Billed]) -> Decimal:
        """USD, had nothing been done."""
        raise NotImplementedError

    def words(self) -> Mapping[str, str]:
        """What it was made of."""
        raise NotImplementedError


class Rate(Model):
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
        """The units of the day at what one cost before."""
        amount = total(each.amount or ZERO for each in billed if each.unit == self._unit)
        rest = total(each.cost for each in billed if not self._touches(each))
        a_day = amount * self._rate / (month_days(day) if monthly(self._unit) else 1)
        return a_day * _index(self._prices, self._meter, self._since, day) + rest

    def words(self) -> Mapping[str, str]:
        """What it is made of."""
        return {
            self._meter: f"the {self._unit} of each day at {usd(self._rate, 6)}, what one cost in the weeks before"
        }


class Quantity(Model):
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
        """The use of such a day before, at what a unit costs."""
        del billed
        return total(
            means[_weekend(day)]
            / (month_days(day) if monthly(unit) else 1)
            * _index(self._prices, meter, self._since, day)
            for (meter, unit), means in self._mean.items()
        )

    def words(self) -> Mapping[str, str]:
        """What it is made of."""
        return {
            meter: f"as in the weeks before: {usd(means[False], 4)} on a working day, {usd(means[True], 4)} at the weekend"
            if not monthly(unit)
            else f"as in the weeks before: {usd(means[False], 4)} in a month of it"
            for (meter, unit), means in self._mean.items()
        }


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
