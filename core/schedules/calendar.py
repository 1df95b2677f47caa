"""A schedule's days as a calendar: what each local day holds by the clock on the wall, and where that clock is changed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from core.errors import Invalid
from core.schedules.calendars import off_days
from core.schedules.intervals import Segment, clock_change, instant, timeline
from core.schedules.model import DAY_MINUTES, Period, ScheduleDefinition, State, zone

MOST_DAYS = 400
KEPT = 100
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class ClockChange:
    """Clocks are put forward (or back, where `by` is negative) at `at`, UTC; on the wall it is then `minute` after midnight."""

    at: datetime
    minute: int
    by: timedelta


@dataclass(frozen=True)
class Stretch:
    """One state of a local day by the wall clock: minutes after midnight, `end` not included; `lasts` is how long it really is."""

    state: State
    begin: int
    end: int
    lasts: timedelta


@dataclass(frozen=True)
class Day:
    """A local day. `change` is the clock change that falls into it, None on nearly all days.

    Why it is so: `off` says that it is a day off, `begins` which periods begin on it, `windows` which maintenance windows.
    `absent` is why the schedule is not there on that day, such as `not valid before 1 Mar 2027`; empty where it is.
    """

    day: date
    stretches: tuple[Stretch, ...]
    change: ClockChange | None
    off: bool = False
    begins: tuple[Period, ...] = ()
    windows: tuple[Period, ...] = ()
    absent: str = ""

    def hours(self, state: State) -> float:
        """How many hours of the day are in a state, as they really pass."""
        passed = sum((each.lasts for each in self.stretches if each.state is state), timedelta())
        return passed / timedelta(hours=1)


def calendar(definition: ScheduleDefinition, start: datetime, days: int) -> tuple[Day, ...]:
    """The local days from that of `start` on, each whole. Raises `Invalid` for more than 400 days."""
    if days > MOST_DAYS:
        message = f"A calendar shows at most {MOST_DAYS} days."
        raise Invalid(message)
    return _days(definition, start.astimezone(zone(definition.timezone)).date(), days)


@lru_cache(maxsize=KEPT)
def _days(definition: ScheduleDefinition, first: date, days: int) -> tuple[Day, ...]:
    place = zone(definition.timezone)
    midnights = [instant(place, first + timedelta(days=number), 0) for number in range(days + 1)]
    line = timeline(definition, midnights[0], midnights[-1])
    off = off_days(definition.off_dates)
    return tuple(
        Day(
            day,
            _stretches(line, place, midnights[number], midnights[number + 1]),
            _change(place, midnights[number], midnights[number + 1]),
            off.hold(day) and not absent,
            () if absent else tuple(period for period in definition.periods if period.holds(day)),
            () if absent else tuple(window for window in definition.maintenance if window.holds(day)),
            absent,
        )
        for number, day in enumerate(first + timedelta(days=number) for number in range(days))
        for absent in (definition.absent_on(day),)
    )


def _stretches(
    line: tuple[Segment, ...], place: ZoneInfo, start: datetime, end: datetime
) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    for segment in line:
        begins, ends = max(segment.start, start), min(segment.end or end, end)
        if begins >= ends:
            continue
        begin = 0 if begins == start else _on_the_wall(place, begins)
        finish = DAY_MINUTES if ends == end else _on_the_wall(place, ends)
        # Within the hour that autumn repeats, the wall clock may stand before where it began.
        found.append(Stretch(segment.state, begin, max(begin, finish), ends - begins))
    return tuple(found)


def _on_the_wall(place: ZoneInfo, at: datetime) -> int:
    local = at.astimezone(place)
    return local.hour * 60 + local.minute


def _change(place: ZoneInfo, start: datetime, end: datetime) -> ClockChange | None:
    """The clock change after one midnight and before or at the next: a change at midnight belongs to the day it ends."""
    before, after = start.astimezone(place).utcoffset(), end.astimezone(place).utcoffset()
    if start >= end or before is None or after is None or before == after:
        return None
    at = clock_change(place, start, end)
    reached = at.astimezone(place)
    minute = DAY_MINUTES if at == end else reached.hour * 60 + reached.minute
    return ClockChange(at, minute, after - before)
