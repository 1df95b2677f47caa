"""The tick that makes schedules happen: what is wanted now is worked out, and each segment is acted on once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from core.actions.model import ActionKind
from core.errors import Conflict, Invalid, NotFound, Refused
from core.schedules.attachment import Acted, Attachment, Mode, Schedule, Switched
from core.schedules.decide import Decision, InForce, Step, decide, step
from core.schedules.model import State
from core.schedules.naming import SCHEDULE_TAG, slug
from core.schedules.override import in_force
from core.schedules.selector import Selector
from services.context import Beat, Context, System
from services.db import database
from services.db.stores import leases, overrides, schedules, switched
from services.usecases import actions

WRITTEN, REQUESTED = 2000, 100
"""How many segments go into one transaction: where nothing is done, and where actions are requested."""

_KINDS = {Step.START: ActionKind.START_INSTANCE, Step.STOP: ActionKind.STOP_INSTANCE}
_QUEUED = "queued"
Key = tuple[UUID, ...]


@dataclass(frozen=True)
class AtWork:
    """Schedules and attachments that hold, by id."""

    schedules: Mapping[UUID, Schedule]
    attachments: Mapping[UUID, Attachment]

    def together(self, attached: Sequence[UUID]) -> tuple[tuple[InForce, ...], bool]:
        """The schedules that decide for a resource with these attachments, and whether it is a dry run.

        Where some are to be applied and some only tried out, the former decide alone.
        """
        held = [self.attachments[one] for one in attached]
        applied = [one for one in held if one.mode is Mode.APPLY]
        deciding = applied or held
        return tuple(self._in_force(one) for one in deciding), not applied

    def first(self, resource: Switched) -> UUID | None:
        """The schedule of the oldest attachment; None where there is none."""
        return self.attachments[resource.attachments[0]].schedule_id if resource.attachments else None

    def _in_force(self, attachment: Attachment) -> InForce:
        schedule = self.schedules[attachment.schedule_id]
        return InForce(schedule.name, schedule.definition, max(schedule.changed_at, attachment.attached_at))


@dataclass(frozen=True)
class _Due:
    """A segment of a resource that has not been acted on, and what follows."""

    resource: Switched
    acted: Acted
    action: ActionKind | None = None
    origin_id: str = ""
    """Of the schedule, or of the override that decided."""


def at_work(db: Connection, organisation_id: UUID) -> AtWork:
    """All that holds in an organisation."""
    kept = schedules.listing(db, organisation_id)
    attached = schedules.attached(db, organisation_id)
    return AtWork(
        {schedule.id: schedule for schedule in kept},
        {each.id: each for each in (*(_by_name(schedule) for schedule in kept), *attached)},
    )


def _by_name(schedule: Schedule) -> Attachment:
    """What holds for those that name the schedule by their tag; it goes by the schedule's own id."""
    selector = Selector(tag=(SCHEDULE_TAG, slug(schedule.name)))
    return Attachment(
        schedule.id, schedule.id, selector, Mode.APPLY, schedule.created_by, schedule.created_at
    )


def run(ctx: Context, beat: Beat) -> str:
    """Worker job: request what schedules want and is not so, for every organisation. Missed ticks need no catching up."""
    with ctx.begin() as db:
        organisations = switched.organisations(db)
    count: Counter[str] = Counter()
    for organisation_id in organisations:
        beat.say("Working out what schedules want")
        due = _due(ctx, organisation_id)
        quiet = [one for one in due if one.action is None]
        for chunk in _chunks(quiet, WRITTEN):
            beat.check()
            with ctx.begin() as db:
                leases.fence(db, beat.epoch)
                count["noted"] += len(schedules.claim(db, organisation_id, [one.acted for one in chunk]))
        for chunk in _chunks([one for one in due if one.action], REQUESTED):
            beat.check()
            with ctx.begin() as db:
                leases.fence(db, beat.epoch)
                count.update(_request(db, ctx, organisation_id, chunk))
    return f"{count[_QUEUED]} requested, {count['refused']} refused, {count['busy']} busy, {count['noted']} noted."


def _due(ctx: Context, organisation_id: UUID) -> list[_Due]:
    """What is to be acted on or noted now: a few queries, whatever the fleet's size."""
    with ctx.begin() as db:
        now = database.now(db)
        works = at_work(db, organisation_id)
        wanted = overrides.of_resources(db, organisation_id)
        decided: dict[Key, tuple[tuple[InForce, ...], bool, Decision]] = {}
        due: list[_Due] = []
        for resource in switched.selected(db, organisation_id, now):
            if resource.attachments not in decided:
                inforce, dry_run = works.together(resource.attachments)
                decided[resource.attachments] = (inforce, dry_run, decide(inforce, now))
            inforce, dry_run, decision = decided[resource.attachments]
            own = wanted.get(resource.resource_id, ())
            if own or resource.protection:
                decision = decide(inforce, now, own, resource.protection)
            held = None if resource.protection else in_force(own, now)
            one = _follow(resource, decision, dry_run=dry_run and held is None, now=now)
            if one is not None:
                origin = works.first(resource) if held is None else held.id
                due.append(replace(one, origin_id=str(origin or "")))
        known = schedules.acted_on(db, organisation_id, [_key(one.acted) for one in due])
    return [one for one in due if _key(one.acted) not in known]


def _follow(resource: Switched, decision: Decision, *, dry_run: bool, now: datetime) -> _Due | None:
    """What a decision means for a resource as it is; None where there is nothing to write down (yet)."""
    following = step(decision.desired, resource.state)
    left = following is Step.NO_OPINION and resource.protection is None
    if left or following is Step.WAIT:
        return None
    acted = Acted(
        resource.resource_id, decision.segment_start, decision.desired, now, decision.reason, following.value
    )
    if following in {Step.NOTHING, Step.NO_OPINION}:
        return _Due(resource, acted)
    if dry_run:
        return _Due(resource, replace(acted, outcome=f"dry run: would {following.value}"))
    return _Due(resource, replace(acted, outcome=_QUEUED), _KINDS[following])


def _request(db: Connection, ctx: Context, organisation_id: UUID, chunk: Sequence[_Due]) -> Iterable[str]:
    """Claim segments and request their actions; one that is refused is written down so and does not stop the others."""
    ours = {_key(acted) for acted in schedules.claim(db, organisation_id, [one.acted for one in chunk])}
    who = System(organisation_id, "schedules")
    return [
        _request_one(db, ctx, who, one, one.action) for one in chunk if one.action and _key(one.acted) in ours
    ]


def _request_one(db: Connection, ctx: Context, who: System, one: _Due, kind: ActionKind) -> str:
    try:
        with db.begin_nested():
            action = actions.request_in(
                db,
                ctx,
                who,
                kind,
                one.resource.resource_id,
                {},
                one.acted.reason,
                origin="schedule",
                origin_id=one.origin_id,
            )
    except Conflict:
        # Something else is being done to it: give the segment back and look again at the next tick.
        schedules.give_back(db, who.organisation_id, one.acted)
        return "busy"
    except (Refused, NotFound, Invalid) as refusal:
        schedules.settle(db, who.organisation_id, replace(one.acted, outcome=f"refused: {refusal}"))
        return "refused"
    schedules.settle(db, who.organisation_id, replace(one.acted, action_id=action.id))
    return _QUEUED


def _key(acted: Acted) -> tuple[str, datetime, State]:
    return acted.resource_id, acted.segment_start, acted.desired


def _chunks(due: Sequence[_Due], size: int) -> Iterator[Sequence[_Due]]:
    return (due[start : start + size] for start in range(0, len(due), size))
