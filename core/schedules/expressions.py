"""The days a period holds on: expressions for weekdays, days of the month and months.

Names or numbers (0 is Monday), ranges that may wrap (`sat-tue`, `nov-feb`), steps (`mon-sun/2`, `jan/3`, `1/15`), the nth
weekday (`mon#1`), the last (`friL`), the last day (`L`, `28-L`) and the weekday nearest a day (`15W`).
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from core.errors import Invalid
from core.schedules.calendars import off_days

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_SATURDAY, _SUNDAY = 5, 6
_DIGITS = 4
"""No number in an expression is longer."""

_Said = tuple[str, ...] | None
Days = tuple[_Said, _Said, _Said, _Said]
"""Expressions for weekdays, days of the month and months, and single dates; None: all of them."""


@dataclass(frozen=True)
class _Field:
    """What an expression counts: from `first` to `last`, by name where there are names."""

    title: str
    first: int
    last: int
    names: Mapping[str, int]
    expected: str

    def wrong(self, word: "_Word", within: int, expected: str | None = None) -> Invalid:
        """What is said of a word that cannot be read from `within` on: where in the expression that stands, and what was expected."""
        return Invalid(
            f"“{word.text}” is not understood in {self.title} at character {word.at + within + 1}: "
            f"expected {expected or self.expected}."
        )


@dataclass(frozen=True)
class _Word:
    """A word of an expression in lower case, and how many characters stand before it."""

    text: str
    at: int


def _named(words: tuple[str, ...], first: int) -> Mapping[str, int]:
    """Full and three-letter names, counted from `first`."""
    return {name: first + place for place, word in enumerate(words) for name in (word, word[:3])}


_WEEKDAY = _Field("weekdays", 0, 6, _named(_DAYS, 0), "mon to sun or 0 to 6, such as mon-fri, mon#1 or friL")
_MONTHDAY = _Field("monthdays", 1, 31, {}, "1 to 31, such as 1-15, L, 28-L or 15W")
_MONTH = _Field("months", 1, 12, _named(_MONTHS, 1), "jan to dec or 1 to 12, such as nov-feb or jan/3")


@dataclass(frozen=True)
class Weekdays:
    """Which weekdays; `nth` holds (weekday, 1 to 5), `last` the weekdays meant once a month, the last time they come."""

    days: frozenset[int] = frozenset()
    nth: frozenset[tuple[int, int]] = frozenset()
    last: frozenset[int] = frozenset()

    def hold(self, day: date) -> bool:
        """Whether `day` is one of them."""
        weekday = day.weekday()
        if weekday in self.days or (weekday, (day.day + 6) // 7) in self.nth:
            return True
        return weekday in self.last and day.day + 7 > monthrange(day.year, day.month)[1]


@dataclass(frozen=True)
class Monthdays:
    """Which days of the month; `to_last` is the day from which all to the month's end are meant, `nearest` the days whose nearest weekday is."""

    days: frozenset[int] = frozenset()
    to_last: int | None = None
    on_last: bool = False
    nearest: frozenset[int] = frozenset()

    def hold(self, day: date) -> bool:
        """Whether `day` is one of them."""
        if day.day in self.days or (self.to_last is not None and day.day >= self.to_last):
            return True
        length = monthrange(day.year, day.month)[1]
        if self.on_last and day.day == length:
            return True
        return any(wanted <= length and _nearest(day, wanted, length) == day.day for wanted in self.nearest)


@dataclass(frozen=True)
class Months:
    """Which months."""

    months: frozenset[int] = frozenset()

    def hold(self, day: date) -> bool:
        """Whether `day` lies in one of them."""
        return day.month in self.months


def check(days: Days) -> None:
    """Raise `Invalid` naming an expression that cannot be read, in whichever list it stands."""
    for said, read in zip(days, (weekdays, monthdays, months, off_days), strict=True):
        if said is not None:
            read(said)


def hold(days: Days, day: date) -> bool:
    """Whether `day` is one that every given list holds. Raises `Invalid` naming an expression that cannot be read."""
    on_weekdays, on_monthdays, in_months, on_dates = days
    return (
        (on_weekdays is None or weekdays(on_weekdays).hold(day))
        and (on_monthdays is None or monthdays(on_monthdays).hold(day))
        and (in_months is None or months(in_months).hold(day))
        and (on_dates is None or off_days(on_dates).hold(day))
    )


