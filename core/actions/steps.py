"""What to do next with an action: from its row and what AWS shows now, never from memory. So a crash costs a look, not a repeat."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.actions.catalog import DECLARATIONS
from core.actions.facts import changed
from core.actions.guard import forbidden
from core.actions.kind import PATIENCE, Call, Declaration, Do, Next, Settle, Sight, Wait, failed
from core.actions.model import Action, ActionState
from core.errors import Lost, PioneerError, Refused, Unavailable
from core.inventory import Resource
from core.prices import InstanceType

MAX_TRIES = 5
"""How often one call is sent before we give up on it."""
_SOONEST, _LATEST = timedelta(seconds=5), timedelta(minutes=1)
_PLACES = 1_000_000
"""Into so many the last fifth of a wait is cut."""


@dataclass(frozen=True)
class PutBack:
    """It cannot be completed: go on with the steps that restore what was there before."""

    why: str


@dataclass(frozen=True)
class Without:
    """AWS would not give this: go on without it."""

    what: str


def decide(action: Action, sight: Sight, now: datetime, types: Mapping[str, InstanceType]) -> Next | PutBack:
    """The next call, a wait, or the end. Guards are asked again, of the resource as AWS shows it."""
    declared = DECLARATIONS[action.kind]
    wanted = declared.next(action, sight)
    if isinstance(wanted, Settle):
        return wanted
    late = _late(action, declared, now)
    if isinstance(wanted, Wait):
        return failed(f"{wanted.why} That has lasted too long; look at it in AWS.") if late else wanted
    if sight.resource is not None and not action.begun and (why := changed(action, sight.resource)):
        return Settle(ActionState.REFUSED, why)
    if sight.resource is not None and (why := _objection(action, declared, sight.resource, types)):
        return _objected(action, declared, why)
    return _send(action, declared, wanted, now, late=late)


def _send(action: Action, declared: Declaration, wanted: Do, now: datetime, *, late: bool) -> Next | PutBack:
    """The call, unless it was sent before and AWS deserves more time, or we have tried for long enough."""
    if action.step != wanted.call:
        return _give_up(action, declared, f"{action.short_id}: time is up.") if late else wanted
    if late or action.attempts >= MAX_TRIES:
        return _give_up(
            action,
            declared,
            f"AWS was asked {_times(action.attempts)} to {_words(wanted.call)}, without effect.",
        )
    if action.step_at is not None and now < action.step_at + patience(wanted.call, action.attempts):
        return Wait(f"AWS was asked to {_words(wanted.call)} and does not show it yet.")
    return wanted


def answered(action: Action, call: Call, error: PioneerError) -> Next | PutBack | Without:
    """What follows from AWS answering a call with an error; `action` is as it was before the call was tried."""
    if (absent := DECLARATIONS[action.kind].instead(action, call, error)) is not None:
        return Without(absent)
    if isinstance(error, Lost | Unavailable):
        return Wait(error.message)
    if not action.begun:
        state = ActionState.REFUSED if isinstance(error, Refused) else ActionState.FAILED
        return Settle(state, error.message)
    if action.step == call:
        return Wait(f"{error.message} An earlier call may have taken effect; looking again.")
    return _give_up(action, DECLARATIONS[action.kind], error.message)


def unseen(action: Action, error: PioneerError, now: datetime) -> Next:
    """What follows from not being let look: AWS may be down for a while, but not for ever."""
    lasting = not isinstance(error, Lost | Unavailable)
    if (lasting and not action.begun) or _late(action, DECLARATIONS[action.kind], now):
        return failed(error.message)
    return Wait(error.message)


def patience(call: Call, attempts: int) -> timedelta:
    """How long after the last of `attempts` a call may be sent again."""
    return PATIENCE[call] * (1 << max(attempts - 1, 0))


def look_again(action: Action, now: datetime) -> datetime:
    """When to look next: soon at first, once a minute at most later; spread by the action's id and the moment so that many do not look at once."""
    since = action.step_at or action.started_at or now
    delay = min(max((now - since) / 4, _SOONEST), _LATEST)
    place = (action.id.int + int(now.timestamp() * 1e6)) % _PLACES
    return now + delay * (1 + place / (4 * _PLACES))


def _words(call: Call) -> str:
    return call.value.replace("_", " ")


def _times(attempts: int) -> str:
    return "once" if attempts == 1 else f"{attempts} times"


def _late(action: Action, declared: Declaration, now: datetime) -> bool:
    allowed = declared.deadline * (2 if action.trouble else 1)
    return action.started_at is not None and now > action.started_at + allowed


def _objection(
    action: Action, declared: Declaration, resource: Resource, types: Mapping[str, InstanceType]
) -> str | None:
    """Putting back what we began ourselves is never objected to; a resize under way is rightly between two states."""
    if action.trouble:
        return None
    why = forbidden(action.kind, resource)
    if why is None and not (action.begun and declared.restorable):
        why = declared.unsuitable(resource, action.parameters, types)
    return why


def _objected(action: Action, declared: Declaration, why: str) -> Next | PutBack:
    if action.begun and declared.restorable:
        return PutBack(why)
    return Settle(ActionState.REFUSED, why)


def _give_up(action: Action, declared: Declaration, why: str) -> Next | PutBack:
    if declared.restorable and action.begun and not action.trouble:
        return PutBack(why)
    words = (
        f"{action.trouble} Putting it back failed too: {why} Please look at it in AWS."
        if action.trouble
        else why
    )
    return failed(words)
