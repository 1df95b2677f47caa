"""Schedules: kept, attached, previewed, and acted on once a segment."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core.access.roles import Permission, User
from core.errors import Conflict, Invalid, NotFound
from core.events import Event
from core.schedules.attachment import Acted, Attachment, Mode, Schedule
from core.schedules.manual import Manual
from core.schedules.model import ScheduleDefinition
from core.schedules.preview import between
from core.schedules.selector import Selector
from services.context import Context
from services.db import database
from services.db.stores import schedules
from services.usecases import calendars as observed
from services.usecases import schedule_views, scheduled_savings, switching, transitions
from services.usecases.reach import demand_name, demand_there, demand_within
from services.usecases.record import record
from services.usecases.versions import demand_version

LONGEST_NAME = 100

run = switching.run
next_transitions = transitions.next_transitions
preview = between
Board = schedule_views.Board
ScheduleView = schedule_views.ScheduleView
board = schedule_views.board
listing = schedule_views.listing
one = schedule_views.one
unknown_names = schedule_views.unknown_names


def save(
    ctx: Context,
    user: User,
    schedule_id: UUID | None,
    name: str,
    definition: ScheduleDefinition,
    *,
    calendars: Sequence[UUID] | None = None,
    enabled: bool = True,
    version: int | None = None,
) -> Schedule:
    """Make a schedule (`schedule_id` None) or change one; `calendars` are those it observes from now on, None: as before.

    With `version`, only if it is still that one. Raises `Stale` when it is not, `Conflict` when the name is taken, `NotFound`,
    `Invalid`, `Forbidden` where it reaches too far.
    """
    user.require(Permission.EDIT_SCHEDULES)
    with ctx.begin() as db:
        return save_in(
            db,
            user,
            schedule_id,
            name,
            definition,
            calendars=calendars,
            enabled=enabled,
            version=version,
            now=database.now(db),
        )


def save_in(
    db: Connection,
    user: User,
    schedule_id: UUID | None,
    name: str,
    definition: ScheduleDefinition,
    *,
    enabled: bool,
    version: int | None,
    now: datetime,
    calendars: Sequence[UUID] | None = None,
) -> Schedule:
    """The same inside a caller's transaction; the caller has asked for the permission."""
    name = named(name, definition)
    observes = observed.chosen(db, user, calendars or ())
    demand_name(db, user, name, "call a schedule so")
    if schedule_id is None:
        schedule = Schedule(uuid4(), name, definition, 1, enabled, user.email, now, now, observes)
    else:
        before = _found(db, user, schedule_id)
        demand_within(db, user, before, schedules.attached(db, user.organisation_id), "change it")
        demand_name(db, user, before.name, "change it")
        demand_version(before.name, before.version, version)
        observes = before.observes if calendars is None else observes
        same = (before.written, before.observes, before.enabled) == (definition, observes, enabled)
        schedule = replace(
            before,
            name=name,
            written=definition,
            observes=observes,
            enabled=enabled,
            version=before.version + 1,
            changed_at=before.changed_at if same else now,
        )
    try:
        with db.begin_nested():
            schedules.write(db, user.organisation_id, schedule)
    except IntegrityError as error:
        message = f"There is a schedule called “{name}” already."
        raise Conflict(message, mend="Give it another name.") from error
    event = Event("ScheduleSaved", f"schedule:{schedule.id}", {"name": name, "version": schedule.version})
    record(db, user, event, subject=name)
    return schedule


def delete(ctx: Context, user: User, schedule_id: UUID, *, version: int | None = None) -> None:
    """Delete a schedule and end what it is attached to; instances stay as they are.

    With `version`, only if it is still that one. Raises `NotFound`, `Stale` and `Forbidden` as `save` does.
    """
    user.require(Permission.EDIT_SCHEDULES)
    with ctx.begin() as db:
        schedule = _found(db, user, schedule_id)
        demand_version(schedule.name, schedule.version, version)
        demand_within(db, user, schedule, schedules.attached(db, user.organisation_id), "delete it")
        demand_name(db, user, schedule.name, "delete it")
        now = database.now(db)
        schedules.forget(db, user.organisation_id, schedule_id, now)
        scheduled_savings.end(db, user.organisation_id, now)
        record(
            db,
            user,
            Event("ScheduleDeleted", f"schedule:{schedule_id}", {"name": schedule.name}),
            subject=schedule.name,
        )


def attach(
    ctx: Context,
    user: User,
    schedule_id: UUID,
    selector: Selector,
    mode: Mode = Mode.APPLY,
    manual: Manual | None = None,
    *,
    order: int = 0,
) -> Attachment:
    """Attach a schedule to resources with a tag or to named ones, within the accounts the user sees.

    Of what a schedule switches, lower orders are started before and stopped after higher ones.

    Raises `NotFound` for a schedule or resource that is not there, `Conflict` when the same is attached already.
    """
    user.require(Permission.EDIT_SCHEDULES)
    user.require(Permission.ACT)
    with ctx.begin() as db:
        now = database.now(db)
        return attach_in(db, user, schedule_id, selector, mode, now, manual=manual, order=order)


