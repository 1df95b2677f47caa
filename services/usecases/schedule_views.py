"""Schedules as shown: what each wants now, what it is attached to and how many instances it switches."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.access.roles import Permission, User
from core.errors import NotFound
from core.schedules.attachment import Attachment, Schedule
from core.schedules.decide import Decision, InForce, decide
from services.context import Context
from services.db import database
from services.db.stores import schedules, switched
from services.usecases.reach import NOWHERE, Reach, reach


@dataclass(frozen=True)
class ScheduleView:
    """A schedule, what it wants now, what it is attached to and how many instances it switches, of those the user sees."""

    schedule: Schedule
    reach: Reach
    now: Decision
    resources: int

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """What it is attached to within the accounts that the user sees."""
        return self.reach.shown


def listing(ctx: Context, user: User) -> tuple[ScheduleView, ...]:
    """All schedules of the organisation by name."""
    user.require(Permission.VIEW_SCHEDULES)
    with ctx.begin() as db:
        now = database.now(db)
        kept = schedules.listing(db, user.organisation_id)
        attached = schedules.attached(db, user.organisation_id)
        reached = reach(db, user, attached)
        held = switched.selected(db, user.organisation_id, now, accounts=_scope(user))
    count: defaultdict[UUID, int] = defaultdict(int)
    owner = {attachment.id: attachment.schedule_id for attachment in attached}
    for one in held:
        for schedule_id in {owner[attachment] for attachment in one.attachments if attachment in owner}:
            count[schedule_id] += 1
    return tuple(
        ScheduleView(one, reached.get(one.id, NOWHERE), _wanted(one, now), count[one.id]) for one in kept
    )


def one(ctx: Context, user: User, schedule_id: UUID) -> ScheduleView:
    """One schedule. Raises `NotFound`."""
    user.require(Permission.VIEW_SCHEDULES)
    found = next((view for view in listing(ctx, user) if view.schedule.id == schedule_id), None)
    if found is None:
        raise missing()
    return found


def _wanted(schedule: Schedule, now: datetime) -> Decision:
    return decide((InForce(schedule.name, schedule.definition, schedule.changed_at),), now)


def missing() -> NotFound:
    """What is said of a schedule that is not there."""
    return NotFound(
        "There is no such schedule.", mend="It may have been deleted; look at the list of schedules."
    )


def _scope(user: User) -> tuple[str, ...] | None:
    return None if user.accounts is None else tuple(sorted(user.accounts))
