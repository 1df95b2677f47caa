"""From local times to disjoint UTC segments.

Each edge is resolved once: in the spring gap it is the first valid instant after it, in the autumn fold its first
occurrence. Total: every loop is bounded by the days asked for.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from core.schedules.calendars import off_days
from core.schedules.model import DAY_MINUTES, Period, ScheduleDefinition, State, zone

SLACK = timedelta(minutes=1)
"""Running intervals no further apart than this are one: people write 23:59 for midnight."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when a segment holds whose begin lies beyond the reach of our search: the same at every look."""

REACHES = (timedelta(days=9), timedelta(days=60), timedelta(days=800))
"""How far to look for a segment's edges, nearest first; 800 days hold every yearly period twice."""

REMEMBERED = 65_536
"""Days of combinations of schedules whose segments are kept: about 1 KB each."""

MOMENT = timedelta(microseconds=1)
_FIRST, _LAST = datetime(1971, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
_STOPS: Mapping[State, State] = dict.fromkeys(State, State.STOPPED)
_LETS_RUN: Mapping[State, State] = {State.STOPPED: State.ANY}
"""What a maintenance window makes of a state: nothing is stopped in it, and nothing that somebody stopped is started."""
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
    midnight = _steady(place, day)
    if midnight is not None and 0 <= minutes <= 2 * DAY_MINUTES:
        return midnight + timedelta(minutes=minutes)
    local = datetime.combine(day, time()) + timedelta(minutes=minutes)
    found = local.replace(tzinfo=place).astimezone(UTC)
    if found.astimezone(place).replace(tzinfo=None) == local:
        return found
    return clock_change(place, local.replace(tzinfo=place, fold=1).astimezone(UTC), found)


@lru_cache(maxsize=REMEMBERED)
def _steady(place: ZoneInfo, day: date) -> datetime | None:
    """The instant of a day's midnight if the clock does not change from the day before until three days after; else None.

    Looked at every three hours: no zone went there and back within as little.
    """
    midnight = datetime.combine(day, time(), place)
    offset, at = midnight.utcoffset(), midnight.astimezone(UTC)
    near = (at + timedelta(hours=hours) for hours in range(-24, 75, 3))
    return at if all(moment.astimezone(place).utcoffset() == offset for moment in near) else None


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
    line = _laid(_regular(definition, start, end), _days_off(definition, start, end), _STOPS)
    return _laid(line, maintenance(definition, start, end), _LETS_RUN)


def _regular(definition: ScheduleDefinition, start: datetime, end: datetime) -> tuple[Segment, ...]:
    """The same without days off."""
    start, end = bounded(start), bounded(end)
    if end <= start:
        return ()
    spans = _expand(definition.timezone, definition.periods, start, end)
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


def _expand(
    timezone: str, periods: Sequence[Period], start: datetime, end: datetime
) -> dict[State, list[Span]]:
    """Every period's spans that may touch the window. Two days before it: a period may run overnight, and zones have skipped a day."""
    place = zone(timezone)
    first = start.astimezone(place).date() - timedelta(days=2)
    days = (end.astimezone(place).date() - first).days + 2
    spans: dict[State, list[Span]] = {State.RUNNING: [], State.ANY: []}
    shapes = [(period, period.spans()) for period in periods]
    for day in (first + timedelta(days=offset) for offset in range(days)):
        for period, shape in shapes:
            if not period.holds(day):
                continue
            for state, begin, finish in shape:
                span = (instant(place, day, begin), instant(place, day, finish))
                if span[0] < span[1]:
                    spans[state].append(span)
    return spans


def _days_off(definition: ScheduleDefinition, start: datetime, end: datetime) -> list[Span]:
    """The days off that may touch the window, from local midnight to midnight."""
    if not definition.off_dates:
        return []
    place = zone(definition.timezone)
    first, last = (bounded(at).astimezone(place).date() for at in (start, end))
    found = off_days(definition.off_dates).within(first - timedelta(days=2), last + timedelta(days=1))
    spans = ((instant(place, day, 0), instant(place, day, DAY_MINUTES)) for day in found)
    return merge((span for span in spans if span[0] < span[1]), timedelta(0))


def maintenance(definition: ScheduleDefinition, start: datetime, end: datetime) -> list[Span]:
    """The maintenance windows that may touch the time from `start` to `end`: sorted and disjoint."""
    if not definition.maintenance:
        return []
    spans = _expand(definition.timezone, definition.maintenance, bounded(start), bounded(end))
    return merge(spans[State.RUNNING], SLACK)


def _laid(
    line: tuple[Segment, ...], spans: Sequence[Span], become: Mapping[State, State]
) -> tuple[Segment, ...]:
    """A line whose states become others within `spans`, which are sorted and disjoint."""
    if not line or not spans:
        return line
    starts, begins = [segment.start for segment in line], [span[0] for span in spans]
    end = line[-1].end or _LAST
    edges = {*starts, end} | {edge for span in spans for edge in span if starts[0] < edge < end}
    joined: list[Segment] = []
    for begin, finish in pairwise(sorted(edges)):
        state = line[bisect_right(starts, begin) - 1].state
        covered = _covers(spans, begins, begin)
        _append(joined, Segment(begin, finish, become.get(state, state) if covered else state))
    return tuple(joined)


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
    """What several schedules on one resource want together: at each moment running beats any beats stopped.

    A day off of any of them beats all: it is taken from what they want together. A maintenance window of any of them beats that.
    """
    if len(definitions) == 1:
        return timeline(definitions[0], start, end)
    lines = [line for line in (_regular(definition, start, end) for definition in definitions) if line]
    starts = [[segment.start for segment in line] for line in lines]
    edges = sorted({edge for line in starts for edge in line} | ({bounded(end)} if lines else set()))
    joined: list[Segment] = []
    for begin, finish in pairwise(edges):
        states = (
            line[bisect_right(begins, begin) - 1].state for line, begins in zip(lines, starts, strict=True)
        )
        _append(joined, Segment(begin, finish, max(states, key=_RANK.__getitem__)))
    off = [span for definition in definitions for span in _days_off(definition, start, end)]
    allowed = [span for definition in definitions for span in maintenance(definition, start, end)]
    line = _laid(tuple(joined), merge(off, timedelta(0)), _STOPS)
    return _laid(line, merge(allowed, timedelta(0)), _LETS_RUN)


def segment_at(definitions: Sequence[ScheduleDefinition], at: datetime) -> Segment:
    """The segment that holds at `at`, with its true edges where they lie within two years.

    `start` is what identifies a segment, so it must not depend on when one looks: beyond the reach it is `BEGINNING`.
    """
    at = bounded(at)
    starts, segments = _on(tuple(definitions), at.toordinal())
    return segments[max(0, bisect_right(starts, at) - 1)]


@lru_cache(maxsize=REMEMBERED)
def _on(
    definitions: tuple[ScheduleDefinition, ...], ordinal: int
) -> tuple[tuple[datetime, ...], tuple[Segment, ...]]:
    """The segments of a UTC day, whole, and their starts: a tick each minute works them out once a day."""
    day = bounded(datetime.combine(date.fromordinal(ordinal), time(), UTC))
    night = bounded(day + timedelta(days=1))
    segments: tuple[Segment, ...] = ()
    for reach in REACHES:
        low, high = bounded(day - reach), bounded(night + reach)
        line = overlay(definitions, low, high)
        begins = [segment.start for segment in line]
        found = line[max(0, bisect_right(begins, day) - 1) : bisect_left(begins, max(night, day + MOMENT))]
        segments = tuple(
            Segment(
                piece.start if piece.start > low else BEGINNING,
                piece.end if piece.end is not None and piece.end < high else None,
                piece.state,
            )
            for piece in found
        )
        if segments and segments[0].start > BEGINNING and segments[-1].end is not None:
            break
    segments = segments or (Segment(BEGINNING, None, State.ANY),)
    return tuple(segment.start for segment in segments), segments


def state_at(definition: ScheduleDefinition, at: datetime) -> State:
    """What the schedule wants at one instant."""
    at = bounded(at)
    line = timeline(definition, at, at + MOMENT)
    return line[0].state if line else definition.default


def bounded(at: datetime) -> datetime:
    """Within the years that calendars and clocks agree on, so that nothing overflows."""
    return min(max(at, _FIRST), _LAST).astimezone(UTC)
