"""The shapes a made-up company is written in: resources with a life, charges that run by the hour, flows metered by the day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from core.inventory import Resource


@dataclass(frozen=True)
class Charge:
    """Something that costs at a constant rate from `start` until `end` (None: still).

    `amount` units run all the while: 1 for an instance or database (billed in hours), GB for storage (billed in
    GB-months of the calendar month's hours).
    """

    item: str
    start: datetime
    end: datetime | None = None
    amount: int = 1


@dataclass(frozen=True)
class Flow:
    """Something metered: about `per_day` units a day, `weekend` times that on Saturday and Sunday, growing by `growth` a day.

    `bursts` are days that ran away, with their factor.
    """

    item: str
    per_day: float
    start: datetime
    end: datetime | None = None
    weekend: float = 1.0
    growth: float = 0.0
    bursts: Mapping[date, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Lived:
    """A resource and the life it has had. `shape` names how its metrics run; `ended` None means it still lives."""

    resource: Resource
    began: datetime
    ended: datetime | None = None
    charges: tuple[Charge, ...] = ()
    flows: tuple[Flow, ...] = ()
    shape: str | None = None
    group: str = ""
    """The name in the fleet's table: `web`, `load-test`, ..."""


@dataclass(frozen=True)
class Commitment:
    """A Compute Savings Plan: hourly commitment in US dollars, and the instances it covers while it runs."""

    arn: str
    name: str
    account_id: str
    start: datetime
    end: datetime
    rate: str
    """What covered usage costs, as a share of its on-demand price, in decimal digits."""
    covered: frozenset[str]
    spare: str
    """How much more is committed than the covered fleet uses, as a factor in decimal digits."""


@dataclass(frozen=True)
class OneOff:
    """A credit or a refund: `usd` (in decimal digits, negative) on each day of [start, end)."""

    title: str
    account_id: str
    service: str
    usd: str
    start: date
    end: date
    refund: bool = False


@dataclass(frozen=True)
class World:
    """The company at the day its data directory was made (`born`), with everything that led there."""

    seed: int
    born: date
    lives: tuple[Lived, ...]
    commitments: tuple[Commitment, ...]
    one_offs: tuple[OneOff, ...]

    def living(self) -> tuple[Lived, ...]:
        """What still runs: the inventory of the day it was born."""
        return tuple(life for life in self.lives if life.ended is None)
