"""A week painted by the hour: periods made of it, and the paint made of periods where they are no more than that."""

from collections.abc import Sequence
from dataclasses import replace

from core.schedules.model import DAY_MINUTES, Period, ScheduleDefinition, State, minutes

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = 24
Grid = tuple[tuple[bool, ...], ...]
"""Seven days from Monday, each of 24 hours: whether it is on."""

_Run = tuple[int, int]


def periods(grid: Sequence[Sequence[bool]]) -> tuple[Period, ...]:
    """The fewest words for it: equal hours of several days are one period, and a night belongs to the day it begins on."""
    runs = [_runs(day) for day in grid]
    named: dict[_Run, list[int]] = {}
    for day, held in enumerate(runs):
        for begin, end in held:
            if begin == 0 and _carried(runs, day, end):
                continue
            named.setdefault((begin, _until(runs, day, begin, end)), []).append(day)
    whole = named.pop((0, HOURS), [])
    made = [Period(_clock(begin), _clock(end), weekdays=_days(days)) for (begin, end), days in named.items()]
    if whole:
        made.insert(0, Period(weekdays=None if len(whole) == len(DAYS) else _days(whole)))
    return tuple(made)


def grid_of(definition: ScheduleDefinition) -> Grid | None:
    """The week as painted; None for a schedule that says more than a grid shows: dates, months, minutes, or no opinion."""
    if definition.default is not State.STOPPED:
        return None
    painted = [[False] * HOURS for _ in DAYS]
    for period in definition.periods:
        plain = replace(period, begin=None, end=None, weekdays=None) == Period()
        if not plain or (period.begin is None) != (period.end is None):
            return None
        days = _weekdays(period)
        span = (minutes(period.begin or "00:00"), minutes(period.end or "24:00"))
        if days is None or any(edge % 60 for edge in span):
            return None
        begin, end = span[0] // 60, span[1] // 60
        for day in days:
            for hour in range(begin, end + HOURS if end < begin else end):
                painted[(day + hour // HOURS) % len(DAYS)][hour % HOURS] = True
    return tuple(tuple(day) for day in painted)


def _weekdays(period: Period) -> list[int] | None:
    """The days it begins on; None where an expression depends on more than the weekday."""
    if period.weekdays is None:
        return list(range(len(DAYS)))
    found: set[int] = set()
    for said in (part.strip().lower() for part in period.weekdays):
        first, dash, last = said.partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            return None
        begin, end = DAYS.index(first), DAYS.index(last if dash else first)
        found.update(day % len(DAYS) for day in range(begin, end + 1 + (len(DAYS) if end < begin else 0)))
    return sorted(found)


def _runs(day: Sequence[bool]) -> list[_Run]:
    found: list[_Run] = []
    for hour, on in enumerate(day):
        if on and found and found[-1][1] == hour:
            found[-1] = (found[-1][0], hour + 1)
        elif on:
            found.append((hour, hour + 1))
    return found


def _night(runs: Sequence[Sequence[_Run]], day: int) -> int | None:
    """The hour of the next day at which a night that begins on `day` ends; None where none does."""
    evening = next((begin for begin, end in runs[day] if end == HOURS), None)
    morning = next((end for begin, end in runs[(day + 1) % len(runs)] if begin == 0), None)
    # A whole day is said as one; a night that lasted a day or more could not be told from a shorter one.
    short = evening is not None and evening > 0 and morning is not None and morning < evening
    return morning if short else None


def _carried(runs: Sequence[Sequence[_Run]], day: int, end: int) -> bool:
    return _night(runs, day - 1) == end


def _until(runs: Sequence[Sequence[_Run]], day: int, begin: int, end: int) -> int:
    night = _night(runs, day) if end == HOURS and begin > 0 else None
    return end if night is None else night


def _clock(hour: int) -> str:
    return f"{hour:02d}:00" if hour * 60 < DAY_MINUTES else "24:00"


def _days(days: Sequence[int]) -> tuple[str, ...] | None:
    """`mon-fri` for days in a row, each by name otherwise; None for all seven."""
    if len(days) == len(DAYS):
        return None
    row = days[-1] - days[0] + 1 == len(days)
    if row and len(days) > 1:
        return (f"{DAYS[days[0]]}-{DAYS[days[-1]]}",)
    return tuple(DAYS[day] for day in days)
