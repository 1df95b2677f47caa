"""Days off: `2026-12-25`, `12-25` (every year) or `2026-12-25/yearly` (from that one on), and named sets of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from core.errors import Invalid

MOST_DAYS = 5000
"""Of a schedule's own. More than a century of holidays; a bound, so that one definition cannot hold up a tick."""

LONGEST_CALENDAR = 1000
MOST_CALENDARS = 10
"""So many calendars may a schedule observe."""

MOST_TOGETHER = MOST_DAYS + MOST_CALENDARS * LONGEST_CALENDAR
LONGEST_NAME = 100

_LEAP = 2000
_SHORT = len("12-25")
_YEARLY = "/yearly"


@dataclass(frozen=True)
class OffDays:
    """Days: single ones, and (month, day) that come again each year from a first year on. A 29 February comes in leap years."""

    single: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int, int]] = frozenset()

    def hold(self, day: date) -> bool:
        """Whether `day` is one of them."""
        return day in self.single or any(
            (month, number) == (day.month, day.day) and first <= day.year
            for month, number, first in self.yearly
        )

    def within(self, first: date, last: date) -> Iterator[date]:
        """Those from `first` to `last`, both included, sorted."""
        come_again = (
            date(year, month, number)
            for month, number, begun in self.yearly
            for year in range(max(begun, first.year), last.year + 1)
            if (month, number) != (2, 29) or _leap(year)
        )
        yield from sorted({day for day in (*self.single, *come_again) if first <= day <= last})


@dataclass(frozen=True)
class Calendar:
    """A named set of days that schedules may share; `titles` are what some of them are called, by the day as it is written.

    Raises `Invalid` for a day that cannot be read, and for more than 1,000 of them.
    """

    name: str
    days: tuple[str, ...]
    titles: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Refuse what could not be evaluated later."""
        if not 0 < len(self.name.strip()) <= LONGEST_NAME:
            message = f"A calendar needs a name of at most {LONGEST_NAME} characters."
            raise Invalid(message)
        if len(self.days) > LONGEST_CALENDAR:
            message = f"A calendar may have {LONGEST_CALENDAR:,} days, not {len(self.days):,}."
            raise Invalid(message)
        off_days(self.days)
        for day, title in self.titles.items():
            if len(title) > LONGEST_NAME:
                message = f"The name of {day} is too long: {LONGEST_NAME} characters are the most."
                raise Invalid(message)

    @classmethod
    def from_json(cls, given: object) -> "Calendar":
        """Read `{"name", "days": ["2026-12-24", {"day": "12-25", "name": "Christmas Day"}]}`; a day given twice is one.

        Raises `Invalid` naming the entry that cannot be read.
        """
        body = given if isinstance(given, Mapping) else {}
        name, days = body.get("name"), body.get("days")
        if not isinstance(name, str) or not isinstance(days, list | tuple):
            raise Invalid("A calendar is a JSON object with its name and its list of days.")
        titles: dict[str, str] = {}
        for number, entry in enumerate(days, 1):
            day = entry.get("day") if isinstance(entry, Mapping) else entry
            title = entry.get("name") if isinstance(entry, Mapping) else None
            if not isinstance(day, str) or not isinstance(title, str | None):
                message = (
                    f"Day {number} of “{name}” is neither text nor an object with day and name, both text."
                )
                raise Invalid(message)
            day, title = day.strip(), " ".join((title or "").split())
            try:
                off_days((day,))
            except Invalid as error:
                message = f"Day {number} of “{name}”: {error.message}"
                raise Invalid(message) from error
            titles[day] = titles.get(day) or title
        return cls(name.strip(), tuple(sorted(titles)), {day: said for day, said in titles.items() if said})

    def to_json(self) -> dict[str, object]:
        """The shape that `from_json` reads."""
        return {
            "name": self.name,
            "days": [{"day": day, "name": self.titles.get(day, "")} for day in sorted(self.days)],
        }


@dataclass(frozen=True, order=True)
class DayOff:
    """A day off, what it is called (empty: nothing) and in which calendar it is."""

    day: date
    title: str
    calendar: str


@dataclass(frozen=True)
class KeptCalendar:
    """A calendar as kept. `version` rises with every change; `changed_at` is when it last made what is wanted another at that moment."""

    id: UUID
    calendar: Calendar
    version: int
    created_by: str
    created_at: datetime
    changed_at: datetime


def named_days(calendars: Iterable[Calendar], first: date, last: date) -> tuple[DayOff, ...]:
    """Each day off of these from `first` to `last`, both included, sorted; one in two calendars comes twice."""
    found: dict[tuple[date, str], str] = {}
    for calendar in calendars:
        for text in calendar.days:
            for day in off_days((text,)).within(first, last):
                found[(day, calendar.name)] = calendar.titles.get(text) or found.get((day, calendar.name), "")
    return tuple(DayOff(day, title, name) for (day, name), title in sorted(found.items()))


def moves(before: Sequence[str], after: Sequence[str], now: datetime) -> bool:
    """Whether changing days off makes today another in any time zone: the day before and the day after are looked at, too."""
    today = now.date()
    near = (today - timedelta(days=1), today + timedelta(days=1))
    return list(off_days(tuple(before)).within(*near)) != list(off_days(tuple(after)).within(*near))


@lru_cache(maxsize=4096)
def off_days(texts: tuple[str, ...]) -> OffDays:
    """Read days off. Raises `Invalid` naming the one that cannot be read."""
    if len(texts) > MOST_TOGETHER:
        message = f"There may be {MOST_TOGETHER:,} days off, not {len(texts):,}."
        raise Invalid(message)
    single: set[date] = set()
    yearly: set[tuple[int, int, int]] = set()
    for text in texts:
        body, again = text.removesuffix(_YEARLY), text.endswith(_YEARLY)
        if len(body) == _SHORT and not again:
            day = _day(f"{_LEAP}-{body}", text)
            yearly.add((day.month, day.day, 1))
        else:
            day = _day(body, text)
            if again:
                yearly.add((day.month, day.day, day.year))
            else:
                single.add(day)
    return OffDays(frozenset(single), frozenset(yearly))


def together(*sets: Iterable[str]) -> tuple[str, ...]:
    """Each day once, in the order in which they are written."""
    return tuple(sorted({text for texts in sets for text in texts}))


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _day(body: str, text: str) -> date:
    try:
        day = date.fromisoformat(body)
        if day.isoformat() == body:
            return day
    except ValueError:
        pass
    message = f"“{text}” is no day off: write it as 2026-12-25, or 12-25 for every year."
    raise Invalid(message)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
