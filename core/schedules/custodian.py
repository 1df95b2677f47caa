"""Off-hours tags of Cloud Custodian, such as `off=(M-F,19);on=(M-F,7);tz=pt`."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from zoneinfo import available_timezones

from core.errors import Invalid
from core.schedules.model import Period, ScheduleDefinition, State

TAG = "maid_offhours"
"""What it calls the tag where a policy says nothing else."""

DEFAULT_ZONE = "America/New_York"
ZONES: Mapping[str, str] = {
    **dict.fromkeys(("pt", "pst", "pdt"), "America/Los_Angeles"),
    **dict.fromkeys(("mt", "mst", "mdt"), "America/Denver"),
    **dict.fromkeys(("ct", "cst", "cdt"), "America/Chicago"),
    **dict.fromkeys(("et", "est", "edt"), "America/New_York"),
    **dict.fromkeys(("at", "ast"), "America/Phoenix"),
    **dict.fromkeys(("gt", "gmt", "utc"), "UTC"),
    "bst": "Europe/London",
    "ist": "Europe/Dublin",
    "cet": "Europe/Berlin",
    "it": "Asia/Kolkata",
    "jst": "Asia/Tokyo",
    "kst": "Asia/Seoul",
    "sgt": "Asia/Singapore",
    "aet": "Australia/Sydney",
    "brt": "America/Sao_Paulo",
}
"""Its short names for time zones."""

_LETTERS = "mtwhfsu"
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK, _DAY = 168, 24
_GROUP = re.compile(r"\(?([a-z]|[a-z]-[a-z]),(\d{1,2})\)?")
_ONCE = "It acts only within the hour named; here the state holds until the next, so a missed start or stop is made up for."

Edges = frozenset[int]
"""Hours of the week, 0 to 167 from Monday midnight."""


def normal(line: str) -> str:
    """A tag's value as it is compared: lower case, without the quotes that people put around it."""
    return line.strip().strip("'\",").lower()


