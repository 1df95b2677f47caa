"""Budgets: how much of one is spent, and where its period is heading.

The burn is the bill's sum over the period's full days. The period's end is expected as a month's is (`core.costs.month`): spent so far, and
the days left at the mean of the last full days' usage.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from core.costs.month import CENT, full_until, run_rate
from core.costs.scope import CostType, Filter, Scope
from core.errors import Invalid
from core.money import EXACT, ZERO, total
from core.periods import Period, month_back

LONGEST_NAME = 100
LONGEST_CURRENCY = 20
FIRST_YEAR, LAST_YEAR = 2000, 2200
LARGEST = Decimal(10) ** 15
STEEPEST = 100
"""Per cent a period: a budget that more than doubles each time is a slip of the keyboard."""
EARLIER = 6
"""Earlier periods that are shown beside the present one."""


class Every(StrEnum):
    """How long a budget's period is; quarters and years are the calendar's."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """The same in months."""
        return {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}[self]


class State(StrEnum):
    """How a budget stands."""

    WITHIN = "within plan"
    AT_RISK = "at risk"
    BREACHED = "breached"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Plan:
    """How much may be spent on what. `amount` is for the period that holds `first`; each later one has `growth` per cent more."""

    name: str
    amount: Decimal
    currency: str
    every: Every
    first: date
    growth: Decimal = ZERO
    filters: tuple[Filter, ...] = ()
    cost: CostType = CostType.EFFECTIVE

    def __post_init__(self) -> None:
        """Refuse amounts and names that cannot be meant."""
        if not self.name.strip() or not self.name.isprintable() or len(self.name) > LONGEST_NAME:
            raise Invalid(f"A budget has a name of 1 to {LONGEST_NAME} visible characters.")
        if (
            not self.amount.is_finite()
            or not 0 < self.amount < LARGEST
            or self.amount != round(self.amount, 2)
        ):
            raise Invalid("A budget's amount is more than zero, with two places behind the point at most.")
        if (
            not self.growth.is_finite()
            or abs(self.growth) >= STEEPEST
            or self.growth != round(self.growth, 2)
        ):
            message = f"A budget grows or shrinks by less than {STEEPEST} per cent a period, with two places at most."
            raise Invalid(message)
        if (
            not self.currency.strip()
            or not self.currency.isprintable()
            or len(self.currency) > LONGEST_CURRENCY
        ):
            raise Invalid("A budget is in one currency, as USD.")
        if not FIRST_YEAR <= self.first.year <= LAST_YEAR:
            message = f"A budget begins between {FIRST_YEAR} and {LAST_YEAR}."
            raise Invalid(message)

    def scope(self, period: Period) -> Scope:
        """Which part of the bill it is about."""
        return Scope(period, cost=self.cost, currency=self.currency, filters=self.filters)


@dataclass(frozen=True)
class Budget:
    """A plan as we keep it."""

    id: UUID
    organisation_id: UUID
    plan: Plan
    version: int
    created_by: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class Bill:
    """What the bill says in one currency: cost a day of usage and of all else, and from which to which day it has lines.

    `elsewhere` are totals in other currencies; they are never added. `unknown_lines` carry no amount of the cost type.
    """

    usage: Mapping[date, Decimal]
    other: Mapping[date, Decimal]
    first_day: date | None
    last_day: date | None
    elsewhere: tuple[tuple[str, Decimal], ...] = ()
    unknown_lines: int = 0

    def cost(self, period: Period) -> Decimal:
        """All that was charged on days of a period, to the last digit."""
        return total(
            amount
            for days in (self.usage, self.other)
            for day, amount in days.items()
            if period.contains(day)
        )


@dataclass(frozen=True)
class Standing:
    """How a plan stands in one period. `burn` is of its full days up to `through`; `expected` is an estimate and `method` says which.

    `missing_before`: the bill begins only there, so that burn and estimate are too low. None where something is unknown.
    """

    period: Period
    planned: Decimal | None
    burn: Decimal | None
    through: date | None
    expected: Decimal | None
    method: str
    state: State
    breached_on: date | None = None
    breach_expected: date | None = None
    missing_before: date | None = None


@dataclass(frozen=True)
class Past:
    """An earlier period: what it cost and what was planned then (None: unknown, or no plan yet); not `whole` where the bill lacks days of it."""

    period: Period
    actual: Decimal | None
    planned: Decimal | None
    whole: bool


def period_of(every: Every, day: date) -> Period:
    """The month, quarter or year of the calendar that holds a day."""
    start = month_back(day, (day.month - 1) % every.months)
    return Period(start, month_back(start, -every.months))


def earlier(every: Every, period: Period, count: int = EARLIER) -> tuple[Period, ...]:
    """The periods before one, oldest first."""
    starts = [month_back(period.start, every.months * back) for back in range(count, 0, -1)]
    return tuple(period_of(every, start) for start in starts)


def planned(plan: Plan, period: Period) -> Decimal | None:
    """The amount for one period: compounded exactly, then rounded once, half-even, to a hundredth. None before the plan's first period."""
    first = period_of(plan.every, plan.first)
    months = (period.start.year - first.start.year) * 12 + period.start.month - first.start.month
    if months < 0:
        return None
    grown = Fraction(plan.amount) * (1 + Fraction(plan.growth) / 100) ** (months // plan.every.months)
    return EXACT.scaleb(Decimal(round(grown * 100)), -2)


def standing(plan: Plan, period: Period, today: date, bill: Bill) -> Standing:
    """How a plan stands in a period that has begun."""
    amount = planned(plan, period)
    until = full_until(today, bill.last_day)
    if until is None or bill.first_day is None or until <= period.start or bill.first_day >= period.end:
        method = f"The bill has no full day of this {plan.every} yet."
        return Standing(period, amount, None, None, None, method, State.UNKNOWN)
    so_far = Period(period.start, min(until, period.end))
    spent, left = bill.cost(so_far), (period.end - so_far.end).days
    rate, recent = run_rate(bill.usage, bill.first_day, so_far.end)
    on = _breached_on(amount, so_far, bill)
    ahead = (
        None if on or amount is None else _breach_expected(EXACT.subtract(amount, spent), rate, so_far.end)
    )
    ahead = ahead if ahead and ahead < period.end else None
    missing = bill.first_day if bill.first_day > period.start else None
    if amount is None:
        state = State.UNKNOWN
    elif on:
        state = State.BREACHED
    elif ahead:
        state = State.AT_RISK
    else:
        state = State.UNKNOWN if missing else State.WITHIN
    method = (
        f"Estimate: spent so far, and {left} more days at the mean of the last {recent} full days' usage."
        if left
        else f"The {plan.every} is over."
    )
    return Standing(
        period,
        amount,
        spent,
        so_far.end - timedelta(days=1),
        EXACT.add(spent, EXACT.multiply(rate, Decimal(left))).quantize(CENT, context=EXACT)
        if left
        else spent,
        method,
        state,
        on,
        ahead,
        missing,
    )


def _breached_on(amount: Decimal | None, so_far: Period, bill: Bill) -> date | None:
    """The day from which on more was spent than planned; None where that is not so at the end."""
    spent, on = ZERO, None
    for day in so_far.days():
        spent = total((spent, bill.usage.get(day, ZERO), bill.other.get(day, ZERO)))
        if amount is None or spent <= amount:
            on = None
        elif on is None:
            on = day
    return on


def _breach_expected(left: Decimal, rate: Decimal, until: date) -> date | None:
    """The first day on which a daily `rate` will have passed what is `left` of the plan on the morning of `until`."""
    if rate <= 0:
        return None
    days = int(EXACT.divide(left, rate).to_integral_value(ROUND_FLOOR))
    return until + timedelta(days=days) if days < (date.max - until).days else None


def history(plan: Plan, periods: Sequence[Period], today: date, bill: Bill) -> tuple[Past, ...]:
    """What earlier periods cost, all of the bill's lines counted."""
    until = full_until(today, bill.last_day)
    found = []
    for period in periods:
        there = (
            bill.first_day and bill.last_day and bill.first_day < period.end and bill.last_day >= period.start
        )
        whole = bool(
            there and bill.first_day and until and bill.first_day <= period.start and until >= period.end
        )
        found.append(Past(period, bill.cost(period) if there else None, planned(plan, period), whole))
    return tuple(found)
