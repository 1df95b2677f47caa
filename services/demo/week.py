"""A week of the demo in some minutes: the clock goes from one switch of the schedules to the next, and each is seen done."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.access.roles import User
from core.actions.model import OPEN, Action, ActionState
from core.errors import Unavailable
from core.schedules.attachment import Acted, Switched
from core.schedules.model import State
from core.schedules.switch import RUNNING, STOPPED
from services.context import Context
from services.db import database
from services.db.stores import actions, schedules, switched
from services.demo import seed
from services.usecases.transitions import Transition, next_transitions

DAYS, MOST = 7, 100_000
JUST_AFTER = timedelta(seconds=1)
"""How far the clock goes past a switch: a segment begins at its first instant."""
_SHOWN = {State.RUNNING: RUNNING, State.STOPPED: STOPPED}


@dataclass(frozen=True)
class Turned:
    """One resource at one switch: what its schedules want from then on, what came of it, and whether AWS shows it so."""

    name: str
    resource_id: str
    to: State
    outcome: str
    there: bool
    waits: bool = False
    """For somebody's approval."""


@dataclass(frozen=True)
class Moment:
    """All that was to be switched at one instant."""

    at: datetime
    turned: tuple[Turned, ...]


def live(
    ctx: Context, user: User, settled: Callable[[Callable[[], bool]], bool], *, days: int = DAYS
) -> Iterator[Moment]:
    """Each switch of the next `days`, once it is over; the clock stands at their end afterwards.

    `settled` waits until what it is given answers True, and says whether that came about. Raises `Refused` outside the demo, and
    `Unavailable` when the worker does not follow.
    """
    end = ctx.now() + timedelta(days=days)
    after = ctx.now()
    while coming := _ahead(ctx, user, after, end):
        at = coming[0].at
        due = [each for each in coming if each.at == at]
        _go_to(ctx, at + JUST_AFTER)
        if not settled(lambda at=at, due=due: _over(ctx, user, at, due)):  # type: ignore[misc]  # bound on purpose
            message = (
                f"The switch of {at:%a %d %b %H:%M} UTC was not carried out: no worker followed the clock."
            )
            raise Unavailable(message, mend="Run ./pioneer demo in another terminal, then go on with this.")
        yield Moment(at, _turned(ctx, user, at, due))
        after = at
    _go_to(ctx, end)


def _ahead(ctx: Context, user: User, after: datetime, end: datetime) -> list[Transition]:
    """What will be switched, soonest first; what is only written down is left out."""
    left = max(1, (end - ctx.now()).days + 1)
    coming = next_transitions(ctx, user, limit=MOST, days=left)
    return [each for each in coming if after < each.at <= end and not each.dry_run]


def _go_to(ctx: Context, at: datetime) -> None:
    """Nothing is done where the clock is there by itself."""
    by = at - ctx.now()
    if by > timedelta():
        seed.move_clock(ctx, by)


def _looked(
    ctx: Context, user: User, at: datetime, due: Sequence[Transition]
) -> Iterator[tuple[Transition, Acted | None, Action | None, Switched | None]]:
    """For each, what was decided at that instant or since, its action, and the resource as it is known now."""
    organisation = user.organisation_id
    with ctx.read() as db:
        ids = [each.resource_id for each in due]
        known = {
            each.resource_id: each
            for each in switched.selected(db, organisation, database.now(db), resource_ids=ids)
        }
        newest = {name: schedules.history(db, organisation, name, 1) for name in ids}
        acted = {name: rows[0] for name, rows in newest.items() if rows and rows[0].segment_start >= at}
        done = actions.by_ids(db, organisation, [each.action_id for each in acted.values() if each.action_id])
    for each in due:
        own = acted.get(each.resource_id)
        action = done.get(own.action_id) if own is not None and own.action_id is not None else None
        yield each, own, action, known.get(each.resource_id)


def _over(ctx: Context, user: User, at: datetime, due: Sequence[Transition]) -> bool:
    """Whether each was decided, and what was asked for has ended, or waits for a person."""
    closed = OPEN - {ActionState.WAITING}
    return all(
        own is not None and (action is None or action.state not in closed)
        for _, own, action, there in _looked(ctx, user, at, due)
        if there is not None
    )


def _turned(ctx: Context, user: User, at: datetime, due: Sequence[Transition]) -> tuple[Turned, ...]:
    return tuple(
        Turned(
            each.name,
            each.resource_id,
            each.to,
            (action.outcome if action else own.outcome if own else "") or "",
            known is not None and known.state == _SHOWN[each.to],
            action is not None and action.state is ActionState.WAITING,
        )
        for each, own, action, known in _looked(ctx, user, at, due)
    )
