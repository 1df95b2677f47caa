"""Schedules as shown: what each wants now, what it is attached to and how many instances it switches."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.errors import NotFound
from core.schedules.attachment import Attachment, Schedule, Switched
from core.schedules.decide import Decision, InForce, decide
from core.schedules.naming import slug
from services.context import Context
from services.db.stores import schedules, stamps, switched
from services.usecases import at_work, transitions
from services.usecases.at_work import AtWork
from services.usecases.reach import NOWHERE, Reach, named_beyond, reach
from services.usecases.transitions import Transition
from services.usecases.unchanged import unchanged


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


@dataclass(frozen=True)
class Board:
    """All schedules by name, the next switch of each resource (soonest first), and names that resources give and no schedule has.

    One look at the same moment: what `listing`, `next_transitions` and `unknown_names` answer one by one.
    """

    views: tuple[ScheduleView, ...]
    coming: tuple[Transition, ...]
    unknown: Mapping[str, int]


def board(ctx: Context, user: User, limit: int = 100) -> Board:
    """What the screen of schedules shows first; at most `limit` switches."""
    user.require(Permission.VIEW_SCHEDULES)
    with ctx.read() as db:
        read = _read(ctx, db, user)
        coming = transitions.ahead(db, user.organisation_id, read.works, read.held, read.now, limit)
    return Board(_views(user, read), coming, _unknown(user, read.kept, read.names))


def listing(ctx: Context, user: User) -> tuple[ScheduleView, ...]:
    """All schedules of the organisation by name."""
    user.require(Permission.VIEW_SCHEDULES)
    with ctx.read() as db:
        return _views(user, _read(ctx, db, user))


@dataclass(frozen=True)
class _Read:
    """What is read once for all of it."""

    now: datetime
    kept: tuple[Schedule, ...]
    works: AtWork
    reached: Mapping[UUID, Reach]
    held: tuple[Switched, ...]
    names: tuple[tuple[str, str, int], ...]


def _read(ctx: Context, db: Connection, user: User) -> _Read:
    """Read again only once any of it has changed; what follows from the time is worked out each time."""
    owner = user.organisation_id
    stamp, now = stamps.of_switched(db, owner)

    def read() -> _Read:
        kept = schedules.listing(db, owner)
        attached = schedules.attached(db, owner)
        works = at_work.of(kept, attached)
        held = works.of_these(switched.selected(db, owner, now, accounts=_scope(user), known=kept))
        return _Read(now, kept, works, reach(db, user, attached), held, switched.names(db, owner))

    found = unchanged(ctx, stamp, read, "switched", owner, _scope(user), rows=lambda each: len(each.held))
    return replace(found, now=now)


def _views(user: User, read: _Read) -> tuple[ScheduleView, ...]:
    count: defaultdict[UUID, int] = defaultdict(int)
    attachments = read.works.attachments
    for one in read.held:
        for schedule_id in {attachments[each].schedule_id for each in one.attachments}:
            count[schedule_id] += 1
    return tuple(
        ScheduleView(
            one,
            _with_names(user, one, read.reached.get(one.id, NOWHERE), read.names),
            _wanted(one, read.now),
            count[one.id],
            sum(n for name, account, n in read.names if name == slug(one.name) and user.sees(account)),
        )
        for one in read.kept
    )


def unknown_names(ctx: Context, user: User) -> Mapping[str, int]:
    """What instances that the user sees name as their schedule by a tag and no schedule is called: how many, by name."""
    user.require(Permission.VIEW_SCHEDULES)
    with ctx.read() as db:
        kept = schedules.listing(db, user.organisation_id)
        return _unknown(user, kept, switched.names(db, user.organisation_id))


def _unknown(
    user: User, kept: Sequence[Schedule], names: Sequence[tuple[str, str, int]]
) -> Mapping[str, int]:
    known = {slug(one.name) for one in kept}
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
