"""What a group or a service cost hour by hour: of all that belonged to it, whichever that was."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.money import EXACT, ZERO, total
from core.schedules.what_if import HOUR, Flags, Paid, Seconds

Weights = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Span:
    """What lines of the bill that begin and end together cost that no commitment had paid; `end` None: the bill does not say."""

    begin: datetime
    end: datetime | None
    cost: Decimal


@dataclass(frozen=True)
class Spent:
    """The cost of each hour that no commitment had paid, and in which of them anything ran."""

    hours: tuple[Decimal, ...]
    ran: Flags
    currency: str = "USD"

    @property
    def cost(self) -> Decimal:
        """All of it; never less than nothing."""
        return max(ZERO, total(self.hours))

    @property
    def paid(self) -> Paid | None:
        """What an hour cost on average in those that anything ran; None where nothing ever did."""
        hours = int(np.count_nonzero(self.ran))
        return Paid(Decimal(hours), self.cost, self.currency) if hours else None

    def paid_before(self, stops: Iterable[datetime], start: datetime) -> Paid | None:
        """What an hour cost on average of the last full ones before these stops: what was stopped is what ran then, be it little.

        Where the bill knows none of those, as `paid`. `start` is when the first of the hours began.
        """
        last = {int((each - start) // timedelta(hours=1)) - 1 for each in stops}
        known = [place for place in sorted(last) if 0 <= place < len(self.hours) and self.ran[place]]
        if not known:
            return self.paid
        cost = max(ZERO, total(self.hours[place] for place in known))
        return Paid(Decimal(len(known)), cost, self.currency)

    def saved(self, off: Seconds, ran: Flags) -> Decimal:
        """What would not have been spent: of each hour's own cost the share that it would have been off."""
        del ran
        by_hour = zip(self.hours, off, strict=True)
        spared = total(EXACT.multiply(cost, Decimal(int(seconds))) for cost, seconds in by_hour if cost)
        return min(self.cost, max(ZERO, EXACT.divide(spared, Decimal(HOUR))))


def spent(
    spans: Iterable[Span], start: datetime, hours: int, weights: Weights | None = None, currency: str = "USD"
) -> Spent:
    """The hours from `start` on. What is billed for longer than an hour is spread over its hours by `weights`, else evenly.

    `weights` say how much ran in each hour; NaN is nothing. Where they know nothing of a span's hours, these count alike.
    """
    costs, ran = [ZERO] * hours, np.zeros(hours, dtype=np.bool_)
    known = np.zeros(hours) if weights is None else np.nan_to_num(weights)
    for span in spans:
        first = int((span.begin - start) // timedelta(hours=1))
        last = first + 1
        if span.end is not None:
            last = max(last, -int(-(span.end - start) // timedelta(hours=1)))
        places = [
            place for place in range(max(first, 0), min(last, hours)) if last - first == 1 or known[place]
        ]
        places = places or list(range(max(first, 0), min(last, hours)))
        if not places:
            continue
        within = span.cost * (min(last, hours) - max(first, 0)) / (last - first)
        for place, part in zip(
            places, _parts(within, [float(known[place]) for place in places]), strict=True
        ):
            costs[place] = EXACT.add(costs[place], part)
            ran[place] = True
    return Spent(tuple(costs), ran, currency)


def _parts(amount: Decimal, weights: list[float]) -> Iterable[Decimal]:
    """An amount by weights, alike where these are all nothing; the last takes what rounding leaves, so that they add up to it."""
    shares = [Decimal(each) for each in weights] if any(weights) else [Decimal(1)] * len(weights)
    whole = total(shares)
    left = amount
    for share in shares[:-1]:
        part = amount * share / whole
        left = EXACT.subtract(left, part)
        yield part
    yield left
