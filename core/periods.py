"""Spans of days and billing months, in UTC as AWS bills them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from core.errors import Invalid


@dataclass(frozen=True, order=True)
class Period:
    """Days from `start` (included) to `end` (not included)."""

    start: date
    end: date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it starts."""
        if self.end < self.start:
            message = f"A period cannot end ({self.end}) before it starts ({self.start})."
            raise Invalid(message)

    @property
    def length(self) -> int:
        """Number of days."""
        return (self.end - self.start).days

    def days(self) -> Iterator[date]:
        """Each day, in order."""
        return (self.start + timedelta(days=offset) for offset in range(self.length))

    def previous(self) -> "Period":
        """The period of the same length that ends where this one starts; a shorter one where the calendar begins within it."""
        return Period(self.start - min(timedelta(days=self.length), self.start - date.min), self.start)

    def contains(self, day: date) -> bool:
        """Whether `day` lies inside."""
        return self.start <= day < self.end


def month_of(day: date) -> Period:
    """The calendar month that holds `day`."""
    start = day.replace(day=1)
    return Period(start, next_month(start))


def next_month(start: date) -> date:
    """First day of the month after the one that starts at `start`; of the calendar's last month its last day."""
    if (start.year, start.month) == (date.max.year, date.max.month):
        return date.max
    return (start.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_back(day: date, months: int) -> date:
    """First day of the month that lies `months` before the month of `day`, or of the calendar's first month."""
    index = max(12, day.year * 12 + day.month - 1 - months)
    return date(index // 12, index % 12 + 1, 1)


def months_before(period: Period, months: int) -> Period:
    """The same days so many months earlier; a day that the earlier month does not have is its last."""
    start = _day_before(period.start, months)
    return Period(start, max(_day_before(period.end, months), start + timedelta(days=min(1, period.length))))


def _day_before(day: date, months: int) -> date:
    first = month_back(day, months)
    return first.replace(day=min(day.day, (next_month(first) - first).days))


def last_days(today: date, days: int) -> Period:
    """The `days` full days before `today`."""
    return Period(today - timedelta(days=days), today)


def midnight(day: date) -> datetime:
    """The first instant of `day`, UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
