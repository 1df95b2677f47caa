"""From local times to disjoint UTC segments.

Each edge is resolved once: in the spring gap it is the first valid instant after it, in the autumn fold its first
occurrence. Total: every loop is bounded by the days asked for.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from core.schedules.calendars import off_days
from core.schedules.expressions import Days, hold
from core.schedules.lines import Held, Line, Span, clipped, in_state, laid, merge
from core.schedules.model import DAY_MINUTES, Period, ScheduleDefinition, State, zone

SLACK = timedelta(minutes=1)
"""Running intervals no further apart than this are one: people write 23:59 for midnight."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when a segment holds whose begin lies beyond the reach of our search: the same at every look."""

REACHES = (timedelta(days=3), timedelta(days=9), timedelta(days=60), timedelta(days=800))
"""How far to look for a segment's edges, nearest first: over a weekend, a week, two months; 800 days hold every yearly period twice."""

REMEMBERED = 65_536
"""Days of combinations of schedules whose segments are kept: about 1 KB each."""

SHARED_DAYS = 40
"""Windows of no more days than this share what days periods hold on: most periods hold on the same ones."""

MOMENT, _DAY = timedelta(microseconds=1), timedelta(days=1)
_FIRST, _LAST = datetime(1971, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
_EVER: Span = (_FIRST, _LAST)
_STOPS: Mapping[Held, Held] = dict.fromkeys(State, State.STOPPED)
_LETS_RUN: Mapping[Held, Held] = {State.STOPPED: State.ANY}
"""What a maintenance window makes of a state: nothing is stopped in it, and nothing that somebody stopped is started."""
_RUNS: Mapping[Held, Held] = dict.fromkeys((None, *State), State.RUNNING)
_FREES: Mapping[Held, Held] = dict.fromkeys(State, State.ANY)
_LEAVES: Mapping[Held, Held] = dict.fromkeys(State)
"""Outside of its first and last day a schedule is absent, whatever it would want."""
_WANTS_STOPPED: Mapping[Held, Held] = {None: State.STOPPED}
_WANTS_ANY: Mapping[Held, Held] = {None: State.ANY, State.STOPPED: State.ANY}
"""What schedules want together: anything beats being absent, running beats any beats stopped."""
_NOBODY_WANTS: Mapping[Held, Held] = {None: State.ANY}


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
    return overlay((definition,), start, end)


def overlay(definitions: Sequence[ScheduleDefinition], start: datetime, end: datetime) -> tuple[Segment, ...]:
    """What several schedules on one resource want together: at each moment running beats any beats stopped.

    A day off of any of them beats all: it is taken from what they want together. A maintenance window of any of them beats that.
    Where one is not valid it is absent with all of these; where none is valid, nothing is wanted.
    """
    line = _together(definitions, bounded(start), bounded(end))
    return tuple(Segment(begin, finish, state or State.ANY) for (begin, finish), state in line.pieces())


def _together(definitions: Sequence[ScheduleDefinition], start: datetime, end: datetime) -> Line:
    if end <= start or not definitions:
        return Line([], [], end)
    line = _regular(definitions[0], start, end)
    for definition in definitions[1:]:
        other = _regular(definition, start, end)
        if None in line.states:
            line = laid(line, in_state(other, State.STOPPED), _WANTS_STOPPED)
        line = laid(line, in_state(other, State.ANY), _WANTS_ANY)
        line = laid(line, in_state(other, State.RUNNING), _RUNS)
    off = [span for definition in definitions for span in kept_off(definition, start, end)]
    line = laid(line, merge(off, timedelta(0)), _STOPS)
    allowed = [span for definition in definitions for span in maintenance(definition, start, end)]
    line = laid(line, merge(allowed, timedelta(0)), _LETS_RUN)
    return laid(line, [(start, end)], _NOBODY_WANTS) if None in line.states else line


def _regular(definition: ScheduleDefinition, start: datetime, end: datetime) -> Line:
    """What one schedule wants without days off and maintenance windows; None where it is not valid."""
    spans = _expand(definition.timezone, [each for each in definition.periods if not each.off], start, end)
    line = Line([start], [definition.default], end)
    line = laid(line, merge(spans[State.ANY], timedelta(0)), _FREES)
    line = laid(line, merge(spans[State.RUNNING], SLACK), _RUNS)
    first, last = valid_span(definition)
    return laid(line, clipped([(_FIRST, first), (last, _LAST)], (start, end)), _LEAVES)


def valid_span(definition: ScheduleDefinition) -> Span:
    """From when until when it is valid: local midnights, or all the years that we know."""
    if definition.valid_from is None and definition.valid_to is None:
        return _EVER
    return _valid(definition.timezone, definition.valid_from, definition.valid_to)


@lru_cache(maxsize=4096)
def _valid(timezone: str, first: date | None, last: date | None) -> Span:
    place = zone(timezone)
    # `9999-12-31` is what people write for ever
    day, final = (
        min(max(each, _FIRST.date() - _DAY), _LAST.date() + _DAY)
        for each in (first or date.min, last or date.max)
    )
    return bounded(instant(place, day, 0)), bounded(instant(place, final, DAY_MINUTES))


def _expand(
    timezone: str, periods: Sequence[Period], start: datetime, end: datetime
) -> dict[State, list[Span]]:
    """Every period's spans that may touch the window. Two days before it: a period may run overnight, and zones have skipped a day."""
    spans: dict[State, list[Span]] = {State.RUNNING: [], State.ANY: [], State.STOPPED: []}
    for period in periods:
        own = period.timezone or timezone
        place = zone(own)
        first = start.astimezone(place).toordinal() - 2 - (period.days_later or 0)
        days = end.astimezone(place).toordinal() - first + 2
        midnights = _midnights if days <= SHARED_DAYS else _midnights.__wrapped__
        on = midnights(own, period.days, first, days)
        for state, begin, finish in period.spans():
            after, until, found = timedelta(minutes=begin), timedelta(minutes=finish), spans[state]
            far = finish > 2 * DAY_MINUTES
            for day, midnight in on:
                if midnight is None or far:
                    span = (instant(place, day, begin), instant(place, day, finish))
                else:
                    span = (midnight + after, midnight + until)
                if span[0] < span[1]:
                    found.append(span)
    return spans


@lru_cache(maxsize=4096)
def _midnights(timezone: str, on: Days, first: int, days: int) -> tuple[tuple[date, datetime | None], ...]:
    """Of so many days from the `first` ordinal on, those meant, each with the instant of its midnight where clocks are steady around it."""
    place = zone(timezone)
    all_days = (date.fromordinal(first + offset) for offset in range(days))
    return tuple((day, _steady(place, day)) for day in all_days if hold(on, day))


def kept_off(definition: ScheduleDefinition, start: datetime, end: datetime) -> list[Span]:
    """The days off that may touch the window, from local midnight to midnight, and the periods of being off."""
    periods = [period for period in definition.periods if period.off]
    spans = _expand(definition.timezone, periods, start, end)[State.STOPPED] if periods else []
    if definition.off_dates:
        spans = [*spans, *_days_off(definition, start, end)]
    return clipped(spans, valid_span(definition)) if spans else spans


def _days_off(definition: ScheduleDefinition, start: datetime, end: datetime) -> list[Span]:
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
    return clipped(merge(spans[State.RUNNING], SLACK), valid_span(definition))


def segment_at(definitions: Sequence[ScheduleDefinition], at: datetime) -> Segment:
    """The segment that holds at `at`, with its true edges where they lie within two years.

    `start` is what identifies a segment, so it must not depend on when one looks: beyond the reach it is `BEGINNING`.
    """
    at = bounded(at)
    starts, segments = on_day(tuple(definitions), at.toordinal())
    return segments[max(0, bisect_right(starts, at) - 1)]


@lru_cache(maxsize=REMEMBERED)
def on_day(
    definitions: tuple[ScheduleDefinition, ...], ordinal: int
) -> tuple[tuple[datetime, ...], tuple[Segment, ...]]:
    """The segments of a UTC day, whole, and their starts: a tick each minute works them out once a day."""
    day = bounded(datetime.combine(date.fromordinal(ordinal), time(), UTC))
    night = bounded(day + timedelta(days=1))
    segments: tuple[Segment, ...] = ()
    for reach in REACHES:
        low, high = bounded(day - reach), bounded(night + reach)
        starts, states, _ = _together(definitions, low, high)
        first, after = max(0, bisect_right(starts, day) - 1), bisect_left(starts, max(night, day + MOMENT))
        edges = [*starts, None]
        segments = tuple(
            Segment(
                starts[place] if starts[place] > low else BEGINNING,
                edges[place + 1],
                states[place] or State.ANY,
            )
            for place in range(first, after)
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
