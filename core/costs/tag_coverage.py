"""How much of the money has a tag, and how much rules would give one: by cost, never by count of lines or resources."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.costs.scope import CostType
from core.costs.virtual_tags import Rule
from core.money import EXACT, ZERO, total
from core.periods import Period


@dataclass(frozen=True)
class Taken:
    """What a rule would take, its share of the whole (0 to 1, six places; None when the whole is zero), and its values, largest first."""

    rule: Rule
    cost: Decimal
    share: Decimal | None
    values: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True)
class Preview:
    """What rules would take of a period, each what the ones before it left; with `rest`, what none takes, they add up to `total`."""

    rules: tuple[Taken, ...]
    rest: Decimal
    rest_share: Decimal | None
    total: Decimal
    currency: str | None
    currencies: tuple[tuple[str, Decimal], ...]
    cost: CostType
    period: Period
    within_accounts: bool = False


@dataclass(frozen=True)
class Covered:
    """How much of the money carries a tag (`tag:team`) or a virtual one (`virtual:Team`); shares are 0 to 1, by month in `over_time`."""

    name: str
    cost: Decimal
    share: Decimal | None
    over_time: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Coverage:
    """Tags by the money they cover, the most first. `total` is all money of the period, `totals` that of each month."""

    months: tuple[date, ...]
    rows: tuple[Covered, ...]
    total: Decimal
    totals: tuple[Decimal, ...]
    currency: str | None
    currencies: tuple[tuple[str, Decimal], ...]
    cost: CostType
    within_accounts: bool = False


def share_of(part: Decimal, whole: Decimal) -> Decimal | None:
    """A part of the whole, 0 to 1 to six places; None when the whole is zero."""
    return EXACT.divide(part, whole).quantize(Decimal("0.000001"), context=EXACT) if whole else None


def covered(
    name: str, months: Mapping[date, Decimal], totals: Mapping[date, Decimal], whole: Decimal
) -> Covered:
    """The coverage of one tag, from what it covers in each month."""
    cost = total(months.values())
    over_time = tuple(share_of(months.get(month, ZERO), totals[month]) for month in sorted(totals))
    return Covered(name, cost, share_of(cost, whole), over_time)
