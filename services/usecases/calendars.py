"""Calendars of days off, shared by the schedules of an organisation: kept, read from iCalendar files, and where they are in use."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core.access.roles import Permission, User
from core.errors import Conflict, Invalid, NotFound, Refused
from core.events import Event
from core.schedules import icalendar
from core.schedules.calendars import MOST_CALENDARS, Calendar, DayOff, KeptCalendar, moves, named_days
from core.schedules.icalendar import Read
from services.context import Context
from services.db import database
from services.db.stores import calendars as store
from services.db.stores import schedules as schedule_store
from services.usecases.reach import demand_within
from services.usecases.record import record
from services.usecases.versions import demand_version

MOST = 200
"""So many calendars may an organisation keep."""

YEARS_AHEAD = 10
"""How long a file's rules without end are followed."""

_YEAR = timedelta(days=365)
NAMED = 5


@dataclass(frozen=True)
class CalendarView:
    """A calendar, the names of the schedules that observe it, and its days of the coming 12 months from today (UTC) on."""

    kept: KeptCalendar
    used_by: tuple[str, ...]
    coming: tuple[DayOff, ...]


def listing(ctx: Context, user: User) -> tuple[CalendarView, ...]:
    """All calendars by name: two queries."""
    user.require(Permission.VIEW_SCHEDULES)
    with ctx.read() as db:
        today = database.now(db).date()
        kept, used = store.listing(db, user.organisation_id), store.used_by(db, user.organisation_id)
    return tuple(CalendarView(each, used.get(each.id, ()), coming(each.calendar, today)) for each in kept)


def one(ctx: Context, user: User, calendar_id: UUID) -> CalendarView:
    """One calendar. Raises `NotFound`."""
    found = next((view for view in listing(ctx, user) if view.kept.id == calendar_id), None)
    if found is None:
        raise _missing()
    return found


def coming(calendar: Calendar, today: date) -> tuple[DayOff, ...]:
    """Its days of the 12 months from `today` on."""
    return named_days((calendar,), today, today + _YEAR)


def read(ctx: Context, user: User, name: str, text: str) -> Read:
    """What an iCalendar file says, nothing kept. Raises `Invalid` with the line that cannot be read and what was expected."""
    user.require(Permission.VIEW_SCHEDULES)
    today = ctx.now().date()
    return icalendar.read(name, text, today.replace(year=today.year + YEARS_AHEAD, month=12, day=31))


def save(
    ctx: Context, user: User, calendar_id: UUID | None, calendar: Calendar, *, version: int | None = None
) -> KeptCalendar:
    """Make a calendar (`calendar_id` None) or change one, its name included; what schedules want changes with it at the next tick.

    With `version`, only if it is still that one. Raises `Stale` when it is not, `Conflict` when the name is taken, `NotFound`,
    `Invalid`, and `Forbidden` where a schedule that observes it reaches accounts the user does not see.
    """
    user.require(Permission.EDIT_SCHEDULES)
    with ctx.begin() as db:
        now = database.now(db)
        if calendar_id is None:
            if store.count(db, user.organisation_id) >= MOST:
                message = f"There are {MOST} calendars, which is the most."
                raise Invalid(message, mend="Delete one that no schedule observes.")
            kept = KeptCalendar(uuid4(), calendar, 1, user.email, now, now)
        else:
            before = _found(db, user, calendar_id)
            demand_version(before.calendar.name, before.version, version)
            if before.calendar.days != calendar.days:
                _demand_reach(db, user, calendar_id)
            moved = moves(before.calendar.days, calendar.days, now)
            kept = replace(
                before,
                calendar=calendar,
                version=before.version + 1,
                changed_at=now if moved else before.changed_at,
            )
        try:
            with db.begin_nested():
                store.write(db, user.organisation_id, kept)
        except IntegrityError as error:
            message = f"There is a calendar called “{calendar.name}” already."
            raise Conflict(message, mend="Give it another name.") from error
        data = {"name": calendar.name, "version": kept.version, "days": len(calendar.days)}
        record(db, user, Event("CalendarSaved", f"calendar:{kept.id}", data), subject=calendar.name)
    return kept


def delete(ctx: Context, user: User, calendar_id: UUID, *, version: int | None = None) -> None:
    """Delete a calendar that no schedule observes. Raises `Refused` naming the schedules that do, `Stale`, `NotFound`."""
    user.require(Permission.EDIT_SCHEDULES)
    with ctx.begin() as db:
        kept = _found(db, user, calendar_id)
        demand_version(kept.calendar.name, kept.version, version)
        users = store.used_by(db, user.organisation_id).get(calendar_id, ())
        if users:
            named = ", ".join(f"“{name}”" for name in users[:NAMED])
            more = f" and {len(users) - NAMED} more" if len(users) > NAMED else ""
            message = f"“{kept.calendar.name}” is observed by {named}{more}."
            raise Refused(message, mend="Take it out of those schedules first.")
        store.forget(db, user.organisation_id, calendar_id)
        event = Event("CalendarDeleted", f"calendar:{calendar_id}", {"name": kept.calendar.name})
        record(db, user, event, subject=kept.calendar.name)


def chosen(db: Connection, user: User, ids: Sequence[UUID]) -> tuple[KeptCalendar, ...]:
    """These calendars for a schedule to observe, each once, held until the transaction ends. Raises `NotFound`, `Invalid`."""
    wanted = tuple(dict.fromkeys(ids))
    if len(wanted) > MOST_CALENDARS:
        message = f"A schedule observes at most {MOST_CALENDARS} calendars."
        raise Invalid(message)
    known = store.observed(db, user.organisation_id, wanted, lock=True)
    if len(known) < len(wanted):
        message = "There is no such calendar."
        raise NotFound(message, mend="It may have been deleted; look at the list of calendars.")
    return tuple(known[each] for each in wanted)


def _demand_reach(db: Connection, user: User, calendar_id: UUID) -> None:
    """Its days are those of every schedule that observes it: so they are for who may change all of these."""
    attached = schedule_store.attached(db, user.organisation_id)
    for schedule in schedule_store.listing(db, user.organisation_id):
        if any(kept.id == calendar_id for kept in schedule.observes):
            demand_within(db, user, schedule, attached, "change the days of a calendar that it observes")


def _found(db: Connection, user: User, calendar_id: UUID) -> KeptCalendar:
    kept = store.find(db, user.organisation_id, calendar_id)
    if kept is None:
        raise _missing()
    return kept


def _missing() -> NotFound:
    return NotFound(
        "There is no such calendar.", mend="It may have been deleted; look at the list of calendars."
    )
