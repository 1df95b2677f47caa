"""What a schedule says between two instants or at some, asked without keeping it: the question as JSON, and its answer."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.errors import Invalid
from core.schedules.calendars import MOST_CALENDARS, Calendar
from core.schedules.intervals import MOMENT, Segment, bounded, timeline
from core.schedules.lines import Span
from core.schedules.model import ScheduleDefinition, State

LONGEST = timedelta(days=400)
MOST_INSTANTS = 10_000
"""A bound, so that one question cannot hold up the others."""

_BATCH = timedelta(days=14)


@dataclass(frozen=True)
class Question:
    """A definition, and either a span or the instants `at`."""

    definition: ScheduleDefinition
    at: tuple[datetime, ...] = ()
    span: Span | None = None

    @classmethod
    def from_json(cls, given: object) -> "Question":
        """Read `{"schedule": {...}, "at": [...]}` or `{"schedule": {...}, "from": ..., "to": ...}`.

        The schedule may bring the `calendars` it observes, each with its `days` and maybe a `name`. Other keys are left unread.
        Raises `Invalid` saying what is wrong.
        """
        if not isinstance(given, Mapping):
            raise Invalid("A preview is asked for with a JSON object that has a schedule.")
        if given.get("schedule") is None:
            raise Invalid("A preview needs its “schedule”.")
        definition = ScheduleDefinition.from_json(given["schedule"]).observing(*_calendars(given["schedule"]))
        at, start, end = (given.get(name) for name in ("at", "from", "to"))
        if at is not None and start is None and end is None:
            return cls(definition, at=_instants(at))
        if at is None and start is not None and end is not None:
            return cls(definition, span=_span(_instant(start, "from"), _instant(end, "to")))
        raise Invalid("Say when: either “at”, a list of instants, or both “from” and “to”.")

    def answer(self) -> dict[str, object]:
        """`{"states": [...]}`, one for each instant in the order asked, or `{"intervals": [{"start", "end", "state"}]}` without a hole."""
        if self.span is None:
            return {"states": [state.value for state in states(self.definition, self.at)]}
        end = self.span[1]
        return {
            "intervals": [
                {"start": written(piece.start), "end": written(piece.end or end), "state": piece.state.value}
                for piece in between(self.definition, *self.span)
            ]
        }


def between(definition: ScheduleDefinition, start: datetime, end: datetime) -> tuple[Segment, ...]:
    """What a definition wants from `start` to `end`, nothing left out. Raises `Invalid` for more than 400 days."""
    if end - start > LONGEST:
        message = f"A preview shows at most {LONGEST.days} days."
        raise Invalid(message)
    return timeline(definition, start, end)


def states(definition: ScheduleDefinition, at: Iterable[datetime]) -> tuple[State, ...]:
    """What a definition wants at each of these instants; those of a fortnight are worked out at once."""
    asked = tuple(at)
    found: dict[datetime, State] = {}
    batch: list[datetime] = []
    for instant in sorted(set(asked)):
        if batch and instant - batch[0] > _BATCH:
            found |= _together(definition, batch)
            batch = []
        batch.append(instant)
    if batch:
        found |= _together(definition, batch)
    return tuple(found[instant] for instant in asked)


def written(instant: datetime) -> str:
    """Such as `2026-11-22T10:00:00Z`."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _together(definition: ScheduleDefinition, batch: Sequence[datetime]) -> dict[datetime, State]:
    """The states at sorted instants that lie close to each other."""
    line = timeline(definition, batch[0], bounded(batch[-1]) + MOMENT)
    starts = [piece.start for piece in line]
    return {
        instant: line[max(0, bisect_right(starts, instant) - 1)].state if line else definition.default
        for instant in batch
    }


def _calendars(schedule: object) -> list[Calendar]:
    """The calendars that a schedule brings with it."""
    given = schedule.get("calendars") if isinstance(schedule, Mapping) else None
    if given is None:
        return []
    if not isinstance(given, list | tuple) or len(given) > MOST_CALENDARS:
        message = f"“calendars” must be a list of at most {MOST_CALENDARS} calendars, each with its days."
        raise Invalid(message)
    named = (
        {"name": f"Calendar {number}"} | dict(each) if isinstance(each, Mapping) else each
        for number, each in enumerate(given, 1)
    )
    return [Calendar.from_json(each) for each in named]


def _span(start: datetime, end: datetime) -> Span:
    if end < start:
        raise Invalid("“from” must not be after “to”.")
    return start, end


def _instants(given: object) -> tuple[datetime, ...]:
    if not isinstance(given, list | tuple):
        raise Invalid("“at” must be a list of instants.")
    if len(given) > MOST_INSTANTS:
        message = f"“at” may hold {MOST_INSTANTS} instants, not {len(given)}."
        raise Invalid(message)
    return tuple(_instant(each, "at") for each in given)


def _instant(given: object, name: str) -> datetime:
    """An instant of a year that clocks agree on; without an offset nobody could know which it is."""
    try:
        read = datetime.fromisoformat(given) if isinstance(given, str) else None
        if read is not None and read.utcoffset() is not None:
            return read.astimezone(UTC) + MOMENT - MOMENT
    except (ValueError, OverflowError):
        pass
    told = f"“{given}”" if isinstance(given, str) else "what was given"
    message = (
        f"In “{name}”, {told} is no instant: write it as 2026-11-22T10:00:00Z, or with an offset as +01:00."
    )
    raise Invalid(message)