def read(value: str) -> tuple[ScheduleDefinition, list[str], list[str]]:
    """Its definition, what is read otherwise than one might think, and what cannot be kept. Raises `Invalid` where it cannot be read."""
    if value == "off":
        message = "It opts out of off-hours: attach nothing to what carries it."
        raise Invalid(message)
    fields = _fields(value)
    on, off = _edges("on", fields.get("on")), _edges("off", fields.get("off"))
    place, means = _zone(fields.get("tz"))
    means.append(_ONCE)
    lost = ["Days to skip (skip-days) stand in the policy, not in the tag."]
    if not on and not off:
        message = "It says neither on nor off, so the policy's own hours hold, which are not in the tag."
        raise Invalid(message)
    both = on & off
    if both:
        message = f"It says on and off for the same hour: {_hour(min(both))}."
        raise Invalid(message)
    if on and off:
        return ScheduleDefinition(place, _periods(_running(on, off))), means, lost
    edges, verb = (off, "off") if off else (on, "on")
    other, act = ("on", "starts") if off else ("off", "stops")
    lost.append(
        f"It says only {verb}; the policy's own {other} hours are not in the tag, so here nothing {act} it."
    )
    if len({edge // _DAY for edge in edges}) < len(edges):
        lost.append(f"Of several hours on one day only the {'last' if off else 'first'} counts here.")
    default = State.STOPPED if off else State.ANY
    return ScheduleDefinition(place, _one_sided(edges, stop=bool(off)), default), means, lost


def called(definition: ScheduleDefinition) -> str:
    """A name that says its hours, such as `Off hours mon-fri 07:00-19:00, America/Los_Angeles`."""
    said = [
        f"{','.join(each.weekdays or ('daily',))} {each.begin or ''}-{each.end or ''}"
        for each in definition.periods[:2]
    ]
    more = " and more" if len(definition.periods) > len(said) else ""
    return f"Off hours {'; '.join(said)}{more}, {definition.timezone}"[:100]


def _fields(value: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for piece in re.split(r"[; ]+", value):
        if not piece or piece == "on":
            continue
        key, equals, said = piece.partition("=")
        if not equals or key not in {"on", "off", "tz"}:
            message = f"“{piece}” is not understood: expected off=, on= or tz=, with semicolons between."
            raise Invalid(message)
        fields[key] = said
    return fields


def _edges(key: str, said: str | None) -> Edges:
    """Hours of the week of `(M-F,19)` or `[(M-F,21),(U,18)]`."""
    if said is None:
        return frozenset()
    found: set[int] = set()
    for group in said.strip("[]").split(",("):
        match = _GROUP.fullmatch(group)
        if match is None or int(match[2]) >= _DAY:
            message = f"“{group}” is not understood in {key}: expected days and an hour from 0 to 23, such as (M-F,19)."
            raise Invalid(message)
        found |= {day * _DAY + int(match[2]) for day in _days(key, match[1])}
    return frozenset(found)


def _days(key: str, said: str) -> Sequence[int]:
    """Weekdays from 0; a range may wrap."""
    first, _, last = said.partition("-")
    for letter in (first, last or first):
        if letter not in _LETTERS:
            message = f"“{letter.upper()}” is no day in {key}: expected M, T, W, H, F, S or U."
            raise Invalid(message)
    begin = _LETTERS.index(first)
    length = (_LETTERS.index(last or first) - begin) % 7
    return [(begin + offset) % 7 for offset in range(length + 1)]


def _zone(said: str | None) -> tuple[str, list[str]]:
    if not said:
        return DEFAULT_ZONE, [
            f"It names no time zone: {DEFAULT_ZONE} is taken, as policies do unless they say otherwise."
        ]
    if said in ZONES:
        place = ZONES[said]
        return place, [f"“{said}” is {place}, with its summer time."]
    if said in _zones():
        return _zones()[said], []
    message = f"“{said}” is no time zone that is known."
    raise Invalid(message)


@lru_cache(maxsize=1)
def _zones() -> Mapping[str, str]:
    """IANA names by their lower case, which is how tags are compared."""
    return {name.lower(): name for name in available_timezones()}


def _running(on: Edges, off: Edges) -> list[bool]:
    """Whether each hour of the week is on: what the last edge before it, or of it, says."""
    state = max((*on, *off)) in on
    hours = []
    for hour in range(_WEEK):
        state = hour in on or (state and hour not in off)
        hours.append(state)
    return hours


def _periods(running: Sequence[bool]) -> tuple[Period, ...]:
    """A period for each run of hours within a day, days with the same run together."""
    runs: dict[tuple[int, int], list[int]] = {}
    for day in range(7):
        begin = None
        for hour in range(_DAY + 1):
            is_on = hour < _DAY and running[day * _DAY + hour]
            if is_on and begin is None:
                begin = hour
            elif not is_on and begin is not None:
                runs.setdefault((begin, hour), []).append(day)
                begin = None
    return tuple(
        Period(f"{begin:02}:00", f"{end:02}:00", weekdays=_said(days))
        for (begin, end), days in sorted(runs.items())
    )


def _one_sided(edges: Edges, *, stop: bool) -> tuple[Period, ...]:
    """A period for each hour that only stops or only starts; other days are left alone."""
    hours: dict[int, list[int]] = {}
    for edge in sorted(edges):
        hours.setdefault(edge % _DAY, []).append(edge // _DAY)
    free = sorted(set(range(7)) - {edge // _DAY for edge in edges}) if stop else []
    periods = [
        Period(None if stop else f"{hour:02}:00", f"{hour:02}:00" if stop else None, weekdays=_said(days))
        for hour, days in hours.items()
    ]
    return (*periods, *([Period(end="24:00", weekdays=_said(free))] if free else ()))


def _said(days: Sequence[int]) -> tuple[str, ...] | None:
    """`mon-fri` for days on end, else each by name; None for all."""
    if len(days) == len(_NAMES):
        return None
    if len(days) > 1 and days[-1] - days[0] == len(days) - 1:
        return (f"{_NAMES[days[0]]}-{_NAMES[days[-1]]}",)
    return tuple(_NAMES[day] for day in days)


def _hour(edge: int) -> str:
    return f"{_NAMES[edge // _DAY]} {edge % _DAY}:00"
