"""How well we see an account: when each kind of data last came, what was missing, and what asking cost."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from core.errors import Invalid
from core.inventory import Account, Gap

STALE_AFTER = 2
"""Data is stale when it is older than this many of its intervals."""
_INTERVAL = re.compile(r"([1-9][0-9]{0,5})([smhd])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def interval(text: str) -> timedelta:
    """`15m` as a span of time; s, m, h and d are known. Raises `Invalid` for anything else."""
    match = _INTERVAL.fullmatch(text.strip())
    if match is None:
        raise Invalid(f"{text!r} is no interval.", mend="Write it as 30s, 15m, 1h or 1d.")
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


class What(StrEnum):
    """The kinds of data that are collected from an account."""

    INVENTORY = "inventory"
    METRICS = "metrics"
    BILLS = "bills"


class Outcome(StrEnum):
    """How the last attempt ended, the best first."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"
    NEVER = "never"


@dataclass(frozen=True)
class Attempt:
    """The last finished attempt at one place, and when data last came from there (`good_at`; None: never)."""

    place: str
    outcome: Outcome
    at: datetime
    detail: str
    good_at: datetime | None
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class Freshness:
    """One kind of data of an account. `at` is when the oldest part of it came; None where a part never came."""

    what: What
    outcome: Outcome
    at: datetime | None
    tried_at: datetime | None
    stale: bool
    detail: str
    gaps: tuple[Gap, ...]

    @property
    def whole(self) -> bool:
        """Whether it can be trusted: all of it came, and lately."""
        return self.outcome is Outcome.COMPLETE and not self.stale


@dataclass(frozen=True)
class Connection:
    """An account and how well we see it. `bills` is None for an account whose bills come with another's export."""

    account: Account
    status: str
    """new, connected, paused or broken."""
    inventory: Freshness
    metrics: Freshness
    bills: Freshness | None
    metrics_asked: int
    """This month."""
    asking_usd: Decimal
    """What asking AWS for metrics cost this month."""

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """All that we could not see, each with the permission that would mend it."""
        kinds = (self.inventory, self.metrics, self.bills)
        return tuple(gap for kind in kinds if kind is not None for gap in kind.gaps)


def freshness(
    what: What, places: Sequence[str], attempts: Sequence[Attempt], every: timedelta, now: datetime
) -> Freshness:
    """One judgement over all places of an account: as good as its worst place."""
    by_place = {attempt.place: attempt for attempt in attempts if attempt.place in places}
    if not by_place:
        return Freshness(what, Outcome.NEVER, None, None, stale=False, detail="Not collected yet.", gaps=())
    waiting = [place for place in places if place not in by_place]
    worst = list(Outcome).index
    outcome = max((attempt.outcome for attempt in by_place.values()), key=worst)
    if outcome is not Outcome.COMPLETE or waiting:
        outcome = _mixed(list(by_place.values()), waiting)
    good = [attempt.good_at for attempt in by_place.values() if attempt.good_at is not None]
    whole = len(good) == len(places)
    words = [f"{attempt.place}: {attempt.detail}" for attempt in by_place.values() if attempt.detail]
    words += [f"{place}: not collected yet." for place in waiting]
    return Freshness(
        what,
        outcome,
        min(good) if whole else None,
        max(attempt.at for attempt in by_place.values()),
        stale=not whole or now - min(good) > STALE_AFTER * every,
        detail=" ".join(words),
        gaps=tuple(gap for attempt in by_place.values() for gap in attempt.gaps),
    )


def _mixed(attempts: Sequence[Attempt], waiting: Sequence[str]) -> Outcome:
    """Failed only when it failed everywhere: otherwise something was seen."""
    if not waiting and all(attempt.outcome is Outcome.FAILED for attempt in attempts):
        return Outcome.FAILED
    return Outcome.PARTIAL


@dataclass(frozen=True)
class Offer:
    """What somebody needs to let us in: our ExternalId, and the two policies to copy."""

    external_id: str
    policy_json: str
    trust_policy_json: str
    note: str = ""
    """What could not be filled in, and why."""


@dataclass(frozen=True)
class Progress:
    """A collection that runs or waits: `state` is waiting, running or failed; `text` says how far it is."""

    job: str
    state: str
    text: str
    requested_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class Observation:
    """From `at` on, a resource was in `state` (AWS's word, or `gone`)."""

    resource_id: str
    at: datetime
    state: str
