"""Calendars of days off that schedules share."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import Field

from core.access.roles import User
from core.errors import Invalid, NotFound
from core.schedules.calendars import LONGEST_CALENDAR, Calendar
from services.api.deps import Ctx, Scheduler, ScheduleViewer
from services.api.routes.schedule_preview import DayIn
from services.api.shape import Answer, Body
from services.api.versions import DemandedVersion, tagged
from services.context import Context
from services.usecases import calendars

router = APIRouter(prefix="/schedules/calendars", tags=["schedules"])
Identity = Annotated[str, Path(max_length=60)]


class CalendarIn(Body):
    """A calendar's `days`, as text or with their names, or the text of an iCalendar file (RFC 5545), whose own name holds where none is given."""

    name: Annotated[str, Field(max_length=100, examples=["UK holidays"])] = ""
    days: Annotated[
        list[Annotated[str, Field(max_length=40)] | DayIn] | None, Field(max_length=LONGEST_CALENDAR)
    ] = None
    icalendar: Annotated[str | None, Field(max_length=1_000_000)] = None


class DayOut(Answer):
    """A day as it was written, and its name."""

    day: str
    name: str


class ComingOut(Answer):
    """A day off of the coming 12 months, and its name."""

    day: date
    name: str


class CalendarOut(Answer):
    """A calendar, the schedules that observe it, its days of the coming 12 months, and what of a file is kept otherwise than it says."""

    id: UUID
    name: str
    version: int
    days: list[DayOut]
    used_by: list[str]
    coming: list[ComingOut]
    notes: Annotated[list[str], Field(default_factory=list)]


class CalendarsOut(Answer):
    """All of the organisation's by name."""

    calendars: list[CalendarOut]


@router.get("")
def listing(ctx: Ctx, user: ScheduleViewer) -> CalendarsOut:
    """Every calendar, the schedules that observe it, and its days of the coming 12 months."""
    return CalendarsOut(calendars=[_out(view) for view in calendars.listing(ctx, user)])


@router.post("", status_code=201)
def create(body: CalendarIn, ctx: Ctx, user: Scheduler, response: Response) -> CalendarOut:
    """Make a calendar, of days or of an iCalendar file; it changes nothing until a schedule observes it."""
    calendar, notes = _read(ctx, user, body)
    return _shown(ctx, user, calendars.save(ctx, user, None, calendar).id, response, notes)


@router.get("/{calendar_id}")
def one(calendar_id: Identity, ctx: Ctx, user: ScheduleViewer, response: Response) -> CalendarOut:
    """One calendar; its ETag is what a change of it needs."""
    return _shown(ctx, user, _id(calendar_id), response)


@router.put("/{calendar_id}")
def replace(
    calendar_id: Identity,
    body: CalendarIn,
    ctx: Ctx,
    user: Scheduler,
    response: Response,
    version: DemandedVersion,
) -> CalendarOut:
    """Replace a calendar, its name included, if it is still the version that If-Match names (412 if not, 428 without it)."""
    identity = _id(calendar_id)
    calendar, notes = _read(ctx, user, body)
    calendars.save(ctx, user, identity, calendar, version=version)
    return _shown(ctx, user, identity, response, notes)


@router.delete("/{calendar_id}", status_code=204)
def delete(calendar_id: Identity, ctx: Ctx, user: Scheduler, version: DemandedVersion) -> None:
    """Delete a calendar if it is still the version that If-Match names; refused while a schedule observes it."""
    calendars.delete(ctx, user, _id(calendar_id), version=version)


def _read(ctx: Context, user: User, body: CalendarIn) -> tuple[Calendar, tuple[str, ...]]:
    """The calendar meant, and what is to be said of it. Raises `Invalid`."""
    if (body.days is None) == (body.icalendar is None):
        raise Invalid("Give a calendar's days, or the text of an iCalendar file: one of both.")
    if body.icalendar is not None:
        read = calendars.read(ctx, user, body.name, body.icalendar)
        return read.calendar, read.notes
    return Calendar.from_json(body.model_dump()), ()


def _shown(
    ctx: Context, user: User, calendar_id: UUID, response: Response, notes: tuple[str, ...] = ()
) -> CalendarOut:
    view = calendars.one(ctx, user, calendar_id)
    tagged(response, view.kept.version)
    return _out(view).model_copy(update={"notes": list(notes)})


def _out(view: calendars.CalendarView) -> CalendarOut:
    return CalendarOut.model_validate(
        view.kept.calendar.to_json()
        | {
            "id": view.kept.id,
            "version": view.kept.version,
            "used_by": list(view.used_by),
            "coming": [{"day": each.day, "name": each.title} for each in view.coming],
        }
    )


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("There is no such calendar.") from error
