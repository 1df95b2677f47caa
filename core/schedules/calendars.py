"""Days off: `2026-12-25`, `12-25` (every year) or `2026-12-25/yearly` (from that one on), and named sets of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from core.errors import Invalid

MOST_DAYS = 5000
"""More than a century of holidays; a bound, so that one definition cannot hold up a tick."""

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
    """A named set of days that schedules may share. Raises `Invalid` for a day that cannot be read."""

    name: str
    days: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what could not be evaluated later."""
        if not self.name.strip():
            raise Invalid("A calendar needs a name.")
        off_days(self.days)


@lru_cache(maxsize=4096)
def off_days(texts: tuple[str, ...]) -> OffDays:
    """Read days off. Raises `Invalid` naming the one that cannot be read."""
    if len(texts) > MOST_DAYS:
        message = f"There may be {MOST_DAYS} days off, not {len(texts)}."
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
