"""From local times to disjoint UTC segments.

Each edge is resolved once: in the spring gap it is the first valid instant after it, in the autumn fold its first
occurrence. Total: every loop is bounded by the days asked for.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from core.schedules.model import ScheduleDefinition, State, zone

SLACK = timedelta(minutes=1)
"""Running intervals no further apart than this are one: people write 23:59 for midnight."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when a segment holds whose begin lies beyond the reach of our search: the same at every look."""

REACHES = (timedelta(days=9), timedelta(days=60), timedelta(days=800))
"""How far to look for a segment's edges, nearest first; 800 days hold every yearly period twice."""

_FIRST, _LAST = datetime(1971, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
_RANK = {State.STOPPED: 0, State.ANY: 1, State.RUNNING: 2}

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Segment:
    """One state from `start` (included) to `end` (not included), UTC. `end` None: no change within two years."""

    start: datetime
    end: datetime | None
    state: State


def instant(place: ZoneInfo, day: date, minutes: int) -> datetime:
    """The UTC instant of a local time given as minutes after `day`'s midnight."""
    local = datetime.combine(day, time()) + timedelta(minutes=minutes)
    found = local.replace(tzinfo=place).astimezone(UTC)
    if found.astimezone(place).replace(tzinfo=None) == local:
        return found
    return clock_change(place, local.replace(tzinfo=place, fold=1).astimezone(UTC), found)


def clock_change(place: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The instant of the one clock change between two instants, by bisection to the second."""
    offset = after.astimezone(place).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while low + 1 < high:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(place).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return before + timedelta(seconds=high)


def timeline(definition: ScheduleDefinition, start: datetime, end: datetime) -> tuple[Segment, ...]:
    """What one schedule wants from `start` to `end`: sorted, disjoint segments that leave no moment out."""
    start, end = _bounded(start), _bounded(end)
    if end <= start:
        return ()
    spans = _expand(definition, start, end)
    running = merge(spans[State.RUNNING], SLACK)
    free = merge(spans[State.ANY], timedelta(0))
    layers = ((State.RUNNING, running), (State.ANY, free))
    edges = {start, end} | {
        edge for _, layer in layers for span in layer for edge in span if start < edge < end
    }
    return _joined(
        sorted(edges),
        [(state, layer, [span[0] for span in layer]) for state, layer in layers],
        definition.default,
    )


def _expand(definition: ScheduleDefinition, start: datetime, end: datetime) -> dict[State, list[Span]]:
    """Every period's spans that may touch the window. Two days before it: a period may run overnight, and zones have skipped a day."""
    place = zone(definition.timezone)
    first = start.astimezone(place).date() - timedelta(days=2)
    days = (end.astimezone(place).date() - first).days + 2
    spans: dict[State, list[Span]] = {State.RUNNING: [], State.ANY: []}
    shapes = [(period, period.spans()) for period in definition.periods]
    for day in (first + timedelta(days=offset) for offset in range(days)):
        for period, shape in shapes:
            if not period.holds(day):
                continue
            for state, begin, finish in shape:
                span = (instant(place, day, begin), instant(place, day, finish))
                if span[0] < span[1]:
                    spans[state].append(span)
    return spans


def merge(spans: Iterable[Span], slack: timedelta) -> list[Span]:
    """Sorted and disjoint; spans no more than `slack` apart become one."""
    merged: list[Span] = []
    for begin, finish in sorted(spans):
        if merged and begin - merged[-1][1] <= slack:
            merged[-1] = (merged[-1][0], max(merged[-1][1], finish))
        else:
            merged.append((begin, finish))
    return merged


def _joined(
    edges: Sequence[datetime], layers: Sequence[tuple[State, list[Span], list[datetime]]], default: State
) -> tuple[Segment, ...]:
    """One segment between each two edges, equal neighbours joined; the first layer that covers wins."""
    segments: list[Segment] = []
    for begin, finish in pairwise(edges):
        state = next((state for state, spans, starts in layers if _covers(spans, starts, begin)), default)
        _append(segments, Segment(begin, finish, state))
    return tuple(segments)


def _covers(spans: Sequence[Span], starts: Sequence[datetime], at: datetime) -> bool:
    place = bisect_right(starts, at) - 1
    return place >= 0 and at < spans[place][1]


def _append(segments: list[Segment], segment: Segment) -> None:
    if segments and segments[-1].state is segment.state:
        segments[-1] = replace(segments[-1], end=segment.end)
    else:
        segments.append(segment)


def overlay(definitions: Sequence[ScheduleDefinition], start: datetime, end: datetime) -> tuple[Segment, ...]:
    """What several schedules on one resource want together: at each moment running beats any beats stopped."""
    if len(definitions) == 1:
        return timeline(definitions[0], start, end)
    lines = [line for line in (timeline(definition, start, end) for definition in definitions) if line]
    starts = [[segment.start for segment in line] for line in lines]
    edges = sorted({edge for line in starts for edge in line} | ({_bounded(end)} if lines else set()))
    joined: list[Segment] = []
    for begin, finish in pairwise(edges):
        states = (
            line[bisect_right(begins, begin) - 1].state for line, begins in zip(lines, starts, strict=True)
        )
        _append(joined, Segment(begin, finish, max(states, key=_RANK.__getitem__)))
    return tuple(joined)


def segment_at(definitions: Sequence[ScheduleDefinition], at: datetime) -> Segment:
    """The segment that holds at `at`, with its true edges where they lie within two years.

    `start` is what identifies a segment, so it must not depend on when one looks: beyond the reach it is `BEGINNING`.
    """
    at = min(max(at, _FIRST), _LAST - timedelta(seconds=1))
    start: datetime | None = None
    end: datetime | None = None
    state = State.ANY
    for reach in REACHES:
        low, high = _bounded(at - reach), _bounded(at + reach)
        line = overlay(definitions, low, high)
        if not line:
            break
        found = line[bisect_right([segment.start for segment in line], at) - 1]
        state = found.state
        start = found.start if found.start > low else None
        end = found.end if found.end is not None and found.end < high else None
        if start is not None and end is not None:
            break
    return Segment(start or BEGINNING, end, state)


def state_at(definition: ScheduleDefinition, at: datetime) -> State:
    """What the schedule wants at one instant."""
    line = timeline(definition, at, at + timedelta(microseconds=1))
    return line[0].state if line else definition.default


def _bounded(at: datetime) -> datetime:
    """Within the years that calendars and clocks agree on, so that nothing overflows."""
    return min(max(at.astimezone(UTC), _FIRST), _LAST)
