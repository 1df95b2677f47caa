"""What a schedule says: periods of local time, and what is wanted outside them."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import cached_property

from core import dates
from core.errors import Invalid
from core.schedules.calendars import MOST_DAYS, Calendar, off_days, together
from core.schedules.period import DAY_MINUTES, Period, State, minutes, zone
from core.schedules.reading import a_day, a_flag, a_list, a_text, an_object

__all__ = ["DAY_MINUTES", "MOST_PERIODS", "Period", "ScheduleDefinition", "State", "minutes", "zone"]

MOST_PERIODS = 100
"""More than anybody writes; a bound, so that one definition cannot hold up a tick."""


@dataclass(frozen=True)
class ScheduleDefinition:
    """Periods in an IANA time zone; outside all of them `default` is wanted, on days off `stopped` whatever else says.

    In a maintenance window nothing is stopped, and nothing started that is stopped: what would be stopped is left alone.
    Before `valid_from` and after `valid_to`, days in its time zone, it is absent: it wants nothing, and others decide alone.
    Raises `Invalid` for an unknown zone, a day off that cannot be read, a window without both its edges, or a last day before the first.
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
    valid_from: date | None = None
    """The first day, from its local midnight on; None: it has always been there."""
    valid_to: date | None = None
    """The last day, until the midnight after it; None: it stays."""

    def __post_init__(self) -> None:
        """Refuse an unknown zone, and more periods than one evaluation should meet."""
        zone(self.timezone)
        off_days(self.off_dates)
        if len(self.periods) + len(self.maintenance) > MOST_PERIODS:
            message = f"A schedule may have {MOST_PERIODS} periods, not {len(self.periods) + len(self.maintenance)}."
            raise Invalid(message)
        if any(window.off for window in self.maintenance):
            message = "A maintenance window is no period of being off."
            raise Invalid(message)
        if any((window.begin is None) != (window.end is None) for window in self.maintenance):
            message = "A maintenance window needs both its begin and its end, or neither for the whole day."
            raise Invalid(message)
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            message = f"A schedule's last day, {dates.day(self.valid_to)}, is before its first, {dates.day(self.valid_from)}."
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
        day = at.astimezone(zone(self.timezone)).date()
        return off_days(self.off_dates).hold(day) and not self.absent_on(day)

    def absent_at(self, at: datetime) -> str:
        """Why it is not there at `at`, as `absent_on` says it."""
        if self.valid_from is None and self.valid_to is None:
            return ""
        return self.absent_on(at.astimezone(zone(self.timezone)).date())

    def absent_on(self, day: date) -> str:
        """Why it is not there on a local day, such as `not valid before 1 Mar 2027`; empty where it is."""
        if self.valid_from is not None and day < self.valid_from:
            return f"not valid before {dates.day(self.valid_from)}"
        if self.valid_to is not None and day > self.valid_to:
            return f"not valid after {dates.day(self.valid_to)}"
        return ""

    def observing(self, *calendars: Calendar) -> "ScheduleDefinition":
        """The same with the days of these calendars off, too; their order does not matter."""
        days = together(self.off_dates, *(calendar.days for calendar in calendars))
        return replace(self, off_dates=days)

    @classmethod
    def from_json(cls, given: object) -> "ScheduleDefinition":
        """Read `{"timezone", "default", "off_dates", "periods": [{"begin", "end", "weekdays", "monthdays", "months"}]}`.

        `maintenance` is such a list, too; `valid_from` and `valid_to` are days as 2027-03-01. Other keys of the outer object are left unread.
        Raises `Invalid` saying what is wrong, and in which period.
        """
        body = an_object(given, "A schedule")
        default = body.get("default") or State.STOPPED.value
        if default not in [state.value for state in State]:
            message = f"A schedule's default is running, stopped or any, not “{default}”."
            raise Invalid(message)
        off_dates = a_list(body.get("off_dates"), "off_dates") or ()
        if len(off_dates) > MOST_DAYS:
            message = f"A schedule may have {MOST_DAYS:,} days off, not {len(off_dates):,}."
            raise Invalid(message)
        return cls(
            timezone=a_text(body.get("timezone"), "timezone") or "UTC",
            periods=_periods(body.get("periods"), "period"),
            default=State(str(default)),
            off_dates=off_dates,
            maintenance=_periods(body.get("maintenance") or (), "maintenance window"),
            hibernate=a_flag(body.get("hibernate"), "hibernate"),
            valid_from=a_day(body.get("valid_from"), "valid_from"),
            valid_to=a_day(body.get("valid_to"), "valid_to"),
        )

    def to_json(self) -> dict[str, object]:
        """The shape that `from_json` reads."""
        return {
            "timezone": self.timezone,
            "default": self.default.value,
            "periods": [period.to_json() for period in self.periods],
            **({"off_dates": list(self.off_dates)} if self.off_dates else {}),
            **(
                {"maintenance": [window.to_json() for window in self.maintenance]} if self.maintenance else {}
            ),
            **({"hibernate": True} if self.hibernate else {}),
            **({"valid_from": self.valid_from.isoformat()} if self.valid_from else {}),
            **({"valid_to": self.valid_to.isoformat()} if self.valid_to else {}),
        }


def _periods(given: object, what: str) -> tuple[Period, ...]:
    """Each period; what is wrong with one is said with its number."""
    if not isinstance(given, list | tuple):
        message = f"A schedule needs its list of {what}s."
        raise Invalid(message)
    read: list[Period] = []
    for number, each in enumerate(given, 1):
        try:
            read.append(Period.from_json(each))
        except Invalid as error:
            message = f"{what.capitalize()} {number}: {error.message}"
            raise Invalid(message, mend=error.mend) from error
    return tuple(read)
