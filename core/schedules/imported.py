"""Schedules that people have elsewhere, read into ours, with a report of what each means here and what cannot be kept."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import Invalid, PioneerError
from core.schedules import custodian, instance_scheduler
from core.schedules.model import ScheduleDefinition

MOST_TEXT = 2_000_000
"""Characters: more than any table of schedules holds."""

MOST_SCHEDULES = 1000


@dataclass(frozen=True)
class Imported:
    """One schedule as read. `definition` None: it could not be, for the reasons in `lost`.

    `means` is what is read otherwise than one might think, `lost` what cannot be kept; `tag` is what carried it there.
    """

    name: str
    definition: ScheduleDefinition | None
    means: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    tag: tuple[str, str] | None = None


@dataclass(frozen=True)
class Report:
    """All that was read from one text, and from whose."""

    source: str
    schedules: tuple[Imported, ...] = ()
    notes: tuple[str, ...] = field(default=())


def read(text: str) -> Report:
    """Read definitions of AWS Instance Scheduler (JSON), or off-hours tags of Cloud Custodian, one a line.

    Raises `Invalid` where it is neither; one schedule that cannot be read does not stop the others.
    """
    if len(text) > MOST_TEXT:
        message = "That is more than any scheduler's definitions; give only those."
        raise Invalid(message)
    text = text.strip().removeprefix("\ufeff").strip()
    if not text:
        message = "There is nothing to read."
        raise Invalid(message)
    report = _items(text) if text[0] in "{[" else _tags(text.splitlines())
    if not report.schedules:
        message = "No schedule was found in it."
        raise Invalid(message, mend=_EXPECTED)
    if len(report.schedules) > MOST_SCHEDULES:
        message = f"At most {MOST_SCHEDULES} schedules are read at once, not {len(report.schedules)}."
        raise Invalid(message)
    return report


_EXPECTED = (
    "Give what `aws dynamodb scan` answers for the scheduler's configuration table, what its command line answers, "
    "or tag values such as off=(M-F,19);on=(M-F,7);tz=pt, one a line."
)


def _items(text: str) -> Report:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = "It begins like JSON but cannot be read as such."
        raise Invalid(message, mend=_EXPECTED) from error
    if isinstance(given, list) and all(isinstance(each, str) for each in given):
        return _tags(given)
    schedules, periods, zone, tag = instance_scheduler.sorted_out(given)
    read = [_schedule(name, each, periods, zone, tag) for name, each in schedules]
    used = {period for _, each in schedules for period in instance_scheduler.named(each)}
    unused = sorted(set(periods) - used)
    notes = (f"No schedule uses these periods: {', '.join(unused)}.",) if unused else ()
    return Report("AWS Instance Scheduler", tuple(read), notes)


def _schedule(
    name: str,
    given: Mapping[str, object],
    periods: Mapping[str, Mapping[str, object]],
    zone: str | None,
    tag: str,
) -> Imported:
    try:
        definition, means, lost = instance_scheduler.read(given, periods, zone)
    except PioneerError as error:
        return Imported(name, None, lost=(str(error),), tag=(tag, name))
    return Imported(name, definition, tuple(means), tuple(lost), (tag, name))


def _tags(values: Sequence[str]) -> Report:
    """A value each; the same twice is one."""
    lines = dict.fromkeys(each.strip() for each in values if each.strip())
    return Report("Cloud Custodian", tuple(_tag(line) for line in lines))


def _tag(line: str) -> Imported:
    value = custodian.normal(line)
    carried = (custodian.TAG, line)
    try:
        definition, means, lost = custodian.read(value)
    except PioneerError as error:
        return Imported(line, None, lost=(str(error),), tag=carried)
    return Imported(custodian.called(definition), definition, tuple(means), tuple(lost), carried)
