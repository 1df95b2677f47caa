"""When schedules will next want something else of a resource."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core.access.roles import Permission, User
from core.errors import Invalid
from core.schedules import calendar as days
from core.schedules.decide import InForce
from core.schedules.intervals import Segment, overlay, state_at, timeline
from core.schedules.model import ScheduleDefinition, State
from services.context import Context
from services.db import database
from services.db.stores import schedules
from services.usecases import switching

LONGEST_PREVIEW = timedelta(days=400)

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
        works = switching.at_work(db, user.organisation_id)
        switched = schedules.selected(
            db,
            user.organisation_id,
            resource_ids=None if resource_ids is None else list(resource_ids),
            accounts=_scope(user),
        )
    ahead: dict[tuple[UUID, ...], tuple[Sequence[InForce], bool, Segment | None]] = {}
    found: list[Transition] = []
    for resource in switched:
        if resource.attachments not in ahead:
            inforce, dry_run = works.together(resource.attachments)
            ahead[resource.attachments] = (inforce, dry_run, _next(inforce, now, now + timedelta(days=days)))
        schedules_ahead, dry_run, segment = ahead[resource.attachments]
        if segment is not None:
            names = tuple(schedule.name for schedule in schedules_ahead)
            found.append(
                Transition(
                    resource.resource_id,
                    resource.name,
                    resource.account_id,
                    segment.start,
                    segment.state,
                    names,
                    dry_run,
                )
            )
    return tuple(
        sorted(found, key=lambda transition: (transition.at, transition.name, transition.resource_id))[:limit]
    )


def preview(definition: ScheduleDefinition, start: datetime, end: datetime) -> tuple[Segment, ...]:
    """What a definition wants from `start` to `end`, nothing left out. Raises `Invalid` for more than 400 days."""
    if end - start > LONGEST_PREVIEW:
        message = f"A preview shows at most {LONGEST_PREVIEW.days} days."
        raise Invalid(message)
    return timeline(definition, start, end)


def states(definition: ScheduleDefinition, at: Iterable[datetime]) -> tuple[State, ...]:
    """What a definition wants at each of these instants."""
    return tuple(state_at(definition, instant) for instant in at)


def _next(inforce: Sequence[InForce], start: datetime, end: datetime) -> Segment | None:
    """The first segment after the present one in which something is wanted."""
    line = overlay([schedule.definition for schedule in inforce], start, end)
    return next((segment for segment in line[1:] if segment.state is not State.ANY), None)


def _scope(user: User) -> tuple[str, ...] | None:
    return None if user.accounts is None else tuple(sorted(user.accounts))
