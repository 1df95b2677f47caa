"""What if a schedule had been at work: past hours replayed against what was used and what was paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.costs.members import NO_MEMBERS, Members
from core.money import ZERO
from core.schedules.intervals import timeline
from core.schedules.model import ScheduleDefinition, State

HOUR = 3600
_ENOUGH = Decimal("0.9")
"""Of the hours off so many must have been measured to say that it was not in use."""
Flags = NDArray[np.bool_]
Seconds = NDArray[np.integer[Any]]


class Billed(Protocol):
    """What the bill says of the days replayed."""

    @property
    def cost(self) -> Decimal:
        """What no commitment had paid."""

    @property
    def currency(self) -> str:
        """What it is billed in."""

    def saved(self, off: Seconds, ran: Flags) -> Decimal:
        """What would not have been spent, had it been off so many seconds of each hour; `ran` are the hours that it ran."""


@dataclass(frozen=True)
class Paid:
    """What the bill says of a resource's hours in the days replayed: how many, and what those cost that no commitment had paid."""

    hours: Decimal
    cost: Decimal
    currency: str = "USD"

    def saved(self, off: Seconds, ran: Flags) -> Decimal:
        """An hour saves what an hour cost on average, those that a commitment had paid costing nothing; never more than all of them."""
        cost = max(ZERO, self.cost)
        # The last digit of a division may round up: the smaller of both, so that it stays within the cost.
        hours = min(_hours(off[ran]), self.hours)
        return min(cost, cost * hours / self.hours) if self.hours > ZERO else ZERO


@dataclass(frozen=True)
class Replay:
    """One resource. Hours: `on` and `off` are all that were replayed, `off` those in which it would have been switched off.

    `spared` are those of `off` in which it ran; `in_use`, those of `off` in which it was in use; `seen`, all that it ran.
    `in_use` None: no use was seen, and too little of those hours was measured to tell.
    `saved` is money of the bill's currency; None where the bill says nothing of its hours.
    """

    resource_id: str
    on: Decimal
    off: Decimal
    seen: Decimal
    spared: Decimal
    in_use: Decimal | None
    cost: Decimal | None
    saved: Decimal | None
    currency: str | None


def off_seconds(definition: ScheduleDefinition, start: datetime, hours: int) -> Seconds:
    """For each hour from `start`, how many seconds of it the schedule would have had things off."""
    off = np.zeros(hours, dtype=np.int64)
    end = start + timedelta(hours=hours)
    for segment in timeline(definition, start, end):
        if segment.state is not State.STOPPED:
            continue
        begins = int((segment.start - start).total_seconds())
        finish = int(((segment.end or end) - start).total_seconds())
        first, last = begins // HOUR, -(-finish // HOUR)
        places = np.arange(first, min(last, hours)) * HOUR
        off[first : min(last, hours)] += np.minimum(places + HOUR, finish) - np.maximum(places, begins)
    return off


def replay(
    resource_id: str,
    off: Seconds,
    ran: Flags,
    used: Flags,
    paid: Billed | None,
    measured: Flags | None = None,
) -> Replay:
    """One resource's hours against a schedule's: `ran` and `used` say of each hour whether it ran and whether it was in use.

    `measured` are the hours of whose use anything is known; None: all that it ran.
    """
    spared, in_use = _hours(off[ran]), _hours(off[ran & used])
    known = spared if measured is None else _hours(off[ran & measured])
    return Replay(
        resource_id,
        on=len(off) - _hours(off),
        off=_hours(off),
        seen=Decimal(int(np.count_nonzero(ran))),
        spared=spared,
        in_use=in_use if in_use or known >= spared * _ENOUGH else None,
        cost=None if paid is None else max(ZERO, paid.cost),
        saved=None if paid is None else paid.saved(off, ran),
        currency=None if paid is None else paid.currency,
    )


@dataclass(frozen=True)
class WhatIf:
    """All resources together, from `start` to `end`. Money is in the currency most of them are billed in; `unpriced` count not."""

    start: datetime
    end: datetime
    replays: tuple[Replay, ...]
    members: Members = NO_MEMBERS
    """What of the bill is whose, where that is more than a resource's own lines."""

    @property
    def billed(self) -> tuple[str, ...]:
        """The ids under which those are billed whose money adds up."""
        return self.members.billed(*(each.resource_id for each in self.priced))

    @property
    def currency(self) -> str | None:
        """The currency that most are billed in; None where the bill knows none of them."""
        named = [each.currency for each in self.replays if each.currency is not None]
        return max(sorted(set(named)), key=named.count, default=None)

    @property
    def priced(self) -> Sequence[Replay]:
        """Those whose money adds up."""
        wanted = self.currency
        return [each for each in self.replays if wanted is not None and each.currency == wanted]

    @property
    def unpriced(self) -> int:
        """How many the bill says nothing of, or in another currency."""
        return len(self.replays) - len(self.priced)

    @property
    def saved(self) -> Decimal | None:
        """What would have been saved; None where nothing is known."""
        return sum((each.saved or ZERO for each in self.priced), ZERO) if self.priced else None

    @property
    def cost(self) -> Decimal | None:
        """What the hours cost that no commitment had paid; None where nothing is known."""
        return sum((each.cost or ZERO for each in self.priced), ZERO) if self.priced else None

    @property
    def spared(self) -> Decimal:
        """Hours that they ran and would have been off."""
        return sum((each.spared for each in self.replays), ZERO)

    @property
    def seen(self) -> Decimal:
        """Hours that they ran."""
        return sum((each.seen for each in self.replays), ZERO)

    @property
    def in_use(self) -> Decimal:
        """Hours that they were in use and would have been off, of those whose use is known."""
        return sum((each.in_use or ZERO for each in self.replays), ZERO)

    @property
    def unmeasured(self) -> int:
        """How many ran, and of whose use too little is known."""
        return sum(each.in_use is None for each in self.replays)


def _hours(seconds: Seconds) -> Decimal:
    return Decimal(int(seconds.sum())) / HOUR
