"""Days off out of an iCalendar file (RFC 5545): events of whole days, once or each year. What would be read wrongly is refused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from core.errors import Invalid
from core.schedules.calendars import MOST_DAYS, Calendar, days_between

LONGEST_TEXT = 4_000_000
LONGEST_EVENT = timedelta(days=366)
_DAY = timedelta(days=1)
_REFUSED = ("RDATE", "EXDATE", "EXRULE", "DURATION", "RECURRENCE-ID")
_MOST_TIMES = 1000
_BEGIN = ("BEGIN", "VEVENT")


@dataclass
class _Event:
    """What an event's lines say, by property, with the line that says it."""

    line: int
    said: dict[str, tuple[int, str, str]] = field(default_factory=dict)


def calendar(name: str, text: str) -> Calendar:
    """Read the days of every event that is not cancelled. Raises `Invalid` naming the line that cannot be read."""
    if len(text) > LONGEST_TEXT:
        raise Invalid("This calendar is too long: 4 MB are the most.")
    lines = list(_unfolded(text))
    if not lines or lines[0][1].strip().upper() != "BEGIN:VCALENDAR":
        raise Invalid("This is no iCalendar file: it does not begin with BEGIN:VCALENDAR.")
    days: dict[str, None] = {}
    for event in _events(lines):
        if event.said.get("STATUS", (0, "", ""))[2].upper() != "CANCELLED":
            days |= dict.fromkeys(_days(event))
        if len(days) > MOST_DAYS:
            message = f"Line {event.line}: a calendar may have {MOST_DAYS} days."
            raise Invalid(message)
    return Calendar(name, tuple(sorted(days)))


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; one that begins with a space or tab goes on with the line before."""
    kept: tuple[int, str] | None = None
    for number, line in enumerate(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"), 1):
        if line[:1] in {" ", "\t"} and kept is not None:
            kept = (kept[0], kept[1] + line[1:])
        else:
            if kept is not None and kept[1].strip():
                yield kept
            kept = (number, line)
    if kept is not None and kept[1].strip():
        yield kept


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
            event.said[name] = (number, parameters.upper(), value)
    if event is not None:
        message = f"Line {event.line}: this event has no END:VEVENT."
        raise Invalid(message)


def _days(event: _Event) -> Iterator[str]:
    """Its days as texts."""
    for name in _REFUSED:
        if name in event.said:
            message = f"Line {event.said[name][0]}: events with {name} are not read."
            raise Invalid(message)
    if "DTSTART" not in event.said:
        message = f"Line {event.line}: this event has no DTSTART."
        raise Invalid(message)
    first = _date(*event.said["DTSTART"])
    after = _date(*event.said["DTEND"]) if "DTEND" in event.said else first + _DAY
    if not first < after <= first + LONGEST_EVENT:
        message = f"Line {event.said['DTEND'][0]}: an event ends 1 to 366 days after it began."
        raise Invalid(message)
    days = list(days_between(first, after - _DAY))
    if "RRULE" not in event.said:
        yield from (day.isoformat() for day in days)
        return
    number, _, rule = event.said["RRULE"]
    last = _last_year(number, rule, first)
    if last is None:
        _whole_february(number, days)
        yield from (f"{day.isoformat()}/yearly" for day in days)
        return
    for year in range(first.year, last + 1):
        begun = _moved(first, year)
        if begun is not None:
            yield from (each.isoformat() for each in days_between(begun, begun + (after - first) - _DAY))


def _whole_february(number: int, days: list[date]) -> None:
    """Days that go on past February are others in leap years, which no single day can say."""
    if len(days) > 1 and any(left.month == 2 and right.month != 2 for left, right in pairwise(days)):  # noqa: PLR2004  February
        message = f"Line {number}: an event over the end of February that comes each year is read with COUNT or UNTIL only."
        raise Invalid(message)


def _last_year(number: int, rule: str, first: date) -> int | None:
    """The last year that the rule reaches; None: it does not end."""
    parts: Mapping[str, str] = dict(part.upper().partition("=")[::2] for part in rule.split(";") if part)
    plain = {
        "FREQ": "YEARLY",
        "INTERVAL": "1",
        "BYMONTH": str(first.month),
        "BYMONTHDAY": str(first.day),
    }
    for key, value in parts.items():
        if plain.get(key, value) != value or key not in {*plain, "COUNT", "UNTIL", "WKST"}:
            message = f"Line {number}: only a plain FREQ=YEARLY is read, not {key}={value}."
            raise Invalid(message)
    if "FREQ" not in parts or {"COUNT", "UNTIL"} <= set(parts):
        message = f"Line {number}: a rule has a FREQ, and COUNT or UNTIL but not both."
        raise Invalid(message)
    if "UNTIL" in parts:
        until = _date(number, "", parts["UNTIL"][:8])
        moved = _moved(first, until.year)
        return until.year if moved is None or moved <= until else until.year - 1
    if "COUNT" not in parts:
        return None
    count = parts["COUNT"]
    if not (count.isascii() and count.isdigit() and 0 < int(count[:9]) <= _MOST_TIMES):
        message = f"Line {number}: COUNT is 1 to {_MOST_TIMES}."
        raise Invalid(message)
    years = [year for year in range(first.year, 9000) if _moved(first, year) is not None]
    return years[min(int(count), len(years)) - 1]


def _moved(first: date, year: int) -> date | None:
    """The same day of another year; None for a 29 February that it has not."""
    try:
        return first.replace(year=year)
    except ValueError:
        return None


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
    message = (
        f"Line {number}: “{value[:40]}” is no whole day such as 20261225; events with times are not read."
    )
    raise Invalid(message)
