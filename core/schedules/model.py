"""What a schedule says: periods of local time, and what is wanted outside them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.errors import Invalid
from core.schedules import expressions
from core.schedules.calendars import MOST_DAYS, Calendar, off_days, together

DAY_MINUTES = 1440
_CLOCK = re.compile("([01]?[0-9]|2[0-4]):([0-5][0-9])")
_BEGUN = re.compile("(?:[01][0-9]|2[0-4]|[0-9])(?::(?:[0-5][0-9]?)?)?")
"""As much of a time as can be read, to say where it goes wrong."""

MOST_PERIODS = 100
"""More than anybody writes; a bound, so that one definition cannot hold up a tick."""


class State(StrEnum):
    """What a schedule wants. `any` is no opinion: the resource is left alone."""

    RUNNING = "running"
    STOPPED = "stopped"
    ANY = "any"


@dataclass(frozen=True)
class Period:
    """A span of local time, `HH:MM` to `HH:MM`, on the days that every given list holds (None: all days).

    An end before the begin runs into the next day and belongs to the day it began on; an end equal to the begin is empty;
    both None is the whole day. Only a begin: running from it to midnight, no opinion before. Only an end: no opinion before it.
    Raises `Invalid` for a time or expression that cannot be read.
    """

    begin: str | None = None
    end: str | None = None
    weekdays: tuple[str, ...] | None = None
    monthdays: tuple[str, ...] | None = None
    months: tuple[str, ...] | None = None
    instancetype: str | None = None
    """Size while running; says nothing about the state."""

    def __post_init__(self) -> None:
        """Refuse what could not be evaluated later."""
        if self.begin is not None and minutes(self.begin) == DAY_MINUTES:
            message = "A period cannot begin at 24:00: write 00:00 of the day after."
            raise Invalid(message)
        if self.end is not None:
            minutes(self.end)
        self.holds(date(2000, 1, 1))

    @property
    def days(self) -> expressions.Days:
        """The expressions for the days it begins on."""
        return self.weekdays, self.monthdays, self.months

    def holds(self, day: date) -> bool:
        """Whether the period begins on `day`."""
        return expressions.hold(self.days, day)

    def spans(self) -> tuple[tuple[State, int, int], ...]:
        """State, begin and end in minutes after the local midnight of the day it begins on; the end may lie on the next day."""
        if self.begin is None and self.end is None:
            return ((State.RUNNING, 0, DAY_MINUTES),)
        if self.end is None:
            begin = minutes(self.begin or "")
            return ((State.ANY, 0, begin), (State.RUNNING, begin, DAY_MINUTES))
        end = minutes(self.end)
        if self.begin is None:
            return ((State.ANY, 0, end),)
        begin = minutes(self.begin)
        return ((State.RUNNING, begin, end + DAY_MINUTES if end < begin else end),)


@dataclass(frozen=True)
class ScheduleDefinition:
    """Periods in an IANA time zone; outside all of them `default` is wanted, on days off `stopped` whatever else says.

    In a maintenance window nothing is stopped, and nothing started that is stopped: what would be stopped is left alone.
    Raises `Invalid` for an unknown zone, a day off that cannot be read or a window without both its edges.
    """

    timezone: str
    periods: tuple[Period, ...]
    default: State = State.STOPPED
    off_dates: tuple[str, ...] = ()
    """Days off from local midnight to midnight, as `calendars.off_days` reads them."""
    maintenance: tuple[Period, ...] = ()
    """Windows in which it may run, on days off too; each with begin and end, or whole days."""
    hibernate: bool = False
    """Whether instances that can are hibernated where they are to be off, instead of stopped."""

    def __post_init__(self) -> None:
        """Refuse an unknown zone, and more periods than one evaluation should meet."""
        zone(self.timezone)
        off_days(self.off_dates)
        if len(self.periods) + len(self.maintenance) > MOST_PERIODS:
            message = f"A schedule may have {MOST_PERIODS} periods, not {len(self.periods) + len(self.maintenance)}."
            raise Invalid(message)
        if any((window.begin is None) != (window.end is None) for window in self.maintenance):
            message = "A maintenance window needs both its begin and its end, or neither for the whole day."
            raise Invalid(message)

    def __hash__(self) -> int:
        """Worked out once: every look-up of what it wants asks for it."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(getattr(self, each.name) for each in fields(self)))

    def off_on(self, at: datetime) -> bool:
        """Whether `at` lies on a day off."""
        if not self.off_dates:
            return False
        return off_days(self.off_dates).hold(at.astimezone(zone(self.timezone)).date())

    def observing(self, *calendars: Calendar) -> "ScheduleDefinition":
        """The same with the days of these calendars off, too; their order does not matter."""
        days = together(self.off_dates, *(calendar.days for calendar in calendars))
        return replace(self, off_dates=days)

    @classmethod
    def from_json(cls, given: object) -> "ScheduleDefinition":
        """Read `{"timezone", "default", "off_dates", "periods": [{"begin", "end", "weekdays", "monthdays", "months"}]}`.

        `maintenance` is such a list, too. Other keys of the outer object are left unread.
        Raises `Invalid` saying what is wrong, and in which period.
        """
        body = _object(given, "A schedule")
        default = body.get("default") or State.STOPPED.value
        if default not in [state.value for state in State]:
            message = f"A schedule's default is running, stopped or any, not “{default}”."
            raise Invalid(message)
        off_dates = _list(body.get("off_dates"), "off_dates") or ()
        if len(off_dates) > MOST_DAYS:
            message = f"A schedule may have {MOST_DAYS:,} days off, not {len(off_dates):,}."
            raise Invalid(message)
        return cls(
            timezone=_text(body.get("timezone"), "timezone") or "UTC",
            periods=_periods(body.get("periods"), "period"),
            default=State(str(default)),
            off_dates=off_dates,
            maintenance=_periods(body.get("maintenance") or (), "maintenance window"),
            hibernate=_flag(body.get("hibernate"), "hibernate"),
        )

    def to_json(self) -> dict[str, object]:
        """The shape that `from_json` reads."""
        return {
            "timezone": self.timezone,
            "default": self.default.value,
            "periods": [_period_json(period) for period in self.periods],
            **({"off_dates": list(self.off_dates)} if self.off_dates else {}),
            **(
                {"maintenance": [_period_json(window) for window in self.maintenance]}
                if self.maintenance
                else {}
            ),
            **({"hibernate": True} if self.hibernate else {}),
        }


