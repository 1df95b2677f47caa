"""What schedules decide for a resource now, and its history: decided, why, done, observed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.actions.model import Action
from core.connections import Observation
from core.schedules.attachment import Acted, Mode
from core.schedules.by_hand import SETTLED
from core.schedules.decide import Decision
from core.schedules.manual import decide_with_hand
from core.schedules.override import in_force
from core.schedules.retry import Trial
from services.context import Context
from services.db import database
from services.db.stores import actions, overrides, resources, retries, schedules
from services.db.stores.hands import by_hand
from services.usecases import asking
from services.usecases.at_work import at_work

MOST, SEEN = 200, 500


@dataclass(frozen=True)
class Present:
    """What is decided now and what becomes of that; `mode` None: somebody's override, or nothing switches it."""

    decision: Decision
    mode: Mode | None


@dataclass(frozen=True)
class Line:
    """What was decided for a segment, what was done for it, and what was seen from then until the next was decided."""

    acted: Acted
    action: Action | None
    seen: tuple[Observation, ...]
    trial: Trial | None
    """Set while the last try has failed: how often, why, and when it is tried again."""
    next_try_at: datetime | None = None
    """None: not again, since something else was decided since."""


@dataclass(frozen=True)
class History:
    """Newest first; `now` None: neither a schedule nor an override is for it."""

    now: Present | None
    lines: tuple[Line, ...]


def history(ctx: Context, user: User, resource_id: str, *, limit: int = 50) -> History:
    """What is decided for a resource now, and what was: at most 200 decisions. Raises `NotFound`."""
    user.require(Permission.VIEW_SCHEDULES)
    with ctx.read() as db:
        asking.resource(db, user.organisation_id, resource_id, user.accounts, there=False)
        now = database.now(db)
        kept = schedules.history(db, user.organisation_id, resource_id, min(limit, MOST))
        acted = sorted(kept, key=lambda each: (each.decided_at, each.segment_start), reverse=True)
        done = actions.by_ids(db, user.organisation_id, [each.action_id for each in acted if each.action_id])
        keys = [(each.resource_id, each.segment_start, each.desired) for each in acted]
        trials = retries.failed(db, user.organisation_id, keys)
        seen = resources.history(db, user.organisation_id, resource_id, SEEN)
        present = _present(db, user, resource_id, now)
    lines = [
        _line(each, done.get(each.action_id) if each.action_id else None, trials.get(key), seen, after)
        for each, key, after in zip(acted, keys, [None, *acted], strict=False)
    ]
    return History(present, tuple(lines))


def _line(
    acted: Acted,
    action: Action | None,
    trial: Trial | None,
    seen: Sequence[Observation],
    after: Acted | None,
) -> Line:
    until = None if after is None else after.decided_at
    between = [each for each in seen if each.at >= acted.decided_at and (until is None or each.at < until)]
    again = None if trial is None or after is not None else trial.next_try_at
    return Line(acted, action, tuple(reversed(between)), trial, again)


def _present(db: Connection, user: User, resource_id: str, now: datetime) -> Present | None:
    """As the tick will decide."""
    works, found = at_work(db, user.organisation_id, now, resource_ids=[resource_id])
    if not found:
        return None
    resource = found[0]
    deciding = works.together(resource.attachments, now)
    own = overrides.of_resources(db, user.organisation_id, [resource_id]).get(resource_id, ())
    hand = by_hand(db, user.organisation_id, [resource_id]).get(resource_id)
    if hand is not None and SETTLED.get(resource.state) is not hand.state:
        hand = None
    decision = decide_with_hand(deciding.schedules, deciding.manuals, now, own, resource.protection, hand)
    held = in_force(own, now) is not None or not resource.attachments
    return Present(decision, None if held else deciding.mode)
