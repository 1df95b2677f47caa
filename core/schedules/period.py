"""A rule of a schedule: a span of local time, on the days that it begins on, in which something is on, or off."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.errors import Invalid
from core.schedules import expressions
from core.schedules.reading import a_flag, a_list, a_number, a_text, an_object

DAY_MINUTES = 1440
LONGEST_DAYS = 7
"""A span ends at most so many days after the one it begins on."""
_CLOCK = re.compile("([01]?[0-9]|2[0-4]):([0-5][0-9])")
_BEGUN = re.compile("(?:[01][0-9]|2[0-4]|[0-9])(?::(?:[0-5][0-9]?)?)?")
"""As much of a time as can be read, to say where it goes wrong."""


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
    With `days_later`, it ends so many days after it began. `off`: in it, things are off whatever other periods say.
    Raises `Invalid` for a time or expression that cannot be read, and for what does not go together.
    """

    begin: str | None = None
    end: str | None = None
    weekdays: tuple[str, ...] | None = None
    monthdays: tuple[str, ...] | None = None
    months: tuple[str, ...] | None = None
    instancetype: str | None = None
    """Size while running; says nothing about the state."""
    off: bool = False
    dates: tuple[str, ...] | None = None
    """Single days, `2026-12-24` or `12-24` for every year."""
    days_later: int | None = None
    """How many days after the day it begins on the end lies; None: 0, or 1 where the end is before the begin."""
    timezone: str | None = None
    """Its own IANA time zone; None: the schedule's."""

    def __post_init__(self) -> None:
        """Refuse what could not be evaluated later."""
        if self.begin is not None and minutes(self.begin) == DAY_MINUTES:
            message = "A period cannot begin at 24:00: write 00:00 of the day after."
            raise Invalid(message)
        if self.end is not None:
            minutes(self.end)
        expressions.check(self.days)
        if self.timezone is not None:
            zone(self.timezone)
        both = self.begin is not None and self.end is not None
        if self.off and (self.begin is None) != (self.end is None):
            message = "A period of being off needs both its begin and its end, or neither for the whole day."
            raise Invalid(message)
        if self.off and self.instancetype is not None:
            message = "A period of being off has no instance type."
            raise Invalid(message)
        if self.days_later is not None and not (both and 0 <= self.days_later <= LONGEST_DAYS):
            message = f"A period with a begin and an end may end 0 to {LONGEST_DAYS} days later."
            raise Invalid(message)
        if self.days_later == 0 and minutes(self.end or "") < minutes(self.begin or ""):
            message = f"From {self.begin} to {self.end} of the same day it would end before it begins: end it 1 day later."
            raise Invalid(message)

    @property
    def days(self) -> expressions.Days:
        """The expressions for the days it begins on."""
        return self.weekdays, self.monthdays, self.months, self.dates

    def holds(self, day: date) -> bool:
        """Whether the period begins on `day`."""
        return expressions.hold(self.days, day)

    def spans(self) -> tuple[tuple[State, int, int], ...]:
        """State, begin and end in minutes after the local midnight of the day it begins on; the end may lie on a later day."""
        within = State.STOPPED if self.off else State.RUNNING
        if self.begin is None and self.end is None:
            return ((within, 0, DAY_MINUTES),)
        if self.end is None:
            begin = minutes(self.begin or "")
            return ((State.ANY, 0, begin), (State.RUNNING, begin, DAY_MINUTES))
        end = minutes(self.end)
        if self.begin is None:
            return ((State.ANY, 0, end),)
        begin = minutes(self.begin)
        later = int(end < begin) if self.days_later is None else self.days_later
        return ((within, begin, end + later * DAY_MINUTES),)

    @classmethod
    def from_json(cls, given: object) -> "Period":
        """Read `{"begin", "end", "weekdays", "monthdays", "months", "dates", "off", "days_later", "timezone", "instancetype"}`.

        All may be left out. Raises `Invalid` saying what is wrong.
        """
        body = an_object(given, "A period")
        return cls(
            begin=a_text(body.get("begin"), "begin"),
            end=a_text(body.get("end"), "end"),
            weekdays=a_list(body.get("weekdays"), "weekdays"),
            monthdays=a_list(body.get("monthdays"), "monthdays"),
            months=a_list(body.get("months"), "months"),
            instancetype=a_text(body.get("instancetype"), "instancetype"),
            off=a_flag(body.get("off"), "off"),
            dates=a_list(body.get("dates"), "dates"),
            days_later=a_number(body.get("days_later"), "days_later"),
            timezone=a_text(body.get("timezone"), "timezone"),
        )

    def to_json(self) -> dict[str, object]:
        """The shape that `from_json` reads; what few periods have is there only where it is said."""
        lists = {
            name: None if held is None else list(held)
            for name, held in (
                ("weekdays", self.weekdays),
                ("monthdays", self.monthdays),
                ("months", self.months),
            )
        }
        few = {
            "instancetype": self.instancetype,
            "off": self.off or None,
            "dates": None if self.dates is None else list(self.dates),
            "days_later": self.days_later,
            "timezone": self.timezone,
        }
        said = {name: value for name, value in few.items() if value is not None}
        return {"begin": self.begin, "end": self.end, **lists, **said}


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
