"""A start or stop by hand: seen in what was observed, and respected as the attachment says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from core import dates
from core.errors import Invalid
from core.schedules.decide import Decision, InForce, decide
from core.schedules.intervals import MOMENT, instant, maintenance, segment_at
from core.schedules.model import State, zone
from core.schedules.override import Override, in_force, over_since

LONGEST_HOURS = 24 * 30
"""How long a hold or a start by hand may last at most, in hours: as long as an override."""


class Respect(StrEnum):
    """What an attachment makes of a start or stop by hand."""

    LEAVE = "leave"
    """Left until the schedule wants something else by itself."""
    HOLD = "hold"
    """Left for some hours, or until a time of day."""
    ENFORCE = "enforce"
    """Undone at the next tick."""


@dataclass(frozen=True)
class Manual:
    """How starts and stops by hand are respected; a hold needs either `hours` or `until`, a time of day in the schedule's zone.

    `max_hours` ends each start by hand, however it is respected, unless schedules want it on by then. Raises `Invalid`.
    """

    respect: Respect = Respect.LEAVE
    hours: int | None = None
    until: time | None = None
    max_hours: int | None = None

    def __post_init__(self) -> None:
        """Refuse what says too little or too much."""
        if (self.respect is Respect.HOLD) != ((self.hours is None) != (self.until is None)):
            message = "A hold lasts either for some hours or until a time of day; nothing else takes these."
            raise Invalid(message, mend="Give hours or until with “hold”, and neither without it.")
        if any(each is not None and not 1 <= each <= LONGEST_HOURS for each in (self.hours, self.max_hours)):
            message = f"Hours are whole and from 1 to {LONGEST_HOURS}."
            raise Invalid(message)

    def to_json(self) -> dict[str, object]:
        """As kept: only what is said."""
        given = {
            "hours": self.hours,
            "until": self.until and f"{self.until:%H:%M}",
            "max_hours": self.max_hours,
        }
        return {"respect": self.respect.value} | {name: value for name, value in given.items() if value}

    @classmethod
    def from_json(cls, given: dict[str, object]) -> "Manual":
        """Read back what `to_json` wrote; `{}` is the default. Raises `Invalid`."""
        try:
            until = given.get("until")
            return cls(
                Respect(str(given.get("respect") or Respect.LEAVE)),
                _whole(given.get("hours")),
                None if until is None else time.fromisoformat(str(until)),
                _whole(given.get("max_hours")),
            )
        except (TypeError, ValueError) as error:
            message = "How starts and stops by hand are respected cannot be read."
            raise Invalid(message, mend="Say leave, hold (with hours or until HH:MM) or enforce.") from error

    def __str__(self) -> str:
        """In words, such as `left alone for 4 hours, on for 8 hours at most`."""
        words = {
            Respect.LEAVE: "left until the next segment",
            Respect.HOLD: f"left for {_hours(self.hours or 0)}"
            if self.until is None
            else f"left until {self.until:%H:%M}",
            Respect.ENFORCE: "undone at once",
        }[self.respect]
        return words if self.max_hours is None else f"{words}, on for {_hours(self.max_hours)} at most"

    def left_until(self, hand: "ByHand", schedules: Sequence[InForce]) -> datetime | None:
        """Until when it is left alone; None: no end in sight. The `max_hours` are not in it."""
        if self.respect is Respect.ENFORCE:
            return hand.at
        if self.hours is not None:
            return hand.at + timedelta(hours=self.hours)
        if self.until is not None:
            return _next(self.until, hand.at, schedules[0].definition.timezone)
        return segment_at([schedule.definition for schedule in schedules], hand.at).end


@dataclass(frozen=True)
class ByHand:
    """The last change of a resource, made by somebody: to which state, when, and by whom (empty: past our door, in AWS)."""

    state: State
    at: datetime
    by: str = ""
    by_aws: bool = False
    """Whether AWS made it by itself: a database that it starts again after seven days. That is nobody's wish."""


