"""Definitions of AWS Instance Scheduler: items of its DynamoDB table, or what its command line answers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from core.errors import Invalid
from core.schedules.model import MOST_PERIODS, Period, ScheduleDefinition, State, minutes

Fields = Mapping[str, object]
Read = tuple[ScheduleDefinition, list[str], list[str]]

USUAL_TAG = "Schedule"
LAST_MINUTE = "23:59"

_LOST: Mapping[str, str] = {
    "enforced": "Enforcing: here each interval acts once, and what somebody starts or stops by hand stays so until the next.",
    "retainrunning": "Retaining what was running before a period began: here it stops at the period's end.",
    "usemaintenancewindow": "Starting for maintenance windows.",
    "ssmmaintenancewindow": "Starting for the maintenance windows of Systems Manager.",
}
"""What is said where such a field is set."""

_LONG_STEP = re.compile(r"/\d{2,}")


def sorted_out(given: object) -> tuple[list[tuple[str, Fields]], dict[str, Fields], str | None, str]:
    """Schedules by name, periods by name, the default time zone where it says one, and the key of the tag that names schedules."""
    schedules: list[tuple[str, Fields]] = []
    periods: dict[str, Fields] = {}
    zone, tag = None, USUAL_TAG
    for place, item in _each(given):
        name = _text(item.get("name"))
        kind = _text(item.get("type")) or place
        if kind == "config":
            zone = _text(item.get("defaulttimezone")) or zone
            tag = _text(item.get("tagname")) or tag
        elif name and kind == "schedule":
            schedules.append((name, item))
        elif name and kind == "period":
            periods[name] = item
    return schedules, periods, zone, tag


def _each(given: object) -> Iterable[tuple[str, Fields]]:
    """Every item with the kind that its place says: `Items`, `Schedules`, `Periods`, or several such in a list."""
    for one in given if isinstance(given, list) else [given]:
        if isinstance(one, Mapping):
            yield from _within(one)


def _within(given: Mapping[object, object]) -> Iterable[tuple[str, Fields]]:
    body = {_plain(key): value for key, value in given.items()}
    if "name" in body or "type" in body:
        yield "", {key: _untyped(value) for key, value in body.items()}
        return
    for key, kind in (
        ("items", ""),
        ("schedules", "schedule"),
        ("periods", "period"),
        ("schedule", "schedule"),
        ("period", "period"),
    ):
        held = body.get(key)
        for one in held if isinstance(held, list) else [held]:
            if isinstance(one, Mapping):
                yield kind, {_plain(name): _untyped(value) for name, value in one.items()}


def _plain(key: object) -> str:
    """`begin_time`, `Begintime` and `BeginTime` are the same."""
    return str(key).replace("_", "").lower()


def _untyped(value: object) -> object:
    """A DynamoDB value such as `{"SS": ["mon-fri"]}` without its type."""
    if isinstance(value, Mapping) and len(value) == 1:
        kind, held = next(iter(value.items()))
        if kind in {"S", "N", "SS", "NS", "BOOL"}:
            return held
        if kind == "L" and isinstance(held, list):
            return [_untyped(each) for each in held]
        if kind == "NULL":
            return None
    return value


def named(schedule: Fields) -> list[str]:
    """The names of the periods it uses, without sizes."""
    return [each.partition("@")[0].strip() for each in _texts(schedule.get("periods")) or ()]


def read(schedule: Fields, periods: Mapping[str, Fields], default_zone: str | None) -> Read:
    """Its definition, what is read otherwise than one might think, and what cannot be kept. Raises `Invalid` where it cannot be read."""
    means, lost = [], [told for key, told in _LOST.items() if _set(schedule.get(key))]
    if "stopnewinstances" in schedule and not _set(schedule["stopnewinstances"]):
        lost.append(
            "Leaving new instances on: here what carries the schedule is stopped in its next off hours."
        )
    zone = _text(schedule.get("timezone"))
    if zone is None:
        zone = default_zone or "UTC"
        means.append(
            f"It names no time zone: {zone} is taken{'' if default_zone else ', for want of a default'}."
        )
    override = _text(schedule.get("overridestatus"))
    if override is not None:
        if override not in {State.RUNNING.value, State.STOPPED.value}:
            message = f"Its override_status is “{override}”, which is neither running nor stopped."
            raise Invalid(message)
        means.append(f"Its override_status says {override} at all times; its periods are left out.")
        return ScheduleDefinition(zone, (), State(override)), means, lost
    wanted = _texts(schedule.get("periods")) or ()
    if not wanted:
        message = "It has no periods."
        raise Invalid(message)
    if len(wanted) > MOST_PERIODS:
        message = f"A schedule may have {MOST_PERIODS} periods, not {len(wanted)}."
        raise Invalid(message)
    made = []
    for each in sorted(wanted):
        name, _, size = (part.strip() for part in each.partition("@"))
        if name not in periods:
            message = f"Its period “{name}” is not among what was given."
            raise Invalid(message)
        made.append(replace(_period(name, periods[name], means), instancetype=size or None))
    sized = any(each.instancetype for each in made)
    if _set(schedule.get("hibernate")) and sized:
        lost.append("Hibernation: its periods name sizes, and AWS does not resize what is hibernated.")
    hibernate = _set(schedule.get("hibernate")) and not sized
    return ScheduleDefinition(zone, tuple(made), hibernate=hibernate), means, lost


def _period(name: str, given: Fields, means: list[str]) -> Period:
    begin, end = _text(given.get("begintime")), _text(given.get("endtime"))
    lists = {key: _texts(given.get(key)) for key in ("weekdays", "monthdays", "months")}
    try:
        if end == LAST_MINUTE and begin is None:
            means.append(
                f"Period “{name}” stops at 23:59: what is not looked at within that minute stays on."
            )
        elif end == LAST_MINUTE:
            means.append(
                f"Period “{name}” ends at 23:59: 24:00 is meant, so that no minute of the night is off."
            )
            end = "24:00"
        elif begin is not None and end is not None and minutes(end) < minutes(begin):
            means.append(f"Period “{name}” ends before it begins: here it runs into the next day.")
        elif begin is not None and begin == end:
            means.append(f"Period “{name}” begins when it ends, so it never runs.")
        made = Period(begin, end, lists["weekdays"], lists["monthdays"], lists["months"])
    except Invalid as error:
        message = f"Period “{name}”: {error}"
        raise Invalid(message) from error
    means.extend(
        f"Period “{name}”: “{each}” counts by the whole number after the stroke; there, only its last digit counts."
        for each in (*(lists["weekdays"] or ()), *(lists["monthdays"] or ()), *(lists["months"] or ()))
        if _LONG_STEP.search(each)
    )
    return made


def _text(given: object) -> str | None:
    return given.strip() or None if isinstance(given, str) else None


def _texts(given: object) -> tuple[str, ...] | None:
    """A set or list of texts, or one text with commas; None where there is nothing."""
    held: Sequence[object] = (
        given.split(",") if isinstance(given, str) else given if isinstance(given, list) else ()
    )
    found = tuple(str(each).strip() for each in held if isinstance(each, str | int) and str(each).strip())
    return found or None


def _set(given: object) -> bool:
    """Whether a field says yes: true, a text that is not false, or a list that holds something."""
    if isinstance(given, str):
        return given.strip().lower() not in {"", "false", "0", "none"}
    return bool(given)