def _nearest(day: date, wanted: int, length: int) -> int:
    """The Monday-to-Friday day nearest the `wanted` one, without leaving the month."""
    weekday = day.replace(day=wanted).weekday()
    if weekday == _SATURDAY:
        return wanted - 1 if wanted > 1 else wanted + 2
    if weekday == _SUNDAY:
        return wanted + 1 if wanted < length else wanted - 2
    return wanted


@lru_cache(maxsize=4096)
def weekdays(expressions: tuple[str, ...]) -> Weekdays:
    """Read weekday expressions; raises `Invalid` naming the one that cannot be read, and where."""
    days: set[int] = set()
    nth: set[tuple[int, int]] = set()
    last: set[int] = set()
    for word in _words(_WEEKDAY, expressions):
        text = word.text
        if text == "l":
            days.add(_SUNDAY)
        elif "#" in text:
            name, _, count = text.partition("#")
            value = _value(_WEEKDAY, word, 0, name)
            if count not in {"1", "2", "3", "4", "5"}:
                raise _WEEKDAY.wrong(word, len(name) + 1, "1 to 5 after #")
            nth.add((value, int(count)))
        elif text.endswith("l") and text not in _WEEKDAY.names:
            last.add(_value(_WEEKDAY, word, 0, text[:-1]))
        else:
            days |= _span(_WEEKDAY, word)
    return Weekdays(frozenset(days), frozenset(nth), frozenset(last))


@lru_cache(maxsize=4096)
def monthdays(expressions: tuple[str, ...]) -> Monthdays:
    """Read expressions for days of the month; raises `Invalid` naming the one that cannot be read, and where."""
    days: set[int] = set()
    starts: set[int] = set()
    nearest: set[int] = set()
    on_last = False
    for word in _words(_MONTHDAY, expressions):
        text = word.text
        if text == "l":
            on_last = True
        elif text.endswith("-l"):
            starts.add(_value(_MONTHDAY, word, 0, text[:-2]))
        elif text.endswith("w"):
            nearest.add(_value(_MONTHDAY, word, 0, text[:-1]))
        else:
            days |= _span(_MONTHDAY, word)
    return Monthdays(frozenset(days), min(starts, default=None), on_last, frozenset(nearest))


@lru_cache(maxsize=4096)
def months(expressions: tuple[str, ...]) -> Months:
    """Read month expressions; raises `Invalid` naming the one that cannot be read, and where."""
    held: frozenset[int] = frozenset()
    for word in _words(_MONTH, expressions):
        held |= _span(_MONTH, word)
    return Months(held)


def _words(field: _Field, expressions: tuple[str, ...]) -> list[_Word]:
    """Each expression, commas taken apart, lower case."""
    words: list[_Word] = []
    for text in expressions or ("",):
        at = 0
        for part in text.split(","):
            word = part.strip()
            if not word:
                message = (
                    f"Nothing stands in {field.title} at character {at + 1}: expected {field.expected}; "
                    "leave the whole list out to mean all."
                )
                raise Invalid(message)
            words.append(_Word(word.lower(), at + part.index(word[0])))
            at += len(part) + 1
    return words


def _span(field: _Field, word: _Word) -> frozenset[int]:
    """The values of a value, a range, or either with a step."""
    body, slash, step_text = word.text.partition("/")
    step = _step(field, word, len(body) + 1, step_text) if slash else 1
    if body in {"*", "?"}:
        begin, end = field.first, field.last
    elif "-" in body:
        left, _, right = body.partition("-")
        begin = _value(field, word, 0, left)
        end = _value(field, word, len(left) + 1, right)
    else:
        begin = _value(field, word, 0, body)
        end = field.last if slash else begin
    size = field.last - field.first + 1
    length = (end - begin) % size
    return frozenset(
        (begin - field.first + offset) % size + field.first for offset in range(0, length + 1, step)
    )


def _step(field: _Field, word: _Word, within: int, said: str) -> int:
    """A whole step of at least 1: a step of zero would go nowhere."""
    step = _number(said)
    if step is None or step == 0:
        raise field.wrong(word, within, "a whole number from 1 after /")
    return step


def _value(field: _Field, word: _Word, within: int, said: str) -> int:
    """One name or number of the field, which stands in the word from `within` on."""
    value = field.names.get(said, _number(said))
    if value is None or not field.first <= value <= field.last:
        raise field.wrong(word, within)
    return value


def _number(word: str) -> int | None:
    """A plain whole number of a few digits."""
    return int(word) if word.isascii() and word.isdigit() and len(word) <= _DIGITS else None
