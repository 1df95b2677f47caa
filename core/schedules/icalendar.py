"""Days off out of an iCalendar file (RFC 5545): events of whole days, once or by a rule. What would be read wrongly is refused."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from core.errors import Invalid
from core.schedules import recurrence
from core.schedules.calendars import LONGEST_CALENDAR, LONGEST_NAME, Calendar, days_between
from core.schedules.recurrence import Rule

LONGEST_TEXT = 4_000_000
"""Characters."""

LONGEST_EVENT = timedelta(days=366)
MOST_RULES, FIRST_YEAR = 50, 1970
"""So many events may come again by a rule that says more than the same date each year, the first time not before that year."""

_DAY = timedelta(days=1)
_ONCE = ("DTSTART", "DTEND", "DURATION", "RRULE", "SUMMARY", "STATUS")
_REFUSED = ("EXRULE", "RECURRENCE-ID")
_BEGIN = ("BEGIN", "VEVENT")
_DURATION = re.compile("[+]?P(?:([0-9]{1,3})W|([0-9]{1,3})D)")
_ESCAPED = re.compile(r"\\([nN,;\\])")

_Said = tuple[int, str, str]
"""The line, the parameters and the value of a property."""


@dataclass(frozen=True)
class Read:
    """What a file holds: its calendar, and what of it is kept otherwise than it says."""

    calendar: Calendar
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Times:
    """An event's days as texts; whether they were worked out by a rule, and whether they go on after what is kept."""

    days: tuple[str, ...]
    by_rule: bool = False
    cut: bool = False


@dataclass
class _Event:
    """What an event's lines say, by property."""

    line: int
    said: defaultdict[str, list[_Said]] = field(default_factory=lambda: defaultdict(list))

    def one(self, name: str) -> _Said | None:
        """What is said of a property once."""
        return self.said[name][0] if self.said[name] else None

    @property
    def title(self) -> str:
        """Its summary as plain text."""
        said = self.one("SUMMARY")
        plain = _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], said[2] if said else "")
        return " ".join(plain.split())[:LONGEST_NAME].strip()


def read(name: str, text: str, through: date) -> Read:
    """Read the days of every event that is not cancelled; a rule without end is followed until `through`, one for each year for ever.

    An empty `name` takes the file's own (X-WR-CALNAME). Raises `Invalid` naming the line that cannot be read and what was expected.
    """
    if len(text) > LONGEST_TEXT:
        raise Invalid("This calendar is too long: 4 MB are the most.")
    lines = list(_unfolded(text))
    if not lines or lines[0][1].strip().upper() != "BEGIN:VCALENDAR":
        raise Invalid("This is no iCalendar file: expected BEGIN:VCALENDAR in line 1.")
    days: dict[str, str] = {}
    notes: list[str] = []
    rules = 0
    for event in _events(lines):
        status = event.one("STATUS")
        if status is not None and status[2].upper() == "CANCELLED":
            continue
        times = _times(event, through)
        rules += times.by_rule
        if rules > MOST_RULES:
            message = f"Line {event.line}: {MOST_RULES} events may come again by a rule, this is one more."
            raise Invalid(message)
        for day in times.days:
            days[day] = days.get(day) or event.title
            if len(days) > LONGEST_CALENDAR:
                message = f"Line {event.line}: a calendar may have {LONGEST_CALENDAR:,} days, with this event it has more."
                raise Invalid(message)
        if times.cut:
            notes.append(f"“{event.title or 'An event'}” comes again for long: kept until {through}.")
    titles = {day: title for day, title in days.items() if title}
    called = name.strip() or _own_name(lines) or "Calendar"
    return Read(Calendar(called, tuple(sorted(days)), titles), tuple(notes))


