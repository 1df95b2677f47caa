"""The days of an iCalendar rule (RFC 5545, RRULE), worked out one by one. What is not read is refused, and what is asked for is bounded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from core.errors import Invalid

_MOST_TIMES = 1000
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = timedelta(days=1)
_READ = "FREQ, INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY and WKST"


@dataclass(frozen=True)
class Rule:
    """How days come again after a first one. `count` and `until` None: without end."""

    every: str
    interval: int = 1
    count: int | None = None
    until: date | None = None
    months: tuple[int, ...] = ()
    monthdays: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    """(which of the month or year, 0 for all of them, negative from its end; weekday)."""
    week_begins: int = 0

    @property
    def endless(self) -> bool:
        """Whether it goes on for ever."""
        return self.count is None and self.until is None

    def plainly_yearly(self, first: date) -> bool:
        """Whether it says no more than the same date each year."""
        return (
            (self.every, self.interval, self.weekdays) == ("YEARLY", 1, ())
            and self.months in {(), (first.month,)}
            and self.monthdays in {(), (first.day,)}
            and not (self.monthdays and not self.months)
        )

    def days(self, first: date, through: date) -> Iterator[date]:
        """Its days from `first` to `through`, both included. Raises `Invalid` when the first is none of them."""
        last = min(through, self.until or through)
        if not self._holds(first, first):
            raise Invalid("the first day (DTSTART) is none of the days of its own rule")
        return islice(self._all(first, last), self.count)

    def _all(self, first: date, last: date) -> Iterator[date]:
        day = first
        while day <= last:
            if not self._month(day, first):
                day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
                continue
            if self._holds(day, first):
                yield day
            day += _DAY

    def _month(self, day: date, first: date) -> bool:
        """Whether any day of this month can be one."""
        months = 12 * (day.year - first.year) + day.month - first.month
        turn = {"YEARLY": day.year - first.year, "MONTHLY": months}.get(self.every, 0)
        return turn % self.interval == 0 and (not self.months or day.month in self.months)

    def _holds(self, day: date, first: date) -> bool:
        if not self._month(day, first):
            return False
        if self.every == "DAILY" and (day - first).days % self.interval:
            return False
        if self.every == "WEEKLY" and (self._week(day) - self._week(first)) % self.interval:
            return False
        return self._monthday(day, first) and self._weekday(day, first)

    def _week(self, day: date) -> int:
        return (day.toordinal() - 1 - self.week_begins) // 7

    def _monthday(self, day: date, first: date) -> bool:
        if self.monthdays:
            after = _month_length(day) - day.day + 1
            return day.day in self.monthdays or -after in self.monthdays
        if self.weekdays or self.every in {"DAILY", "WEEKLY"}:
            return True
        if self.every == "YEARLY" and not self.months and day.month != first.month:
            return False
        return day.day == first.day

    def _weekday(self, day: date, first: date) -> bool:
        if not self.weekdays:
            return self.every != "WEEKLY" or day.weekday() == first.weekday()
        return any(
            day.weekday() == weekday and (which == 0 or which in self._which(day))
            for which, weekday in self.weekdays
        )

    def _which(self, day: date) -> tuple[int, int]:
        """The how manieth of its weekday it is in its month (in its year where no month is named), from the begin and from the end."""
        if self.every == "YEARLY" and not self.months:
            place, length = day.timetuple().tm_yday, (date(day.year + 1, 1, 1) - date(day.year, 1, 1)).days
        else:
            place, length = day.day, _month_length(day)
        return (place + 6) // 7, -((length - place) // 7 + 1)


def read(said: str) -> Rule:
    """Read `FREQ=YEARLY;BYMONTH=11;BYDAY=4TH`. Raises `Invalid` saying what was expected."""
    parts: dict[str, str] = {}
    for part in said.upper().split(";"):
        key, _, value = part.partition("=")
        if key in parts or (part and key not in _KNOWN):
            message = f"“{part[:40]}” is not read in a rule: expected {_READ}, each once"
            raise Invalid(message)
        if part:
            parts[key] = value
    rule = Rule(
        every=_one_of(parts, "FREQ", ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")),
        interval=_number(parts.get("INTERVAL", "1"), "INTERVAL", 1, _MOST_TIMES),
        count=_number(parts["COUNT"], "COUNT", 1, _MOST_TIMES) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
        months=tuple(_number(each, "BYMONTH", 1, 12) for each in _listed(parts, "BYMONTH")),
        monthdays=tuple(_signed(each) for each in _listed(parts, "BYMONTHDAY")),
        weekdays=tuple(_weekday(each) for each in _listed(parts, "BYDAY")),
        week_begins=_WEEKDAYS.index(_one_of(parts, "WKST", _WEEKDAYS)) if "WKST" in parts else 0,
    )
    if rule.count is not None and rule.until is not None:
        raise Invalid("a rule has COUNT or UNTIL, not both")
    counted = any(which for which, _ in rule.weekdays)
    if counted and (rule.every not in {"MONTHLY", "YEARLY"} or rule.monthdays):
        raise Invalid("BYDAY with a number is read in MONTHLY and YEARLY rules without BYMONTHDAY only")
    if rule.every == "WEEKLY" and rule.monthdays:
        raise Invalid("a WEEKLY rule has no BYMONTHDAY")
    return rule


_KNOWN = frozenset(_READ.replace(" and ", ", ").split(", "))


def _listed(parts: Mapping[str, str], key: str) -> list[str]:
    return parts[key].split(",") if key in parts else []


def _one_of(parts: Mapping[str, str], key: str, known: tuple[str, ...]) -> str:
    value = parts.get(key, "")
    if value not in known:
        message = f"{key}={value[:20]} is not read: expected one of {', '.join(known)}"
        raise Invalid(message)
    return value


def _number(text: str, name: str, least: int, most: int) -> int:
    if text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most:
        return int(text)
    message = f"{name}={text[:20]} is not read: expected {least} to {most}"
    raise Invalid(message)


def _signed(text: str) -> int:
    """A day of the month, negative from its end."""
    number = _number(text.removeprefix("-").removeprefix("+"), "BYMONTHDAY", 1, 31)
    return -number if text.startswith("-") else number


def _weekday(text: str) -> tuple[int, int]:
    """`4TH` is (4, 3), `-1MO` is (-1, 0), `FR` is (0, 4)."""
    which, day = text[:-2], text[-2:]
    if day not in _WEEKDAYS:
        message = f"BYDAY={text[:20]} is not read: expected days such as MO, 4TH or -1FR"
        raise Invalid(message)
    digits = which.removeprefix("-").removeprefix("+")
    number = _number(digits, "BYDAY", 1, 53) if which else 0
    return -number if which.startswith("-") else number, _WEEKDAYS.index(day)


def _until(text: str) -> date:
    try:
        day = date.fromisoformat(text[:8]) if text[:8].isascii() and text[:8].isdigit() else None
    except ValueError:
        day = None
    if day is None:
        message = f"UNTIL={text[:20]} is not read: expected a day such as 20261225"
        raise Invalid(message)
    return day


def _month_length(day: date) -> int:
    return ((day.replace(day=1) + timedelta(days=32)).replace(day=1) - day.replace(day=1)).days
