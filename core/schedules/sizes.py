"""Which instance type a schedule's periods name: the running period that began last says it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.schedules.intervals import bounded, instant, valid_span
from core.schedules.model import ScheduleDefinition, State, zone

REACH = timedelta(days=8)
"""How far back the begin of a size is looked for: every period of a week has begun by then."""


@dataclass(frozen=True)
class Size:
    """An instance type, and since when periods have named it without a break."""

    instance_type: str
    since: datetime


def named(definitions: Sequence[ScheduleDefinition]) -> bool:
    """Whether any period names a type at all."""
    return any(period.instancetype for each in definitions for period in each.periods)


def size_at(definitions: Sequence[ScheduleDefinition], at: datetime) -> Size | None:
    """The type that the period which began last names at `at`; None where it names none, or no period runs.

    Of periods that began together, one that names a type goes before one that names none.
    """
    if not named(definitions):
        return None
    at = bounded(at)
    spans = _spans(definitions, at)
    now = _latest(spans, at)
    if now is None:
        return None
    since = at
    for edge in sorted(
        {edge for begin, end, _ in spans for edge in (begin, end) if edge <= at}, reverse=True
    ):
        if _latest(spans, edge) != now:
            break
        since = edge
    return Size(now, since)


def _spans(
    definitions: Sequence[ScheduleDefinition], at: datetime
) -> list[tuple[datetime, datetime, str | None]]:
    """Begin, end and type of every period's running spans that may matter, in UTC."""
    found = []
    for definition in definitions:
        first_valid, last_valid = valid_span(definition)
        for period in definition.periods:
            place = zone(period.timezone or definition.timezone)
            first = (at - REACH).astimezone(place).date()
            for day in (first + timedelta(days=ahead) for ahead in range(REACH.days + 2)):
                if not period.holds(day):
                    continue
                for state, begin, end in period.spans():
                    if state is State.RUNNING:
                        begins = max(instant(place, day, begin), first_valid)
                        ends = min(instant(place, day, end), last_valid)
                        found.append((begins, ends, period.instancetype))
    return [span for span in found if span[0] < span[1]]


def _latest(spans: Sequence[tuple[datetime, datetime, str | None]], at: datetime) -> str | None:
    """The type of the span that began last among those that hold at `at`."""
    holding = [(begin, kind is not None, kind) for begin, end, kind in spans if begin <= at < end]
    return max(holding, key=lambda one: one[:2], default=(at, False, None))[2]
