"""Schedules: what there is, what each switches, and ending that."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field

from core.errors import NotFound
from core.schedules.attachment import Attachment, Mode
from core.schedules.model import State
from core.schedules.preview import MOST_INSTANTS, Question
from services.api.deps import Ctx, Scheduler, ScheduleViewer
from services.api.routes.schedule import ManualIn, ManualOut, PeriodIn, ScheduleIn, ScheduleOut
from services.api.shape import Answer, Body
from services.usecases import attachments, schedules
from services.usecases.schedules import ScheduleView

router = APIRouter(prefix="/schedules", tags=["schedules"])


class HeldOut(Answer):
    """What a schedule is attached to: instances with a tag, or named ones; `accounts` null: in every account."""

    id: UUID
    resource_ids: list[str] | None
    tag: dict[str, str] | None
    accounts: list[str] | None
    mode: Mode
    manual: ManualOut
    attached_by: str
    attached_at: datetime


class KeptOut(ScheduleOut):
    """A schedule, what it wants now, and how many instances it switches, of those that one sees."""

    enabled: bool
    wants: State
    resources: int
    attachments: list[HeldOut]


class SchedulesOut(Answer):
    """All of the organisation's by name."""

    schedules: list[KeptOut]


@router.get("")
def listing(ctx: Ctx, user: ScheduleViewer) -> SchedulesOut:
    """Every schedule, what it is attached to and what it wants now."""
    return SchedulesOut(schedules=[_out(view) for view in schedules.listing(ctx, user)])


class PreviewPeriodIn(PeriodIn):
    """A period, maybe with a size, which says nothing about the state."""

    instancetype: Annotated[str | None, Field(max_length=100)] = None


class PreviewScheduleIn(ScheduleIn):
    """A schedule that need not be kept."""

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
def preview(body: PreviewIn, _user: ScheduleViewer) -> PreviewOut:
    """What a schedule wants and when, kept or not; nothing is written."""
    asked = Question.from_json(body.model_dump(by_alias=True, exclude_unset=True))
    return PreviewOut.model_validate(asked.answer())


class ChangeIn(Body):
    """What becomes of its decisions, and how what is done by hand is respected; each as a whole."""

    mode: Annotated[Mode, Field(strict=False)]
    manual: ManualIn


@router.put("/attachments/{attachment_id}")
def change(
    attachment_id: Annotated[str, Path(max_length=60)], body: ChangeIn, ctx: Ctx, user: Scheduler
) -> HeldOut:
    """Change how a schedule is attached; with another mode it begins anew."""
    return _held(attachments.change(ctx, user, _identity(attachment_id), body.mode, body.manual.read()))


@router.delete("/attachments/{attachment_id}", status_code=204)
def detach(attachment_id: Annotated[str, Path(max_length=60)], ctx: Ctx, user: Scheduler) -> None:
    """End an attachment; instances stay as they are."""
    schedules.detach(ctx, user, _identity(attachment_id))


def _identity(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("This attachment does not exist, or has ended.") from error


def _out(view: ScheduleView) -> KeptOut:
    schedule = view.schedule
    return KeptOut.model_validate(
        schedule.written.to_json()
        | {
            "id": schedule.id,
            "name": schedule.name,
            "version": schedule.version,
            "enabled": schedule.enabled,
            "wants": view.now.desired,
            "resources": view.resources,
            "attachments": [_held(each) for each in view.attachments],
        }
    )


def _held(attachment: Attachment) -> HeldOut:
    kept = attachment.selector
    return HeldOut(
        id=attachment.id,
        resource_ids=None if kept.resource_ids is None else list(kept.resource_ids),
        tag=None if kept.tag is None else {"key": kept.tag[0], "value": kept.tag[1]},
        accounts=None if kept.accounts is None else list(kept.accounts),
        mode=attachment.mode,
        manual=ManualOut.of(attachment.manual),
        attached_by=attachment.attached_by,
        attached_at=attachment.attached_at,
    )
