"""What somebody wants of one resource for a while, whatever its schedules say: never without an end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from core.errors import Invalid
from core.schedules.intervals import Segment, segment_at
from core.schedules.model import ScheduleDefinition, State

LONGEST = timedelta(days=30)
"""Nobody remembers to take back what was to hold for longer."""

LONGEST_REASON = 300
TONIGHT = timedelta(hours=24)
"""How far ahead a stop may lie to be tonight's, and how long it is skipped at most."""


@dataclass(frozen=True)
class Override:
    """Keep a resource running or stopped from `begin` (included) to `until` (not included), by whom and why.

    `ended_at` is when somebody ended it before its time. Raises `Invalid` for one without a sensible end or state.
    """

    id: UUID
    resource_id: str
    state: State
    begin: datetime
    until: datetime
    reason: str
    by: str
    at: datetime
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse what could outlive its purpose."""
        if self.state is State.ANY:
            message = "An override keeps something running or stopped."
            raise Invalid(message)
        if self.until <= max(self.begin, self.at):
            message = "An override ends in the future, after it has begun."
            raise Invalid(message, mend="Give a later end.")
        if self.until - self.at > LONGEST:
            message = f"An override holds for at most {LONGEST.days} days."
            raise Invalid(message, mend="Give an earlier end, or change the schedule.")

    @property
    def end(self) -> datetime:
        """When it is over: at its end, or when it was ended before."""
        return self.until if self.ended_at is None else min(self.until, self.ended_at)

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at `at`."""
        return self.begin <= at < self.end

    @property
    def happened(self) -> bool:
        """Whether it was in force for any time at all, or will be."""
        return self.begin < self.end


def in_force(overrides: Sequence[Override], at: datetime) -> Override | None:
    """The one that holds at `at`: of several, the one made last."""
    holding = [each for each in overrides if each.holds(at)]
    return max(holding, key=lambda each: each.at, default=None)


def over_since(overrides: Sequence[Override], at: datetime) -> datetime | None:
    """When the last of those that are over ended: from then on, schedules decide anew."""
    return max((each.end for each in overrides if each.happened and each.end <= at), default=None)


def lay_over(line: Sequence[Segment], overrides: Sequence[Override]) -> tuple[Segment, ...]:
    """What is wanted from segment to segment with these overrides laid over them; equal neighbours are one."""
    edges = sorted(
        {edge for segment in line for edge in (segment.start, segment.end) if edge is not None}
        | {
            edge
            for each in overrides
            for edge in (each.begin, each.end)
            if line and line[0].start < edge and (line[-1].end is None or edge < line[-1].end)
        }
    )
    laid: list[Segment] = []
    place = 0
    for start, end in pairwise(edges):
        while place + 1 < len(line) and line[place + 1].start <= start:
            place += 1
        held = in_force(overrides, start)
        state = line[place].state if held is None else held.state
        if laid and laid[-1].state is state:
            laid[-1] = Segment(laid[-1].start, end, state)
        else:
            laid.append(Segment(start, end, state))
    return tuple(laid)


def tonight(schedules: Sequence[ScheduleDefinition], at: datetime) -> tuple[datetime, datetime]:
    """From when until when to keep running what schedules would have off next, or have off now: 24 hours at most.

    Raises `Invalid` where nothing is to be off within 24 hours.
    """
    segment = segment_at(schedules, at) if schedules else None
    while segment is not None and segment.state is not State.STOPPED:
        ahead = segment.end is not None and segment.end < at + TONIGHT
        segment = segment_at(schedules, segment.end) if ahead and segment.end is not None else None
    if segment is None:
        message = "No schedule has it off within 24 hours."
        raise Invalid(message, mend="To keep it on, say until when.")
    begin = max(segment.start, at)
    latest = begin + TONIGHT
    return begin, latest if segment.end is None else min(segment.end, latest)
