"""What schedules saved, as observed: the time that resources were off in windows that schedules stopped them in, and what it would have cost."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from core.money import ZERO
from core.schedules.what_if import HOUR, Paid


@dataclass(frozen=True)
class Off:
    """A resource that a schedule stopped: off from when it was seen so until it was seen on, or until schedules wanted it on again.

    `schedule_id` None: it was not a schedule but somebody's override.
    """

    resource_id: str
    schedule_id: UUID | None
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Spared:
    """What one schedule (None: overrides) came to: on how many resources, hours off, and US dollars; `unpriced` are not in `saved`."""

    schedule_id: UUID | None
    resources: frozenset[str]
    hours: Decimal
    saved: Decimal
    unpriced: frozenset[str]


def spared(
    offs: Iterable[Off], start: datetime, end: datetime, paid: Mapping[str, Paid]
) -> tuple[Spared, ...]:
    """Hours off between `start` and `end` times what an hour cost on average, hours that a commitment had paid costing nothing.

    No moment of a resource counts twice: of two that stopped it, the first does. What is paid for while it is off, such as
    storage, is in no hour's cost. Only what is billed in US dollars is priced.
    """
    counted: dict[str, datetime] = {}
    seconds: defaultdict[UUID | None, defaultdict[str, timedelta]] = defaultdict(
        lambda: defaultdict(timedelta)
    )
    for off in sorted(offs, key=lambda each: (each.start, each.end, str(each.schedule_id), each.resource_id)):
        begins = max(off.start, start, counted.get(off.resource_id, start))
        ends = min(off.end, end)
        if begins < ends:
            seconds[off.schedule_id][off.resource_id] += ends - begins
            counted[off.resource_id] = ends
    return tuple(_one(schedule, times, paid) for schedule, times in seconds.items())


def _one(schedule: UUID | None, times: Mapping[str, timedelta], paid: Mapping[str, Paid]) -> Spared:
    priced = {key: paid[key] for key in times if key in paid and paid[key].currency == "USD"}
    hours = {key: Decimal(round(length.total_seconds())) / HOUR for key, length in times.items()}
    return Spared(
        schedule,
        frozenset(times),
        sum(hours.values(), ZERO),
        sum((hours[key] * max(ZERO, each.cost) / each.hours for key, each in priced.items()), ZERO),
        frozenset(times) - frozenset(priced),
    )
