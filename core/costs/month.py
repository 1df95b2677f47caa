"""Where this month stands, and where it is heading."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.costs.spend import Part
from core.money import EXACT, ZERO, total
from core.periods import Period, month_back, month_of

RECENT_DAYS = 7
"""The run rate is the mean of this many last full days: a whole week, so that a weekend weighs as much as it does."""
CENT = Decimal("0.01")


@dataclass(frozen=True)
class MonthToDate:
    """This month's full days so far against the same days of last month, and where the month is heading. Amounts in one currency.

    `expected` is an estimate, and `method` says how it was made; None when there is nothing to go by.
    """

    month: Period
    through: date | None
    so_far: Decimal | None
    same_days_last_month: Decimal | None
    last_month: Decimal | None
    expected: Decimal | None
    method: str
    currency: str | None
    currencies: tuple[tuple[str, Decimal], ...] = ()

    @property
    def days(self) -> Period | None:
        """The full days so far; None while there is none."""
        return None if self.through is None else Period(self.month.start, self.through + timedelta(days=1))


def full_until(today: date, last_day: date | None) -> date | None:
    """The day before which days are full: the last day in the bill, like today, may still be filling."""
    return None if last_day is None else min(today, last_day)


def usage_and_other(
    parts: Iterable[Part], currency: str | None
) -> tuple[Mapping[date, Decimal], Mapping[date, Decimal]]:
    """Cost a day of usage, and of all else, of parts in one currency cut by (day, charge category)."""
    usage, other = dict[date, Decimal](), dict[date, Decimal]()
    for part in parts:
        if part.currency == currency and isinstance(day := part.keys[0], date):
            days = usage if part.keys[1] == "Usage" else other
            days[day] = EXACT.add(days.get(day, ZERO), part.cost)
    return usage, other


def run_rate(usage: Mapping[date, Decimal], first_day: date, until: date) -> tuple[Decimal, int]:
    """Cost a day of usage, the mean of the last full days before `until`, and how many days that is of."""
    recent = Period(max(until - timedelta(days=RECENT_DAYS), first_day), until)
    if not recent.length:
        return ZERO, 0
    return total(usage.get(day, ZERO) for day in recent.days()) / recent.length, recent.length


def month_to_date(
    today: date,
    first_day: date | None,
    last_day: date | None,
    usage: Mapping[date, Decimal],
    other: Mapping[date, Decimal],
    currencies: Sequence[tuple[str, Decimal]],
    currency: str | None,
) -> MonthToDate:
    """Sum this month's full days, the same days of last month, and project the month's end.

    `usage` is cost a day of charges that recur (usage), `other` of all else (tax, credits, purchases), which is counted and not projected.
    """
    month = month_of(today)
    last = month_of(month_back(today, 1))
    until = full_until(today, last_day)
    if until is None or first_day is None or until <= month.start:
        return MonthToDate(
            month=month,
            through=None,
            so_far=None,
            same_days_last_month=None,
            last_month=_sum(last, usage, other)
            if first_day and until and first_day <= last.start and until >= last.end
            else None,
            expected=None,
            method="The bill has no full day of this month yet.",
            currency=currency,
            currencies=tuple(currencies),
        )
    so_far = Period(month.start, until)
    known = first_day <= last.start
    same = same_days_last_month(so_far)
    rate, recent = run_rate(usage, first_day, until)
    spent = _sum(so_far, usage, other)
    left = (month.end - until).days
    return MonthToDate(
        month=month,
        through=until - timedelta(days=1),
        so_far=spent,
        same_days_last_month=_sum(same, usage, other) if known else None,
        last_month=_sum(last, usage, other) if known else None,
        expected=(spent + rate * left).quantize(CENT),
        method=f"Estimate: spent so far, and {left} more days at the mean of the last {recent} full days' usage.",
        currency=currency,
        currencies=tuple(currencies),
    )


def same_days_last_month(so_far: Period) -> Period:
    """The days of last month that as many days from the beginning of this one are held against."""
    last = month_of(month_back(so_far.start, 1))
    return Period(last.start, min(last.start + timedelta(days=so_far.length), last.end))


def _sum(period: Period, *costs: Mapping[date, Decimal]) -> Decimal:
    return total(_within(period, costs))


def _within(period: Period, costs: Iterable[Mapping[date, Decimal]]) -> Iterable[Decimal]:
    return (amount for days in costs for day, amount in days.items() if period.contains(day))
