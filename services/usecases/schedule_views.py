"""Schedules as shown: what each wants now, what it is attached to and how many instances it switches."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from core.access.roles import Permission, User
from core.errors import NotFound
from core.schedules.attachment import Attachment, Schedule
from core.schedules.decide import Decision, InForce, decide
from core.schedules.naming import slug
from services.context import Context
from services.db import database
from services.db.stores import schedules, switched
from services.usecases.reach import NOWHERE, Reach, named_beyond, reach


@dataclass(frozen=True)
class ScheduleView:
    """A schedule, what it wants now, what it is attached to and how many instances it switches, of those the user sees."""

    schedule: Schedule
    reach: Reach
    now: Decision
    resources: int
    named: int = 0
    """How many name it by their tag."""

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
        names = switched.names(db, user.organisation_id)
    count: defaultdict[UUID, int] = defaultdict(int)
    owner = {each.id: each.id for each in kept} | {each.id: each.schedule_id for each in attached}
    for one in held:
        for schedule_id in {owner[attachment] for attachment in one.attachments if attachment in owner}:
            count[schedule_id] += 1
    return tuple(
        ScheduleView(
            one,
            _with_names(user, one, reached.get(one.id, NOWHERE), names),
            _wanted(one, now),
            count[one.id],
            sum(n for name, account, n in names if name == slug(one.name) and user.sees(account)),
        )
        for one in kept
    )


def unknown_names(ctx: Context, user: User) -> Mapping[str, int]:
    """What instances that the user sees name as their schedule by a tag and no schedule is called: how many, by name."""
    user.require(Permission.VIEW_SCHEDULES)
    with ctx.read() as db:
        known = {slug(one.name) for one in schedules.listing(db, user.organisation_id)}
        names = switched.names(db, user.organisation_id)
    unknown: Counter[str] = Counter()
    for name, account, instances in names:
        if name not in known and user.sees(account):
            unknown[name] += instances
    return unknown


def one(ctx: Context, user: User, schedule_id: UUID) -> ScheduleView:
    """One schedule. Raises `NotFound`."""
    user.require(Permission.VIEW_SCHEDULES)
    found = next((view for view in listing(ctx, user) if view.schedule.id == schedule_id), None)
    if found is None:
        raise missing()
    return found


def _with_names(user: User, schedule: Schedule, held: Reach, names: Sequence[tuple[str, str, int]]) -> Reach:
    """What attachments reach, and one more elsewhere where instances that the user does not see name the schedule."""
    beyond = named_beyond(user, schedule.name, names)
    return replace(held, elsewhere=held.elsewhere + 1) if beyond else held


def _wanted(schedule: Schedule, now: datetime) -> Decision:
    return decide((InForce(schedule.name, schedule.definition, schedule.since),), now)


def missing() -> NotFound:
    """What is said of a schedule that is not there."""
    return NotFound(
        "There is no such schedule.", mend="It may have been deleted; look at the list of schedules."
    )


def _scope(user: User) -> tuple[str, ...] | None:
    return None if user.accounts is None else tuple(sorted(user.accounts))
