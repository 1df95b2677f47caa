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
from services.context import Beat, Context, System
from services.db import database
from services.db.stores import leases, schedules
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

    def _in_force(self, attachment: Attachment) -> InForce:
        schedule = self.schedules[attachment.schedule_id]
        return InForce(schedule.name, schedule.definition, max(schedule.changed_at, attachment.attached_at))


@dataclass(frozen=True)
class _Due:
    """A segment of a resource that has not been acted on, and what follows."""

    resource: Switched
    acted: Acted
    schedule_id: UUID
    action: ActionKind | None = None


def at_work(db: Connection, organisation_id: UUID) -> AtWork:
    """All that holds in an organisation."""
    return AtWork(
        {schedule.id: schedule for schedule in schedules.listing(db, organisation_id)},
        {attachment.id: attachment for attachment in schedules.attached(db, organisation_id)},
    )


def run(ctx: Context, beat: Beat) -> str:
    """Worker job: request what schedules want and is not so, for every organisation. Missed ticks need no catching up."""
    with ctx.begin() as db:
        organisations = schedules.organisations(db)
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
    """What is to be acted on or noted now: three queries, whatever the fleet's size."""
    with ctx.begin() as db:
        now = database.now(db)
        works = at_work(db, organisation_id)
        decided: dict[Key, tuple[Decision, bool, UUID]] = {}
        due: list[_Due] = []
        for resource in schedules.selected(db, organisation_id):
            if resource.attachments not in decided:
                inforce, dry_run = works.together(resource.attachments)
                first = works.attachments[resource.attachments[0]].schedule_id
                decided[resource.attachments] = (decide(inforce, now), dry_run, first)
            decision, dry_run, schedule_id = decided[resource.attachments]
            one = _follow(resource, decision, dry_run=dry_run, schedule_id=schedule_id, now=now)
            if one is not None:
                due.append(one)
        known = schedules.acted_on(db, organisation_id, [_key(one.acted) for one in due])
    return [one for one in due if _key(one.acted) not in known]


def _follow(
    resource: Switched, decision: Decision, *, dry_run: bool, schedule_id: UUID, now: datetime
) -> _Due | None:
    """What a decision means for a resource as it is; None where there is nothing to write down (yet)."""
    following = step(decision.desired, resource.state)
    if following in {Step.NO_OPINION, Step.WAIT}:
        return None
    acted = Acted(
        resource.resource_id, decision.segment_start, decision.desired, now, decision.reason, following.value
    )
    if following is Step.NOTHING:
        return _Due(resource, acted, schedule_id)
    if dry_run:
        return _Due(resource, replace(acted, outcome=f"dry run: would {following.value}"), schedule_id)
    return _Due(resource, replace(acted, outcome=_QUEUED), schedule_id, _KINDS[following])


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
                origin_id=str(one.schedule_id),
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
