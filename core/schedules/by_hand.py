"""Who made the last change of a resource: read from what was observed and from what we did ourselves, in whatever order it came in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from core.inventory import Kind
from core.schedules.manual import ByHand
from core.schedules.model import State
from core.schedules.restart import by_aws
from core.schedules.switch import EMPTY

SETTLED: Mapping[str, State] = {
    **{place.partition(":")[2]: State.RUNNING for place in EMPTY},
    "running": State.RUNNING,
    "available": State.RUNNING,
    "stopped": State.STOPPED,
    "paused": State.STOPPED,
}
"""Words for states that last, as they are noted: AWS's, and what a size is kept under. What is on its way to one of them says nothing about who sent it there."""

EARLY = timedelta(minutes=15)
"""A collection dates what it saw by when it began to ask: a change of ours may seem this much older than our call."""
LATE = timedelta(minutes=1)
WANTS = {"start": State.RUNNING, "resume": State.RUNNING, "stop": State.STOPPED, "pause": State.STOPPED}


@dataclass(frozen=True)
class Seen:
    """What AWS showed at a time, in its word; `gone` where it was not there. Of two at one time, the higher `number` came later."""

    at: datetime
    state: str
    number: int = 0


@dataclass(frozen=True)
class Ours:
    """An action of ours that called AWS: its kind, who asked for it (empty: schedules did), from when until when (None: still)."""

    kind: str
    by: str
    begun_at: datetime
    ended_at: datetime | None

    @property
    def wants(self) -> State | None:
        """The state that it leads to; None for one that leads to neither, such as a resize."""
        return WANTS.get(self.kind.partition("_")[0])

    def made(self, state: State, at: datetime) -> bool:
        """Whether it can be what led to a state that was first seen at `at`."""
        if self.wants is None:
            return self.begun_at <= at and (self.ended_at is None or at <= self.ended_at + LATE)
        early = self.begun_at - EARLY <= at
        return self.wants is state and early and (self.ended_at is None or at <= self.ended_at + LATE)


def last_by_hand(
    seen: Iterable[Seen],
    ours: Iterable[Ours],
    launched_at: datetime | None = None,
    kind: Kind = Kind.INSTANCE,
) -> ByHand | None:
    """The last change as one made by hand; None where it was ours, or where nothing is known to have changed.

    A database that AWS started again by itself after seven days is told as such. `launched_at` is when AWS says that it was started, which is more exact than when we first saw it on.
    """
    lasting = sorted((each for each in seen if each.state in SETTLED or each.state == "gone"), key=_order)
    runs = [next(run) for _, run in groupby(lasting, key=lambda each: SETTLED.get(each.state))]
    if len(runs) < 2 or "gone" in (runs[-1].state, runs[-2].state):  # noqa: PLR2004  a change has two sides
        return None
    before, change = runs[-2], runs[-1]
    state = SETTLED[change.state]
    causes = [each for each in ours if each.made(state, change.at)]
    if causes:
        cause = max(causes, key=lambda each: (each.begun_at, each.kind, each.by))
        return ByHand(state, change.at, cause.by) if cause.by and cause.wants is state else None
    if state is State.RUNNING and by_aws(kind, before.at, change.at):
        return ByHand(state, change.at, by_aws=True)
    at = change.at
    if state is State.RUNNING and launched_at is not None and before.at < launched_at < at:
        at = launched_at
    return ByHand(state, at)


def _order(seen: Seen) -> tuple[datetime, int, str]:
    return seen.at, seen.number, seen.state
