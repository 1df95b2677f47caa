"""How much to commit to: the Compute Savings Plan that costs least on the hours of use that remain after the other savings.

    cost of an hour      commitment + max(0, use - covered)      all in US dollars, use at on-demand list price
    covered              commitment / (1 - discount)             what the commitment buys in an hour, used or not

Summed over the hours this is convex in the commitment and bends only where it just covers some hour's use, so that the least
lies at one of these: they are sorted, and every sum comes from the one before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.costs.commitments import ratio
from core.money import EXACT, HOURS_PER_MONTH, ZERO, total

YEAR_HOURS = 8760
"""Hours of a one-year term."""
WEEK = 168
DRAWS = 200
"""Futures drawn: enough for the tenth and the ninetieth of a hundred to stand still."""
STEP = Decimal("0.001")
"""AWS takes commitments in tenths of a cent an hour."""

MILLIONTH = Decimal("0.000001")

Hours = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Sizing:
    """A commitment (US dollars an hour, at Savings Plan prices) held against hours of use. Sums are over all of these hours."""

    commitment: Decimal
    discount: Decimal
    hours: int
    on_demand: Decimal
    """What all use costs without it."""
    covered: Decimal
    """What of that it covers."""
    term_hours: int = YEAR_HOURS

    @property
    def cost(self) -> Decimal:
        """What the hours cost with it: the commitment, used or not, and the rest on demand."""
        return EXACT.add(
            EXACT.multiply(self.commitment, Decimal(self.hours)), EXACT.subtract(self.on_demand, self.covered)
        )

    @property
    def saving(self) -> Decimal:
        """What it saves over the hours; below zero for one that costs more than none."""
        return EXACT.subtract(self.on_demand, self.cost)

    @property
    def coverage(self) -> Decimal | None:
        """Share of the use that it covers, 0 to 1; None where nothing was used."""
        return ratio(self.covered, self.on_demand)

    @property
    def utilisation(self) -> Decimal | None:
        """Share of it that is used, 0 to 1; None where nothing is committed."""
        used = EXACT.multiply(self.covered, 1 - self.discount)
        return ratio(used, EXACT.multiply(self.commitment, Decimal(self.hours)))

    @property
    def break_even_use(self) -> Decimal:
        """Share of it that must be used, 0 to 1, for it not to cost more than none."""
        return 1 - self.discount

    @property
    def break_even_hours(self) -> int | None:
        """For how many hours of the term use must go on as it is; after these it may end, and nothing is lost. None: nothing committed."""
        if not self.commitment or not self.covered:
            return None
        owed = EXACT.multiply(self.commitment, Decimal(self.hours * self.term_hours))
        return int(EXACT.divide(owed, self.covered).to_integral_value(context=EXACT))

    def a_month(self, amount: Decimal) -> Decimal:
        """An amount over all the hours as US dollars a month of 730, to a millionth."""
        return a_month(amount, self.hours)


def a_month(amount: Decimal, hours: int) -> Decimal:
    """What so many hours cost together, as US dollars a month of 730, to a millionth."""
    if not hours:
        return ZERO
    exact = EXACT.divide(EXACT.multiply(amount, HOURS_PER_MONTH), Decimal(hours))
    return exact.quantize(MILLIONTH, ROUND_HALF_EVEN, context=EXACT)


def best(use: Sequence[Decimal], discount: Decimal) -> Decimal:
    """What an hour of the commitment that costs least should cover, in US dollars at list price; of several the smallest."""
    with localcontext(EXACT):
        rate, count, whole = 1 - discount, len(use), total(_floored(use))
        least, found, below = whole, ZERO, ZERO
        for place, covers in enumerate(sorted(_floored(use)), 1):
            below += covers
            cost = count * rate * covers + (whole - below) - (count - place) * covers
            if cost < least:
                least, found = cost, covers
        return found


def held(
    use: Sequence[Decimal], commitment: Decimal, discount: Decimal, term_hours: int = YEAR_HOURS
) -> Sizing:
    """Any commitment held against hours of use. `discount` from 0 to below 1."""
    covers = EXACT.divide(commitment, 1 - discount)
    return Sizing(
        commitment,
        discount,
        len(use),
        total(_floored(use)),
        total(min(each, covers) for each in _floored(use)),
        term_hours,
    )


def size(
    use: Sequence[Decimal], discount: Decimal, term_hours: int = YEAR_HOURS, step: Decimal = STEP
) -> Sizing:
    """The commitment that costs least, rounded down to a multiple of `step`: never worse than none."""
    exact = EXACT.multiply(best(use, discount), 1 - discount)
    steps = EXACT.divide(exact, step).to_integral_value(ROUND_DOWN, context=EXACT)
    return held(use, EXACT.multiply(steps, step), discount, term_hours)


def _floored(use: Iterable[Decimal]) -> Iterable[Decimal]:
    """An hour that corrections leave below zero has nothing to cover."""
    return (max(ZERO, each) for each in use)


@dataclass(frozen=True)
class Regret:
    """By commitment, what it costs more than the best one would have, in futures drawn: US dollars an hour, of ten futures the best but one, the middle, the worst but one."""

    p10: tuple[float, ...]
    p50: tuple[float, ...]
    p90: tuple[float, ...]


def futures(use: Hours, generator: np.random.Generator, draws: int = DRAWS) -> Hours:
    """As many futures as long as the past, each of weeks of it in a row drawn with replacement (circular block bootstrap). Needs a week."""
    count = len(use)
    starts = generator.integers(0, count, size=(draws, -(-count // WEEK), 1))
    index = (starts + np.arange(WEEK)) % count
    drawn: Hours = use[index.reshape(draws, -1)[:, :count]]
    return drawn


def regret(
    use: Hours,
    commitments: Sequence[float],
    discount: float,
    generator: np.random.Generator,
    draws: int = DRAWS,
) -> Regret:
    """How much each commitment is regretted in futures drawn from these hours. Estimates, so floats."""
    drawn = np.sort(futures(np.maximum(use, 0.0), generator, draws), axis=1)
    least = _least(drawn, 1 - discount)
    costs = [
        commitment + np.maximum(drawn - commitment / (1 - discount), 0.0).mean(axis=1)
        for commitment in commitments
    ]
    spread = np.percentile(np.maximum(np.array(costs) - least, 0.0), [10, 50, 90], axis=1)
    low, middle, high = (tuple(float(each) for each in row) for row in spread)
    return Regret(low, middle, high)


def _least(drawn: Hours, rate: float) -> Hours:
    """What an hour of each future costs with the commitment that is best for it; rows are sorted."""
    count = drawn.shape[1]
    below = np.cumsum(drawn, axis=1)
    whole, after = below[:, -1:], count - np.arange(1, count + 1)
    costs = count * rate * drawn + (whole - below) - after * drawn
    least: Hours = np.minimum(costs.min(axis=1), whole[:, 0]) / count
    return least
