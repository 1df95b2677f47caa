"""What to commit to, told with everything that it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

import numpy as np

from core.money import EXACT, HOURS_PER_MONTH, ZERO, total
from core.periods import Period
from core.recommendations.commitment import (
    STEP,
    WEEK,
    YEAR_HOURS,
    Regret,
    Sizing,
    a_month,
    held,
    regret,
    size,
)

POINTS = 40
"""Commitments that the curve is drawn through, beside none and the one advised."""
BEYOND = Decimal("1.2")
CENT = Decimal("0.01")
FEWEST_HOURS = 2 * WEEK
"""Fewer hours tell nothing of what weeks differ by."""


class DiscountFrom(StrEnum):
    """Where the discount of a Savings Plan was learnt."""

    BILL = "bill"
    """What the running Compute Savings Plans cost, and what they covered would have cost."""
    ASKED = "asked"
    ASSUMED = "assumed"


@dataclass(frozen=True)
class Spread:
    """US dollars a month that one would regret, in futures drawn from the past weeks: of ten the best but one, the middle, the worst but one."""

    p10: Decimal
    p50: Decimal
    p90: Decimal


@dataclass(frozen=True)
class Point:
    """A commitment (an hour), what a month would have cost with it, and how much it is regretted."""

    commitment: Decimal
    cost: Decimal
    regret: Spread


@dataclass(frozen=True)
class Advice:
    """What to commit to on the use that remains after the chosen savings. Money in `currency`.

    `missing` says why nothing is advised, and `sizing` is then None; `remarks` are what one should know of the figures.
    """

    period: Period
    currency: str | None
    discount: Decimal
    discount_from: DiscountFrom
    on_demand: Decimal = ZERO
    """A month's on-demand compute before the chosen savings."""
    taken: Decimal = ZERO
    """What of it they take away."""
    resources: int = 0
    """Instances that the chosen savings are about."""
    sizing: Sizing | None = None
    unplanned: Sizing | None = None
    """The same on all use of today, were nothing of the plan carried out."""
    curve: tuple[Point, ...] = ()
    freed: tuple[str, ...] = ()
    """Commitments that ended within the period or end within 30 days: what they covered is counted as on demand."""
    missing: str | None = None
    remarks: tuple[str, ...] = ()

    def at(self, commitment: Decimal) -> Point | None:
        """The curve's point of a commitment."""
        return next((each for each in self.curve if each.commitment == commitment), None)

    @property
    def advised(self) -> Point | None:
        """The point of the commitment advised."""
        return None if self.sizing is None else self.at(self.sizing.commitment)


def curve(use: Sequence[Decimal], sizing: Sizing, generator: np.random.Generator) -> tuple[Point, ...]:
    """Cost and regret from no commitment to a fifth more than covers the busiest hour, the one of `sizing` among them."""
    most = EXACT.multiply(max(use, default=ZERO), (1 - sizing.discount) * BEYOND)
    step = EXACT.divide(most, Decimal(POINTS))
    grid = {EXACT.multiply(step, Decimal(place)).quantize(STEP) for place in range(POINTS + 1)}
    commitments = sorted(grid | {sizing.commitment, ZERO})
    hours = np.array([float(each) for each in use])
    found = regret(hours, [float(each) for each in commitments], float(sizing.discount), generator)
    return tuple(
        Point(each, _cost(use, each, sizing), _spread(found, place)) for place, each in enumerate(commitments)
    )


def _cost(use: Sequence[Decimal], commitment: Decimal, sizing: Sizing) -> Decimal:
    at = held(use, commitment, sizing.discount, sizing.term_hours)
    return at.a_month(at.cost)


def _spread(found: Regret, place: int) -> Spread:
    low, middle, high = (
        (Decimal(each[place]) * HOURS_PER_MONTH).quantize(CENT, ROUND_HALF_EVEN)
        for each in (found.p10, found.p50, found.p90)
    )
    return Spread(low, middle, high)


def monthly(hours: Sequence[Decimal]) -> Decimal:
    """What hours cost, as US dollars a month of 730."""
    return a_month(total(hours), len(hours))


def sized(use: Sequence[Decimal], discount: Decimal) -> Sizing:
    """The commitment advised, for a year."""
    return size(use, discount, YEAR_HOURS)