def _own_name(lines: Iterable[tuple[int, str]]) -> str:
    named = (line.partition(":")[2].strip() for _, line in lines if line.upper().startswith("X-WR-CALNAME"))
    return next(named, "")[:LONGEST_NAME].strip()


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; one that begins with a space or tab goes on with the line before."""
    kept: list[str] = []
    begun = 0
    for number, line in enumerate(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"), 1):
        if line[:1] in {" ", "\t"} and kept:
            kept.append(line[1:])
            continue
        if "".join(kept).strip():
            yield begun, "".join(kept)
        kept, begun = [line], number
    if "".join(kept).strip():
        yield begun, "".join(kept)


def _events(lines: list[tuple[int, str]]) -> Iterator[_Event]:
    """Each VEVENT; what is nested in one, such as an alarm, is left unread."""
    event: _Event | None = None
    inner = 0
    for number, line in lines:
        head, _, value = line.partition(":")
        name, _, parameters = head.partition(";")
        name, value = name.strip().upper(), value.strip()
        what = (name, value.upper())
        if event is None:
            event = _Event(number) if what == _BEGIN else None
        elif what in {_BEGIN, ("END", "VCALENDAR")}:
            break
        elif what == ("END", "VEVENT"):
            yield event
            event, inner = None, 0
        elif name in {"BEGIN", "END"}:
            inner += 1 if name == "BEGIN" else -1
        elif not inner:
            _note(event, name, (number, parameters.upper(), value))
    if event is not None:
        message = f"Line {event.line}: this event has no END:VEVENT."
        raise Invalid(message)


def _note(event: _Event, name: str, said: _Said) -> None:
    if name in _REFUSED:
        message = f"Line {said[0]}: events with {name} are not read."
        raise Invalid(message)
    if name in _ONCE and event.said[name]:
        message = f"Line {said[0]}: an event has {name} once, not again."
        raise Invalid(message)
    event.said[name].append(said)


def _rule(event: _Event) -> Rule | None:
    said = event.one("RRULE")
    if said is None:
        return None
    try:
        return recurrence.read(said[2])
    except Invalid as error:
        message = f"Line {said[0]}: {error.message}."
        raise Invalid(message) from error


def _first(event: _Event) -> date:
    said = event.one("DTSTART")
    if said is None:
        message = f"Line {event.line}: this event has no DTSTART."
        raise Invalid(message)
    return _date(*said)


def _times(event: _Event, through: date) -> _Times:
    """When it is. Raises `Invalid` naming the line that cannot be read."""
    first, rule = _first(event), _rule(event)
    lasts = _lasts(event, first)
    left_out = frozenset(_listed(event, "EXDATE"))
    added = [begin for begin in _listed(event, "RDATE") if begin not in left_out]
    if rule is None:
        return _Times(_spread([each for each in (first, *added) if each not in left_out], lasts))
    number = event.said["RRULE"][0][0]
    if rule.endless and rule.plainly_yearly(first) and not left_out:
        days = list(days_between(first, first + lasts - _DAY))
        _whole_february(number, days)
        return _Times((*(f"{day.isoformat()}/yearly" for day in days), *_spread(added, lasts)))
    if first.year < FIRST_YEAR and not rule.plainly_yearly(first):
        message = f"Line {number}: a rule is followed from {FIRST_YEAR} on: expected a later DTSTART."
        raise Invalid(message)
    try:
        begins = list(rule.days(first, max(through, first)))
    except Invalid as error:
        message = f"Line {number}: {error.message}."
        raise Invalid(message) from error
    cut = (
        rule.endless
        or (rule.until is not None and rule.until > through)
        or (rule.count is not None and len(begins) < rule.count)
    )
    kept = [each for each in begins if each not in left_out]
    return _Times(_spread([*kept, *added], lasts), by_rule=not rule.plainly_yearly(first), cut=cut)


def _spread(begins: Iterable[date], lasts: timedelta) -> tuple[str, ...]:
    """Every day of each time."""
    return tuple(day.isoformat() for begin in begins for day in days_between(begin, begin + lasts - _DAY))


def _lasts(event: _Event, first: date) -> timedelta:
    """How long each time lasts: whole days."""
    end, duration = event.one("DTEND"), event.one("DURATION")
    if end is not None:
        number, lasts = end[0], _date(*end) - first
    elif duration is not None:
        found = _DURATION.fullmatch(duration[2].upper())
        if found is None:
            message = f"Line {duration[0]}: “{duration[2][:40]}” is no whole number of days: expected such as P1D or P2W."
            raise Invalid(message)
        number, lasts = duration[0], timedelta(weeks=int(found[1] or 0), days=int(found[2] or 0))
    else:
        return _DAY
    if not timedelta() < lasts <= LONGEST_EVENT:
        message = f"Line {number}: an event ends 1 to 366 days after it began."
        raise Invalid(message)
    return lasts


def _listed(event: _Event, name: str) -> Iterator[date]:
    """The days of all lines of a property that lists them."""
    for number, parameters, value in event.said[name]:
        yield from (_date(number, parameters, each.strip()) for each in value.split(","))


def _whole_february(number: int, days: list[date]) -> None:
    """Days that go on past February are others in leap years, which no single day can say."""
    if len(days) > 1 and any(left.month == 2 and right.month != 2 for left, right in pairwise(days)):  # noqa: PLR2004  February
        message = f"Line {number}: an event over the end of February that comes each year is read with COUNT or UNTIL only."
        raise Invalid(message)


def _date(number: int, parameters: str, value: str) -> date:
    """A whole day, `20261225`."""
    plain = value.isascii() and value.isdigit() and len(value) == len("20261225")
    if plain and "VALUE=DATE-TIME" not in parameters:
        try:
            found = date(int(value[:4]), int(value[4:6]), int(value[6:]))
        except ValueError:
            plain = False
        else:
            if 1900 <= found.year < 9000:  # noqa: PLR2004  years that calendars and clocks agree on
                return found
    message = f"Line {number}: “{value[:40]}” is no whole day: expected such as 20261225; events with times are not read."
    raise Invalid(message)