def attach_new(
    ctx: Context,
    user: User,
    name: str,
    definition: ScheduleDefinition,
    selector: Selector,
    mode: Mode,
    reason: str = "",
    manual: Manual | None = None,
    *,
    order: int = 0,
) -> tuple[Schedule, Attachment]:
    """Attach a definition as `attach_alike` does, all of it or nothing. Raises `NotFound`, `Conflict`, `Invalid`."""
    user.require(Permission.EDIT_SCHEDULES)
    user.require(Permission.ACT)
    with ctx.begin() as db:
        now = database.now(db)
        attachment = attach_alike(
            db, user, name, definition, selector, mode, now, reason, manual, order=order
        )
        return _found(db, user, attachment.schedule_id), attachment


def attach_in(
    db: Connection,
    user: User,
    schedule_id: UUID,
    selector: Selector,
    mode: Mode,
    now: datetime,
    reason: str = "",
    manual: Manual | None = None,
    *,
    order: int = 0,
) -> Attachment:
    """The same inside a caller's transaction; the caller has asked for the permissions."""
    schedule = _found(db, user, schedule_id)
    narrowed = selector.within(user.accounts)
    demand_there(db, user, narrowed)
    for held in schedules.attached(db, user.organisation_id):
        if (held.schedule_id, held.selector) == (schedule_id, narrowed):
            message = f"“{schedule.name}” is attached to {narrowed} already."
            raise Conflict(message)
    manual = manual or Manual()
    attachment = Attachment(uuid4(), schedule_id, narrowed, mode, user.email, now, manual, order=order)
    schedules.attach(db, user.organisation_id, attachment)
    data = {"selector": narrowed.to_json(), "mode": mode.value, "name": schedule.name}
    data["manual"] = manual.to_json()
    event = Event("ScheduleAttached", f"schedule:{schedule_id}", data)
    record(db, user, event, subject=str(narrowed), reason=reason)
    return attachment


def attach_alike(
    db: Connection,
    user: User,
    name: str,
    definition: ScheduleDefinition,
    selector: Selector,
    mode: Mode,
    now: datetime,
    reason: str = "",
    manual: Manual | None = None,
    *,
    order: int = 0,
) -> Attachment:
    """Attach a definition in a caller's transaction: one of ours that says the same, else it is saved under a free name."""
    demand_there(db, user, selector)
    schedule = schedules.alike(db, user.organisation_id, definition)
    if schedule is None:
        free = free_name(db, user, name)
        schedule = save_in(db, user, None, free, definition, enabled=True, version=None, now=now)
    return attach_in(db, user, schedule.id, selector, mode, now, reason, manual, order=order)


def detach(ctx: Context, user: User, attachment_id: UUID) -> Attachment:
    """End an attachment and what it is held to save; instances stay as they are. Raises `NotFound`, and `Forbidden` for one that reaches accounts the user does not see."""
    user.require(Permission.EDIT_SCHEDULES)
    with ctx.begin() as db:
        held = schedules.attached(db, user.organisation_id)
        found = next((one for one in held if one.id == attachment_id), None)
        if found is not None:
            schedule = _found(db, user, found.schedule_id)
            demand_within(db, user, schedule, [found], "detach it from them")
        now = database.now(db)
        attachment = schedules.detach(db, user.organisation_id, attachment_id, now)
        if attachment is None:
            message = "This attachment does not exist, or has ended."
            raise NotFound(message)
        scheduled_savings.end(db, user.organisation_id, now, attachment.selector.resource_ids or None)
        event = Event(
            "ScheduleDetached",
            f"schedule:{attachment.schedule_id}",
            {"selector": attachment.selector.to_json()},
        )
        record(db, user, event, subject=str(attachment.selector))
    return attachment


def history(ctx: Context, user: User, resource_id: str, *, limit: int = 50) -> tuple[Acted, ...]:
    """What schedules decided for a resource and what came of it, newest first. Raises `NotFound`."""
    user.require(Permission.VIEW_SCHEDULES)
    with ctx.read() as db:
        demand_there(db, user, Selector(resource_ids=(resource_id,)))
        return schedules.history(db, user.organisation_id, resource_id, limit)


def named(name: str, definition: ScheduleDefinition) -> str:
    """The name as it is kept. Raises `Invalid` for a name or definition that we would not save."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        message = f"A schedule needs a name of at most {LONGEST_NAME} characters."
        raise Invalid(message)
    if definition.hibernate and any(period.instancetype for period in definition.periods):
        message = "AWS does not change the type of an instance that is hibernated."
        raise Invalid(message, mend="Leave out either hibernate or the instance types of the periods.")
    return name


def free_name(db: Connection, user: User, wanted: str) -> str:
    """This name, or with the first number that makes it free."""
    taken = {schedule.name for schedule in schedules.listing(db, user.organisation_id)}
    return next(
        name for name in (wanted, *(f"{wanted} ({n})" for n in range(2, len(taken) + 3))) if name not in taken
    )


def _found(db: Connection, user: User, schedule_id: UUID) -> Schedule:
    schedule = schedules.find(db, user.organisation_id, schedule_id, lock=True)
    if schedule is None:
        raise schedule_views.missing()
    return schedule
