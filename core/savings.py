"""What a change saves: the bill's money, scaled by list prices where it must be; a month is 730 hours."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.money import HOURS_PER_MONTH, ZERO

HOURS_PER_WEEK = 168


class MoneyFrom(StrEnum):
    """Where an amount was learnt: the resource's own bill lines (discounts included), or the list price for want of them."""

    BILL = "bill"
    SCALED = "scaled"
    """The bill, scaled to what the resource costs since something was done that the bill does not show yet."""
    LIST = "list"


@dataclass(frozen=True)
class Cost:
    """US dollars a month that a resource costs now, and where that was learnt."""

    monthly: Decimal
    source: MoneyFrom


def monthly_rate(spent: Decimal, full_days: int) -> Decimal:
    """USD a month of something that cost `spent` over so many full days (at least one), at 730 hours a month."""
    return spent * HOURS_PER_MONTH / (24 * max(1, full_days))


def changing(cost: Cost, list_now: Decimal, list_then: Decimal) -> Decimal:
    """USD a month saved when the list price falls from one to the other: the share it falls by, of what is really paid.

    Negative where the change would cost more; zero for something that has no list price now.
    """
    return cost.monthly * (1 - list_then / list_now) if list_now > ZERO else ZERO


def switched_off(cost: Cost, hours_a_week: Decimal | int) -> Decimal:
    """USD a month saved by being off so many of a week's 168 hours."""
    return cost.monthly * hours_a_week / HOURS_PER_WEEK
