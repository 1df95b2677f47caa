"""What is told before a scheduled stop, and what can be done about it: keep it on until the morning, skip tonight, stop now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from core.dates import moment
from core.inventory import short_id
from core.notices.kinds import NoticeKind
from core.notices.model import Deed, Occasion, Offer
from core.schedules.decide import InForce
from core.schedules.intervals import Segment, instant
from core.schedules.model import zone
from core.schedules.override import TONIGHT

MORNING = 8 * 60
"""Minutes after midnight until when something is kept on that somebody still works with in the evening."""
LEAST = timedelta(hours=1)
"""What begins within less of the morning is kept on until the next."""


@dataclass(frozen=True)
class Stopping:
    """Something running that is to be stopped when `segment` begins; `by` is whose override wants it, empty where schedules do."""

    resource_id: str
    name: str
    account_id: str
    segment: Segment
    schedules: tuple[InForce, ...]
    by: str = ""
    asks: bool = False
    """Whether somebody must approve the stop first."""
    by_hand: bool = False
    """Whether it was started by hand and is left on until then."""


def occasion(stopping: Stopping) -> Occasion:
    """What is told of one of them; those that stop together are told together."""
    start, end = stopping.segment.start, skipped_until(stopping.segment)
    there = [each for each in stopping.schedules if not each.definition.absent_at(start)]
    where = there[0].definition.timezone if there else "UTC"
    place = zone(where)
    name = stopping.name or short_id(stopping.resource_id)
    at = f"{moment(start, place)} ({where})"
    wants = " and ".join(f"“{each.name}”" for each in there) or "A schedule"
    who = f"The override of {stopping.by}" if stopping.by else wants
    begins = (
        "" if stopping.segment.end is None else f" It is off until {moment(stopping.segment.end, place)}."
    )
    if stopping.by_hand:
        begins = f" It was started by hand, and is left on until then.{begins}"
    once = " once somebody has approved it" if stopping.asks else ""
    return Occasion(
        NoticeKind.STOP,
        f"stop:{stopping.resource_id}",
        start.astimezone(UTC).isoformat(),
        f"{name} is to stop on {at}",
        f"{who} {'stops' if stopping.by or len(there) < 2 else 'stop'} it{once}.{begins}",  # noqa: PLR2004  one or more
        frozenset({stopping.account_id}),
        "resources",
        {"resource": stopping.resource_id},
        group=f"{start.isoformat()} {who} {once}",
        many=f"{{n}} resources are to stop on {at}",
        line=name,
        offers=tuple(_offers(stopping, name, place, where, end)),
    )


def _offers(stopping: Stopping, name: str, place: ZoneInfo, where: str, end: datetime) -> Sequence[Offer]:
    """The first is the one that is left where many share a notice."""
    start, resource_id = stopping.segment.start, stopping.resource_id

    def keep(deed: Deed, words: str, until: datetime, begin: datetime | None) -> Offer:
        return Offer(
            deed, resource_id, f"{words} until {moment(until, place)} ({where})", until, begin, until
        )

    offers = [keep(Deed.SKIP, f"Skip tonight: {name} stays on", end, start)]
    day = morning(start, place)
    if day != end:
        offers.append(keep(Deed.KEEP_ON, f"Keep {name} on", day, None))
    return [*offers, Offer(Deed.STOP, resource_id, f"Stop {name} now", start)]


def skipped_until(segment: Segment) -> datetime:
    """Until when skipping a stop keeps something on: the end of the night, 24 hours at most."""
    latest = segment.start + TONIGHT
    return latest if segment.end is None else min(segment.end, latest)


def morning(after: datetime, place: ZoneInfo) -> datetime:
    """The next 08:00 in a zone that is an hour or more after an instant."""
    local = after.astimezone(place).date()
    days = (local + timedelta(days=ahead) for ahead in range(3))
    mornings = (instant(place, day, MORNING) for day in days)
    return next(each for each in mornings if each >= after + LEAST)
