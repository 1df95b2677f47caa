"""What a schedule says, in words."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from core.inventory import Kind
from core.schedules.attachment import Schedule
from core.schedules.intervals import state_at
from core.schedules.model import Period, ScheduleDefinition, State
from pages.ui import format as fmt
from pages.ui import states

WORDS = {State.RUNNING: "on", State.STOPPED: "off", State.ANY: "left alone"}
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RUN = re.compile(r"([a-z]+|[0-9]+)-([a-z]+|[0-9]+)", re.IGNORECASE)
SAID, SHORTEST_RUN = 3, 2
"""So many days off are told, the rest counted; more on end than the latter are said as from and to."""


def in_words(definition: ScheduleDefinition) -> str:
    """In a few sentences: `On from 08:00 to 18:00, Mon to Fri. Otherwise off. Times are UTC.` for office hours."""
    said = [period_words(period) for period in definition.periods if not period.off]
    never = "; ".join(period_words(period) for period in definition.periods if period.off)
    off = f" Off on {', '.join(definition.off_dates[:SAID])}" if definition.off_dates else ""
    more = len(definition.off_dates) - SAID
    off += f" and {more} other days." if more > 0 else "." if off else ""
    windows = "; ".join(period_words(window) for window in definition.maintenance)
    kept = f" Nothing is stopped for maintenance {windows}." if windows else ""
    otherwise = f"Otherwise {WORDS[definition.default]}.{off}{kept}"
    otherwise += f" Always off {never}." if never else ""
    return (
        f"On {'; '.join(said) or 'never'}. {otherwise}{_valid(definition)} Times are {definition.timezone}."
    )


def _valid(definition: ScheduleDefinition) -> str:
    first, last = definition.valid_from, definition.valid_to
    if first and last:
        return (
            f" Valid from {fmt.day(first)} to {fmt.day(last)} only."
            if first < last
            else f" Valid on {fmt.day(first)} only."
        )
    if first:
        return f" Valid from {fmt.day(first)} on."
    return f" Valid until {fmt.day(last)}." if last else ""


def told(schedule: Schedule) -> str:
    """The same for a kept schedule, with the calendars that it observes by name."""
    named = ", ".join(kept.calendar.name for kept in schedule.observes)
    observed = f" Off on the days of {named}." if named else ""
    return f"{in_words(schedule.written)}{observed}"


def period_words(period: Period) -> str:
    """Such as `from 08:00 to 18:00, Mon to Fri`."""
    if period.begin is None and period.end is None:
        times = "all day"
    elif period.end is None:
        times = f"from {period.begin}"
    elif period.begin is None:
        times = f"until {period.end}"
    else:
        later = f" {fmt.count(period.days_later, 'day')} later" if period.days_later else ""
        times = f"from {period.begin} to {period.end}{later}"
    lists = (period.weekdays, period.monthdays, period.months, period.dates)
    own = [period.timezone or "", f"as {period.instancetype}" if period.instancetype else ""]
    return ", ".join([times, *(_listed(each) for each in lists if each), *(each for each in own if each)])


def _listed(days: Sequence[str]) -> str:
    """`mon, tue, wed` and `mon-wed` both as `Mon to Wed`; whatever is no run as it was written."""
    places = [WEEK.index(day) if day in WEEK else -1 for day in days]
    on_end = -1 not in places and all(later == before + 1 for before, later in pairwise(places))
    if on_end and len(days) > SHORTEST_RUN:
        return f"{fmt.sentence(days[0])} to {fmt.sentence(days[-1])}"
    return ", ".join(_said(day) for day in days)


def _said(days: str) -> str:
    ends = RUN.fullmatch(days)
    return f"{fmt.sentence(ends[1])} to {fmt.sentence(ends[2])}" if ends else fmt.sentence(days)


AT_ONCE = "These are off hours: what of it runs is stopped at once when it is attached now."


def stops_now(definition: ScheduleDefinition, now: datetime) -> bool:
    """Whether it would have things off at `now`, so that attaching it stops what runs at once."""
    return state_at(definition, now) is State.STOPPED


def at_once(definition: ScheduleDefinition, now: datetime) -> bool:
    """Said before it is attached, in off hours: that it acts at once. Answers whether it was."""
    stops = stops_now(definition, now)
    if stops:
        states.note(AT_ONCE)
    return stops


LOST: Mapping[Kind, str] = {
    Kind.AUTOSCALING_GROUP: "Its instances are ended each time: what they keep on their own disks is lost.",
    Kind.NODE_GROUP: "Its nodes are drained and ended each time: what they keep on their own disks is lost.",
}
"""By kind, what to know before it is switched off for the first time."""
