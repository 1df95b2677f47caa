"""What a schedule would want, asked without keeping it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from core.access.roles import User
from core.schedules.calendars import LONGEST_CALENDAR, MOST_CALENDARS
from core.schedules.model import State
from core.schedules.preview import MOST_INSTANTS, Question
from services.api.deps import Ctx, ScheduleViewer
from services.api.routes.schedule import PeriodIn, ScheduleIn
from services.api.shape import Answer, Body
from services.context import Context
from services.usecases import calendars

router = APIRouter(prefix="/schedules", tags=["schedules"])


class PreviewPeriodIn(PeriodIn):
    """A period, maybe with a size, which says nothing about the state."""

    instancetype: Annotated[str | None, Field(max_length=100)] = None


class DayIn(Body):
    """A day off and what it is called: 2026-12-25, 12-25 for every year, or 2026-12-25/yearly for every year from that one on."""

    day: Annotated[str, Field(max_length=40, examples=["12-25"])]
    name: Annotated[str, Field(max_length=100, examples=["Christmas Day"])] = ""


class InlineCalendarIn(Body):
    """Days off that need not be kept."""

    name: Annotated[str, Field(max_length=100)] = "Calendar"
    days: Annotated[list[Annotated[str, Field(max_length=40)] | DayIn], Field(max_length=LONGEST_CALENDAR)]


class PreviewScheduleIn(ScheduleIn):
    """A schedule that need not be kept."""

    calendars: Annotated[
        list[Annotated[UUID, Field(strict=False)] | InlineCalendarIn],
        Field(default_factory=list, max_length=MOST_CALENDARS),
    ]
    """Ids of kept ones, or calendars as they are."""
    periods: Annotated[list[PreviewPeriodIn], Field(max_length=100)]  # type: ignore[assignment]  # each is a PeriodIn


class PreviewIn(Body):
    """Either `at`, a list of instants, or `from` and `to`; each as 2026-11-22T10:00:00Z or with an offset."""

    schedule: PreviewScheduleIn
    at: Annotated[list[str] | None, Field(max_length=MOST_INSTANTS)] = None
    start: Annotated[str | None, Field(alias="from", max_length=60)] = None
    to: Annotated[str | None, Field(max_length=60)] = None


class IntervalOut(Answer):
    """One state, from `start` on until before `end`, UTC."""

    start: str
    end: str
    state: State


class PreviewOut(Answer):
    """`states`, one for each instant asked for in that order; or `intervals`, which leave no moment out."""

    states: list[State] | None = None
    intervals: list[IntervalOut] | None = None


@router.post("/preview", response_model_exclude_unset=True)
def preview(body: PreviewIn, ctx: Ctx, user: ScheduleViewer) -> PreviewOut:
    """What a schedule wants and when, kept or not; nothing is written."""
    given = body.model_dump(by_alias=True, exclude_unset=True)
    if body.schedule.calendars:
        given["schedule"]["calendars"] = [_calendar(ctx, user, each) for each in body.schedule.calendars]
    return PreviewOut.model_validate(Question.from_json(given).answer())


def _calendar(ctx: Context, user: User, given: UUID | InlineCalendarIn) -> dict[str, object]:
    if isinstance(given, UUID):
        return calendars.one(ctx, user, given).kept.calendar.to_json()
    return given.model_dump()