@lru_cache(maxsize=1024)
def minutes(text: str) -> int:
    """Minutes after midnight of `HH:MM`, 0 to 1440. Raises `Invalid` for an impossible time."""
    found = _CLOCK.fullmatch(text)
    value = int(found[1]) * 60 + int(found[2]) if found else DAY_MINUTES + 1
    if value <= DAY_MINUTES:
        return value
    read = _BEGUN.match(text)
    at = read.end() + 1 if read and found is None else 1
    message = f"“{text}” is no time of day at character {at}: write it as 09:30, at most 24:00."
    raise Invalid(message)


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The IANA time zone of this name. Raises `Invalid` where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"“{name}” is no time zone: give an IANA name such as Europe/London."
        raise Invalid(message) from error


def _periods(given: object, what: str) -> tuple[Period, ...]:
    """Each period; what is wrong with one is said with its number."""
    if not isinstance(given, list | tuple):
        message = f"A schedule needs its list of {what}s."
        raise Invalid(message)
    read: list[Period] = []
    for number, each in enumerate(given, 1):
        try:
            read.append(_period(each))
        except Invalid as error:
            message = f"{what.capitalize()} {number}: {error.message}"
            raise Invalid(message, mend=error.mend) from error
    return tuple(read)


def _period(given: object) -> Period:
    body = _object(given, "A period")
    return Period(
        begin=_text(body.get("begin"), "begin"),
        end=_text(body.get("end"), "end"),
        weekdays=_list(body.get("weekdays"), "weekdays"),
        monthdays=_list(body.get("monthdays"), "monthdays"),
        months=_list(body.get("months"), "months"),
        instancetype=_text(body.get("instancetype"), "instancetype"),
    )


def _period_json(period: Period) -> dict[str, object]:
    lists = {
        name: None if held is None else list(held)
        for name, held in (
            ("weekdays", period.weekdays),
            ("monthdays", period.monthdays),
            ("months", period.months),
        )
    }
    size = {} if period.instancetype is None else {"instancetype": period.instancetype}
    return {"begin": period.begin, "end": period.end, **lists, **size}


def _flag(given: object, name: str) -> bool:
    if given is None or isinstance(given, bool):
        return bool(given)
    message = f"“{name}” is true or false."
    raise Invalid(message)


def _object(given: object, what: str) -> Mapping[str, object]:
    if isinstance(given, Mapping):
        return given
    message = f"{what} must be a JSON object."
    raise Invalid(message)


def _text(given: object, name: str) -> str | None:
    if given is None or isinstance(given, str):
        return given.strip() or None if given is not None else None
    message = f"“{name}” must be text or null."
    raise Invalid(message)


def _list(given: object, name: str) -> tuple[str, ...] | None:
    """A list of expressions; a number stands for its own text, and a single text for a list of one."""
    if given is None:
        return None
    items = [given] if isinstance(given, str) else given
    if not isinstance(items, list | tuple) or not all(
        isinstance(item, str | int) and not isinstance(item, bool) for item in items
    ):
        message = f"“{name}” must be a list of expressions, or null for all."
        raise Invalid(message)
    return tuple(str(item) for item in items)