def decide_with_hand(
    schedules: Sequence[InForce],
    manuals: Sequence[Manual],
    at: datetime,
    overrides: Sequence[Override] = (),
    protection: str | None = None,
    hand: ByHand | None = None,
) -> Decision:
    """As `decide`, but what was last started or stopped by hand is respected as the attachments say, each in `manuals`.

    Of several, the one that leaves it alone for longest counts, and the shortest maximum. An edit, a new attachment and the
    end of an override begin anew: what was done by hand before them is over. Maintenance windows let run what runs.
    """
    decision = decide(schedules, at, overrides, protection)
    if (
        hand is None
        or hand.by_aws
        or not schedules
        or protection is not None
        or in_force(overrides, at) is not None
    ):
        return decision if hand is None else _despite_aws(decision, hand)
    anew = max(over_since(overrides, at) or hand.at, *(schedule.since for schedule in schedules))
    if not anew <= hand.at <= at:
        return decision
    end, limit = _ends(hand, manuals, schedules)
    place = zone(schedules[0].definition.timezone)
    if end is None or at < end:
        if decision.desired is hand.state and (
            decision.until is None or (end is not None and end <= decision.until)
        ):
            return decision
        reason = f"{_told(hand, place)}, left{'' if end is None else f' until {_when(end, hand.at, place)}'}"
        return Decision(hand.state, hand.at, end, reason)
    maintained = any(maintenance(each.definition, at, at + MOMENT) for each in schedules)
    if limit is not None and at >= limit and decision.desired is State.ANY and not maintained:
        most = _hours(min(each.max_hours for each in manuals if each.max_hours))
        reason = f"off: {_told(hand, place).removeprefix('on: ')}, {most} at most"
        return Decision(State.STOPPED, max(limit, decision.segment_start), decision.until, reason)
    return replace(decision, segment_start=max(end, decision.segment_start))


def _despite_aws(decision: Decision, hand: ByHand) -> Decision:
    """What is to be off is stopped again: the segment begins anew with AWS's start."""
    if not hand.by_aws or decision.desired is not State.STOPPED or hand.state is not State.RUNNING:
        return decision
    reason = f"{decision.reason}; AWS started it again by itself after seven days"
    return replace(decision, segment_start=max(decision.segment_start, hand.at), reason=reason)


def _ends(
    hand: ByHand, manuals: Sequence[Manual], schedules: Sequence[InForce]
) -> tuple[datetime | None, datetime | None]:
    """Until when it is left alone (None: no end in sight), and when a start must end at the latest."""
    ends = [manual.left_until(hand, schedules) for manual in manuals or (Manual(),)]
    known = [each for each in ends if each is not None]
    end = max(known) if len(known) == len(ends) else None
    most = min((each.max_hours for each in manuals if each.max_hours), default=None)
    if most is None or hand.state is not State.RUNNING:
        return end, None
    limit = hand.at + timedelta(hours=most)
    return (limit if end is None else min(end, limit)), limit


def _next(wanted: time, after: datetime, timezone: str) -> datetime:
    """The next instant after `after` at which clocks in the zone show this time, or pass over it."""
    place = zone(timezone)
    today = after.astimezone(place).date()
    minutes = wanted.hour * 60 + wanted.minute
    coming = (instant(place, today + timedelta(days=days), minutes) for days in range(-1, 4))
    return next(each for each in coming if each > after)


def _told(hand: ByHand, place: tzinfo) -> str:
    """Such as `on: started by hand at 21:10`."""
    started = hand.state is State.RUNNING
    words = "on: started" if started else "off: stopped"
    return f"{words} by {hand.by or 'hand'} at {hand.at.astimezone(place):%H:%M}"


def _when(end: datetime, since: datetime, place: tzinfo) -> str:
    """`23:10` on the same day, else `Mon 23 Nov 08:00`."""
    local = end.astimezone(place)
    if local.date() == since.astimezone(place).date():
        return f"{local:%H:%M}"
    return dates.moment(local, place)


def _hours(count: int) -> str:
    return "1 hour" if count == 1 else f"{count} hours"


def _whole(given: object) -> int | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int):
        message = "Hours are whole numbers."
        raise TypeError(message)
    return given
