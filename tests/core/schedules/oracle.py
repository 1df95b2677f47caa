"""What a schedule wants, worked out as naively as can be: every minute is walked, every wall clock read.

It shares nothing with the product but the words of a period: days are asked of plain conditions, an edge is the first minute
at which the wall shows its time or a later one, and the state of a minute is painted on it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

ZONES = (
    "America/New_York",
    "America/Sao_Paulo",
    "America/Havana",
    "America/Santiago",
    "America/Asuncion",
    "America/St_Johns",
    "America/Nuuk",
    "America/Scoresbysund",
    "Atlantic/Azores",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Europe/London",
    "Europe/Dublin",
    "Asia/Beirut",
    "Asia/Tehran",
    "Asia/Gaza",
    "Asia/Pyongyang",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Antarctica/Troll",
)
"""Changes at midnight, by half an hour and by two, at odd offsets, twice around Ramadan, and once for good."""

FIRST_YEAR, YEARS = 2018, 10
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
AROUND, PADDING = 2 * DAY, 4 * DAY
"""How much is compared to each side of a clock change, and how much more is walked so that no edge is missed."""

DAYS: Mapping[str, Mapping[str, Callable[[date], bool]]] = {
    "weekdays": {
        "mon-fri": lambda day: day.weekday() < 5,
        "sat-tue": lambda day: day.weekday() in {5, 6, 0, 1},
        "sun": lambda day: day.weekday() == 6,
        "mon-sun/2": lambda day: day.weekday() in {0, 2, 4, 6},
        "sun#2": lambda day: day.weekday() == 6 and 8 <= day.day <= 14,
        "sunL": lambda day: day.weekday() == 6 and (day + 7 * DAY).month != day.month,
    },
    "monthdays": {
        "1-15": lambda day: day.day <= 15,
        "L": lambda day: (day + DAY).day == 1,
        "25-L": lambda day: day.day >= 25,
        "1/2": lambda day: day.day % 2 == 1,
        "15W": lambda day: (
            day.weekday() < 5
            and (
                day.day == 15
                or (day.day == 14 and day.weekday() == 4)
                or (day.day == 16 and day.weekday() == 0)
            )
        ),
    },
    "months": {
        "mar-oct": lambda day: 3 <= day.month <= 10,
        "nov-feb": lambda day: day.month in {11, 12, 1, 2},
        "jan/3": lambda day: day.month in {1, 4, 7, 10},
    },
}
"""Expressions, and the same as plain conditions."""


@dataclass(frozen=True)
class Told:
    """A period as plainly as it can be told: minutes after midnight, and expressions of `DAYS` by field."""

    begin: int | None
    end: int | None
    days: tuple[tuple[str, tuple[str, ...]], ...] = ()
    later: int | None = None
    off: bool = False

    def holds(self, day: date) -> bool:
        """Every field must hold, any of its expressions is enough."""
        return all(any(DAYS[field][text](day) for text in texts) for field, texts in self.days)

    def painted(self) -> Iterator[tuple[str, int, int]]:
        """State, begin and end in minutes after midnight."""
        within = "stopped" if self.off else "running"
        if self.begin is None:
            yield (within, 0, 1440) if self.end is None else ("any", 0, self.end)
        elif self.end is None:
            yield "any", 0, self.begin
            yield "running", self.begin, 1440
        else:
            later = (1 if self.end < self.begin else 0) if self.later is None else self.later
            yield within, self.begin, self.end + 1440 * later


@dataclass(frozen=True)
class Change:
    """The first minute of a zone's new offset."""

    zone: str
    at: datetime


@lru_cache
def changes() -> tuple[Change, ...]:
    """Every clock change of the zones in those years, found by looking each quarter of an hour."""
    found = []
    for name in ZONES:
        zone = ZoneInfo(name)
        at, end = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), datetime(FIRST_YEAR + YEARS, 1, 1, tzinfo=UTC)
        before = at.astimezone(zone).utcoffset()
        while at < end:
            # a day at a time, and within a day that changed each minute
            after = (at + DAY).astimezone(zone).utcoffset()
            if after != before:
                moment = next(
                    at + MINUTE * step
                    for step in range(1441)
                    if (at + MINUTE * step).astimezone(zone).utcoffset() == after
                )
                found.append(Change(name, moment))
            at, before = at + DAY, after
    return tuple(found)


@lru_cache(maxsize=4)
def walls(change: Change) -> tuple[datetime, tuple[datetime, ...]]:
    """The first minute walked, and what the wall clock shows at each from there on."""
    zone, first = ZoneInfo(change.zone), change.at - AROUND - PADDING
    count = int((AROUND + PADDING) / MINUTE) * 2
    return first, tuple(
        (first + MINUTE * step).astimezone(zone).replace(tzinfo=None) for step in range(count)
    )


def wanted(
    change: Change,
    periods: Sequence[Told],
    default: str,
    off: Sequence[int] = (),
    valid: tuple[int | None, int | None] = (None, None),
) -> list[tuple[datetime, str]]:
    """When, from `AROUND` before the change to `AROUND` after it, which state begins.

    `off` are days off, `valid` the first and the last day on which it says anything: counted from the day of the change.
    """
    first, wall = walls(change)
    running, free, stopped = ([False] * len(wall) for _ in range(3))
    day = wall[0].date() + 2 * DAY
    while day < wall[-1].date() - 2 * DAY:
        for period in periods:
            if not period.holds(day):
                continue
            for state, begin, end in period.painted():
                layer = {"running": running, "any": free, "stopped": stopped}[state]
                for step in range(_reached(wall, day, begin), _reached(wall, day, end)):
                    layer[step] = True
        day += DAY
    for step in range(1, len(wall) - 1):
        if running[step - 1] and running[step + 1]:
            running[step] = True  # people write 23:59 for midnight
    today = change.at.astimezone(ZoneInfo(change.zone)).date()
    free_days = {today + DAY * number for number in off}
    for day in free_days:
        for step in range(_reached(wall, day, 0), _reached(wall, day, 1440)):
            stopped[step] = True
    states = [
        "stopped" if never else "running" if on else "any" if either else default
        for on, either, never in zip(running, free, stopped, strict=True)
    ]
    first_day, last_day = (None if days is None else today + DAY * days for days in valid)
    _leave_out(wall, states, first_day, last_day)
    begin, end = int(PADDING / MINUTE), len(wall) - int(PADDING / MINUTE)
    return [
        (first + MINUTE * step, states[step])
        for step in range(begin, end)
        if step == begin or states[step] != states[step - 1]
    ]


def _leave_out(
    wall: Sequence[datetime], states: list[str], first_day: date | None, last_day: date | None
) -> None:
    """Nothing is wanted before the first day begins and once the last is over."""
    begins = 0 if first_day is None else _reached(wall, first_day, 0)
    ends = len(wall) if last_day is None else _reached(wall, last_day, 1440)
    for step in (*range(begins), *range(ends, len(wall))):
        states[step] = "any"


def _reached(wall: Sequence[datetime], day: date, minutes: int) -> int:
    """The first minute at which the wall shows a time of this day, or a later one."""
    local = datetime(day.year, day.month, day.day) + MINUTE * minutes  # noqa: DTZ001  a wall clock has no zone
    step = 0
    while wall[step] < local:
        step += 1
    return step
