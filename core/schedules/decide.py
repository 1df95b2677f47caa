"""From schedules to what should be done with one resource now, with the reason in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from core.schedules.intervals import Segment, segment_at
from core.schedules.model import ScheduleDefinition, State, zone

_WORDS = {State.RUNNING: "on", State.STOPPED: "off", State.ANY: "left alone"}


@dataclass(frozen=True)
class InForce:
    """A schedule attached to something, since when in this wording: an edit or attachment begins a segment anew."""

    name: str
    definition: ScheduleDefinition
    since: datetime


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
    NOTHING = "already so"
    WAIT = "wait"
    """It is on its way to somewhere: look again at the next tick."""
    NO_OPINION = "left alone"


def decide(schedules: Sequence[InForce], at: datetime) -> Decision:
    """What several attached schedules want together at `at`: running beats any beats stopped. Needs at least one."""
    segment = segment_at([schedule.definition for schedule in schedules], at)
    begun = max(segment.start, *(schedule.since for schedule in schedules))
    return Decision(segment.state, begun.astimezone(UTC), segment.end, explain(schedules, segment, at))


def explain(schedules: Sequence[InForce], segment: Segment, at: datetime) -> str:
    """Such as `off: outside “office hours” (Europe/London) until Mon 23 Nov 08:00`."""
    free = [schedule for schedule in schedules if schedule.definition.off_on(at)]
    schedules = free or schedules
    named = " and ".join(f"“{schedule.name}” ({schedule.definition.timezone})" for schedule in schedules)
    place = (
        "a day off of"
        if free
        else "outside"
        if segment.state is State.STOPPED
        else "in"
        if segment.state is State.RUNNING
        else "free in"
    )
    until = ""
    if segment.end is not None:
        local = segment.end.astimezone(zone(schedules[0].definition.timezone))
        until = f" until {local:%a} {local.day} {local:%b %H:%M}"
    return f"{_WORDS[segment.state]}: {place} {named}{until}"


def step(desired: State, observed: str) -> Step:
    """What to do with an instance that AWS reports as `observed`."""
    if desired is State.ANY:
        return Step.NO_OPINION
    if desired is State.RUNNING:
        settled = {"running": Step.NOTHING, "pending": Step.NOTHING, "stopped": Step.START}
    else:
        settled = {"stopped": Step.NOTHING, "stopping": Step.NOTHING, "running": Step.STOP}
    return settled.get(observed, Step.WAIT)
