"""Days, instants and spans as people read them, on screens, in notices, mails and the terminal. Data and exports are ISO 8601."""

from datetime import UTC, date, datetime, timedelta, tzinfo

UNKNOWN = "unknown"
ONE_DAY, TWO_DAYS = timedelta(days=1), timedelta(days=2)


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 volume`, `1,204 volumes`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def day(value: date | None) -> str:
    """`21 Nov 2026`."""
    return UNKNOWN if value is None else f"{value.day} {value:%b %Y}"


def short_day(value: date) -> str:
    """`21 Nov`."""
    return f"{value.day} {value:%b}"


def span_of(start: date, end: date) -> str:
    """Days from `start` to before `end`, as `1 to 21 Nov 2026`."""
    last = end - timedelta(days=1)
    if last <= start:
        return day(start)
    if start.year != last.year:
        return f"{day(start)} to {day(last)}"
    return f"{start.day if start.month == last.month else short_day(start)} to {day(last)}"


def month(value: date) -> str:
    """`Nov 2026`."""
    return f"{value:%b %Y}"


def when(value: datetime | None) -> str:
    """`21 Nov 2026, 14:05 UTC`."""
    if value is None:
        return "never"
    utc = value.astimezone(UTC)
    return f"{day(utc)}, {utc:%H:%M} UTC"


def moment(at: datetime, place: tzinfo = UTC) -> str:
    """`Mon 23 Nov 08:00` by the clock of a zone: an instant of the coming or last days, whose year nobody asks for."""
    local = at.astimezone(place)
    return f"{local:%a} {short_day(local)} {local:%H:%M}"


def ago(value: datetime | None, now: datetime, place: tzinfo = UTC) -> str:
    """`46 hours ago`, `in 2 days`, `just now`, `never`: hours below two days, then days of the calendar in the zone shown."""
    if value is None:
        return "never"
    passed = now - value
    ahead = passed < timedelta(0)
    text = span(abs(passed))
    if text == "moments":
        return "in a moment" if ahead else "just now"
    if abs(passed) >= TWO_DAYS:
        text = count(abs((now.astimezone(place).date() - value.astimezone(place).date()).days), "day")
    elif abs(passed) >= ONE_DAY:
        text = count(abs(passed) // timedelta(hours=1), "hour")
    return f"in {text}" if ahead else f"{text} ago"


def span(length: timedelta) -> str:
    """How long, in its largest unit: `5 minutes`, `3 hours`, `12 days`."""
    seconds = int(length.total_seconds())
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return count(seconds // size, name)
    return "moments"


def length(of: timedelta) -> str:
    """How long, to the minute and in every unit: `1 day 12 hours`, `45 minutes`; empty below a minute."""
    minutes = int(of.total_seconds()) // 60
    parts = ((minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute"))
    return " ".join(count(number, name) for number, name in parts if number)


def about(of: timedelta) -> str:
    """The same to the nearest minute: two looks at a clock lie moments apart, which no minute may be lost to."""
    return length(of + timedelta(seconds=30))


def hours(of: timedelta) -> str:
    """How long, as what is paid by the hour is told: `1,204.5 hours`; below an hour in minutes, and below one `moments`."""
    if of < timedelta(hours=1):
        return about(of) or "moments"
    return f"{of / timedelta(hours=1):,.1f} hours"
