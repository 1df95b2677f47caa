"""From schedules to what should be done with one resource now, with the reason in words."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from functools import cached_property, lru_cache

from core import dates
from core.schedules.intervals import (
    BEGINNING,
    MOMENT,
    REMEMBERED,
    Segment,
    bounded,
    kept_off,
    maintenance,
    on_day,
    valid_span,
)
from core.schedules.model import ScheduleDefinition, State, zone
from core.schedules.override import Override, in_force, over_since

_WORDS = {State.RUNNING: "on", State.STOPPED: "off", State.ANY: "left alone"}


@dataclass(frozen=True)
class InForce:
    """A schedule attached to something, since when in this wording: an edit or attachment begins a segment anew."""

    name: str
    definition: ScheduleDefinition
    since: datetime

    def __hash__(self) -> int:
        """Worked out once: every decision asks for it."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(getattr(self, each.name) for each in fields(self)))


@dataclass(frozen=True)
class Decision:
    """What is wanted now. `segment_start` identifies the segment, so that each is acted on once; `until` None: no end in sight."""

    desired: State
    segment_start: datetime
    until: datetime | None
    reason: str


class Step(StrEnum):
    """What follows from a decision for a resource as it is."""

    START = "start"
    STOP = "stop"
    RESIZE = "resize"
    NOTHING = "already so"
    WAIT = "wait"
    """It is on its way to somewhere: look again at the next tick."""
    NO_OPINION = "left alone"


def decide(
    schedules: Sequence[InForce],
    at: datetime,
    overrides: Sequence[Override] = (),
    protection: str | None = None,
) -> Decision:
    """What is wanted of a resource at `at`: a protection beats an override, an override beats schedules.

    Of several schedules together, running beats any beats stopped. `overrides` are those in force and the last that ended:
    when one is over, schedules decide anew. `protection` is why nothing may be done; None: something may.
    """
    if protection is not None:
        return _scheduled(schedules, at, overrides, f"{_WORDS[State.ANY]}: {protection}")
    held = in_force(overrides, at)
    if held is None:
        return _scheduled(schedules, at, overrides)
    place = zone(schedules[0].definition.timezone) if schedules else UTC
    reason = f"{_WORDS[held.state]}: kept {_WORDS[held.state]} by {held.by}{_until(held.end, place)}"
    begun = max(held.begin, held.at).astimezone(UTC)
    return Decision(held.state, begun, held.end, f"{reason}, because “{held.reason}”")


def _scheduled(
    schedules: Sequence[InForce], at: datetime, overrides: Sequence[Override], instead: str | None = None
) -> Decision:
    """What schedules want; with `instead`, nothing for that reason. The segment begins anew where an override ended."""
    if schedules:
        at = bounded(at)
        decision = _day(tuple(schedules), at.toordinal()).decision(at)
    else:
        decision = Decision(State.ANY, BEGINNING, None, f"{_WORDS[State.ANY]}: no schedule switches it")
    over = over_since(overrides, at) if overrides else None
    if over is not None and over > decision.segment_start:
        decision = replace(decision, segment_start=over.astimezone(UTC))
    return decision if instead is None else replace(decision, desired=State.ANY, reason=instead)


class _Day:
    """What schedules together want on a UTC day: each of its segments is put into words once."""

    def __init__(self, schedules: tuple[InForce, ...], ordinal: int) -> None:
        self.schedules = schedules
        self.starts, self.segments = on_day(tuple(each.definition for each in schedules), ordinal)
        self.since = max(each.since for each in schedules).astimezone(UTC)
        self.varies = any(_varies(each.definition, ordinal) for each in schedules)
        self.decisions: dict[int, Decision] = {}

    def decision(self, at: datetime) -> Decision:
        """What is wanted at `at`, UTC. Why may change within a segment only where `_varies` says so."""
        place = max(0, bisect_right(self.starts, at) - 1)
        found = self.decisions.get(place)
        if found is None:
            segment = self.segments[place]
            reason = _explain(self.schedules, segment, at)
            found = Decision(segment.state, max(segment.start, self.since), segment.end, reason)
            if not self.varies:
                self.decisions[place] = found
        return found


def _varies(definition: ScheduleDefinition, ordinal: int) -> bool:
    """Whether why may change within a segment of a UTC day: something is kept off or maintained, or it begins or ends then."""
    if definition.off_dates or definition.maintenance or any(period.off for period in definition.periods):
        return True
    return ordinal in {edge.toordinal() for edge in valid_span(definition)}


@lru_cache(maxsize=REMEMBERED)
def _day(schedules: tuple[InForce, ...], ordinal: int) -> _Day:
    return _Day(schedules, ordinal)


def _explain(schedules: Sequence[InForce], segment: Segment, at: datetime) -> str:
    """Such as `off: outside “office hours” (Europe/London) until Mon 23 Nov 08:00`."""
    there, absent = _there(schedules, at)
    if not there:
        return f"{_WORDS[State.ANY]}: {absent}"
    schedules = there
    maintained, free = _maintained(schedules, segment, at), _free(schedules, at)
    place = {State.STOPPED: "outside", State.RUNNING: "in", State.ANY: "free in"}[segment.state]
    if maintained:
        schedules, place = maintained, "in a maintenance window of"
    elif free:
        schedules, place = free, "a day off of"
    elif off := _kept_off(schedules, segment, at):
        schedules, place = off, "kept off by"
    named = " and ".join(f"“{schedule.name}” ({schedule.definition.timezone})" for schedule in schedules)
    until = _until(segment.end, zone(schedules[0].definition.timezone))
    return f"{_WORDS[segment.state]}: {place} {named}{until}"


def _there(schedules: Sequence[InForce], at: datetime) -> tuple[Sequence[InForce], str]:
    """Those that are valid at `at`, and why the others are not."""
    why = [(each, each.definition.absent_at(at)) for each in schedules]
    absent = (f"“{each.name}” ({each.definition.timezone}) is {words}" for each, words in why if words)
    return [each for each, words in why if not words], " and ".join(absent)


def _maintained(schedules: Sequence[InForce], segment: Segment, at: datetime) -> list[InForce]:
    """Those whose maintenance windows are why nothing is stopped now."""
    if segment.state is not State.ANY:
        return []
    windows = [(each, maintenance(each.definition, at, at + MOMENT)) for each in schedules]
    return [each for each, spans in windows if any(begin <= at < end for begin, end in spans)]


def _kept_off(schedules: Sequence[InForce], segment: Segment, at: datetime) -> list[InForce]:
    """Those whose periods of being off are why it is off now."""
    if segment.state is not State.STOPPED:
        return []
    spans = [(each, kept_off(each.definition, at, at + MOMENT)) for each in schedules]
    return [each for each, held in spans if any(begin <= at < end for begin, end in held)]


def _free(schedules: Sequence[InForce], at: datetime) -> list[InForce]:
    return [each for each in schedules if each.definition.off_on(at)]


def _until(end: datetime | None, place: tzinfo) -> str:
    """Such as ` until Mon 23 Nov 08:00`; nothing where no end is in sight."""
    if end is None:
        return ""
    return f" until {dates.moment(end, place)}"


def step(desired: State, observed: str) -> Step:
    """What to do with an instance that AWS reports as `observed`."""
    if desired is State.ANY:
        return Step.NO_OPINION
    if desired is State.RUNNING:
        settled = {"running": Step.NOTHING, "pending": Step.NOTHING, "stopped": Step.START}
    else:
        settled = {"stopped": Step.NOTHING, "stopping": Step.NOTHING, "running": Step.STOP}
    return settled.get(observed, Step.WAIT)
