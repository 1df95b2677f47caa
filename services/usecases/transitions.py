"""When schedules will next want something else of a resource."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.schedules import calendar as days
from core.schedules.attachment import Mode, Switched
from core.schedules.decide import InForce
from core.schedules.intervals import Segment, overlay
from core.schedules.manual import ByHand, decide_with_hand
from core.schedules.model import State
from core.schedules.override import Override, in_force, lay_over
from services.context import Context
from services.db import database
from services.db.stores import overrides
from services.db.stores.hands import by_hand
from services.usecases.at_work import AtWork, Deciding, at_work

calendar = days.calendar


@dataclass(frozen=True)
class Transition:
    """The next time schedules want something else of a resource."""

    resource_id: str
    name: str
    account_id: str
    at: datetime
    to: State
    schedules: tuple[str, ...]
    """What decides: names of schedules, or whoever made the override."""
    dry_run: bool


def next_transitions(
    ctx: Context,
    user: User,
    resource_ids: Collection[str] | None = None,
    limit: int = 100,
    *,
    days: int = 14,
) -> tuple[Transition, ...]:
    """The next time each resource is to be started or stopped within `days`, soonest first; None: all resources the user sees."""
    user.require(Permission.VIEW_SCHEDULES)
    with ctx.read() as db:
        now = database.now(db)
        only = None if resource_ids is None else list(resource_ids)
        works, held = at_work(db, user.organisation_id, now, resource_ids=only, accounts=_scope(user))
        return ahead(db, user.organisation_id, works, held, now, limit, days=days)


def ahead(
    db: Connection,
    organisation_id: UUID,
    works: AtWork,
    held: Sequence[Switched],
    now: datetime,
    limit: int,
    *,
    days: int = 14,
) -> tuple[Transition, ...]:
    """The same of what was read already: what is at work, and the resources that it is for."""
    wanted = overrides.of_resources(db, organisation_id, [one.resource_id for one in held])
    hands = by_hand(db, organisation_id, [one.resource_id for one in held if one.attachments])
    segments: dict[tuple[UUID, ...], Segment | None] = {}
    found: list[Transition] = []
    end = now + timedelta(days=days)
    for resource in held:
        own = [each for each in wanted.get(resource.resource_id, ()) if each.end > now]
        deciding = works.together(resource.attachments, now)
        inforce, dry_run = deciding.schedules, deciding.mode is Mode.DRY_RUN
        if resource.protection is not None:
            segment = None
        elif own:
            segment = following(inforce, now, end, own)
        elif hand := hands.get(resource.resource_id):
            segment = after_hand(deciding, hand, now, end, wanted.get(resource.resource_id, ()))
        else:
            if resource.attachments not in segments:
                segments[resource.attachments] = following(inforce, now, end)
            segment = segments[resource.attachments]
        if segment is not None:
            kept = in_force(own, segment.start)
            names = tuple(each.name for each in inforce if not each.definition.absent_at(segment.start))
            found.append(
                Transition(
                    resource.resource_id,
                    resource.name,
                    resource.account_id,
                    segment.start,
                    segment.state,
                    names if kept is None else (kept.by,),
                    dry_run and kept is None,
                )
            )
    return tuple(
        sorted(found, key=lambda transition: (transition.at, transition.name, transition.resource_id))[:limit]
    )


def following(
    inforce: Sequence[InForce], start: datetime, end: datetime, own: Sequence[Override] = ()
) -> Segment | None:
    """The first segment after the present one in which something is wanted, with overrides laid over the schedules."""
    line = overlay([schedule.definition for schedule in inforce], start, end)
    if own:
        line = lay_over(line or (Segment(start, end, State.ANY),), own)
    return next((segment for segment in line[1:] if segment.state is not State.ANY), None)


def after_hand(
    deciding: Deciding, hand: ByHand, start: datetime, end: datetime, own: Sequence[Override] = ()
) -> Segment | None:
    """The same for what was last started or stopped by hand: what is left alone is not switched before that is over."""
    inforce, manuals = deciding.schedules, deciding.manuals
    now = decide_with_hand(inforce, manuals, start, own, None, hand)
    if now.segment_start != hand.at or now.desired is not hand.state:
        return following(inforce, start, end)
    if now.until is None or now.until >= end:
        return None
    after = decide_with_hand(inforce, manuals, now.until, own, None, hand)
    if after.desired in {State.ANY, hand.state}:
        return following(inforce, now.until, end)
    return Segment(now.until, after.until, after.desired)


def _scope(user: User) -> tuple[str, ...] | None:
    return None if user.accounts is None else tuple(sorted(user.accounts))
