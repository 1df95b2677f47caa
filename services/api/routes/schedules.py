"""Schedules: what there is, made, changed and deleted by version, and what each is attached to."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import Field

from core.access.roles import User
from core.errors import NotFound
from core.schedules.attachment import MOST_ORDER, Attachment, Mode
from core.schedules.calendars import MOST_CALENDARS
from core.schedules.model import ScheduleDefinition, State
from services.api.deps import Ctx, Scheduler, ScheduleViewer
from services.api.routes.schedule import ManualIn, ManualOut, ScheduleIn, ScheduleOut, shown
from services.api.shape import Answer, Body
from services.api.versions import DemandedVersion, GivenVersion, tagged
from services.context import Context
from services.usecases import attachments, schedules
from services.usecases.schedules import ScheduleView

router = APIRouter(prefix="/schedules", tags=["schedules"])


Identity = Annotated[str, Path(max_length=60)]


class HeldOut(Answer):
    """What a schedule is attached to: resources with a tag, named ones, or all of some accounts, regions or kinds.

    `accounts` null: in every account; `kinds` null: of every kind that is switched; `regions` null: in every region.
    """

    id: UUID
    version: int
    resource_ids: list[str] | None
    tag: dict[str, str] | None
    accounts: list[str] | None
    kinds: list[str] | None
    regions: list[str] | None
    order: int
    mode: Mode
    manual: ManualOut
    attached_by: str
    attached_at: datetime


class KeptOut(ScheduleOut):
    """A schedule, what it wants now, and how many resources it switches, of those that one sees."""

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


class KeepIn(ScheduleIn):
    """A schedule as it is to be kept, with the ids of the calendars it observes."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    calendars: Annotated[
        list[Annotated[UUID, Field(strict=False)]], Field(default_factory=list, max_length=MOST_CALENDARS)
    ]
    enabled: bool = True

    def definition(self) -> ScheduleDefinition:
        """Its periods and days. Raises `Invalid` saying which cannot be read."""
        return ScheduleDefinition.from_json(self.model_dump())


class HeldsOut(Answer):
    """What a schedule is attached to, of what one sees."""

    attachments: list[HeldOut]


@router.post("", status_code=201)
def create(body: KeepIn, ctx: Ctx, user: Scheduler, response: Response) -> KeptOut:
    """Make a schedule; it switches nothing until it is attached."""
    made = schedules.save(
        ctx, user, None, body.name, body.definition(), calendars=body.calendars, enabled=body.enabled
    )
    return _shown(ctx, user, made.id, response)


@router.get("/{schedule_id}")
def one(schedule_id: Identity, ctx: Ctx, user: ScheduleViewer, response: Response) -> KeptOut:
    """One schedule; its ETag is what a change of it needs."""
    return _shown(ctx, user, _schedule(schedule_id), response)


@router.put("/{schedule_id}")
def replace(
    schedule_id: Identity,
    body: KeepIn,
    ctx: Ctx,
    user: Scheduler,
    response: Response,
    version: DemandedVersion,
) -> KeptOut:
    """Replace a schedule if it is still the version that If-Match names (412 if not, 428 without it)."""
    identity = _schedule(schedule_id)
    schedules.save(
        ctx,
        user,
        identity,
        body.name,
        body.definition(),
        calendars=body.calendars,
        enabled=body.enabled,
        version=version,
    )
    return _shown(ctx, user, identity, response)


@router.delete("/{schedule_id}", status_code=204)
def delete(schedule_id: Identity, ctx: Ctx, user: Scheduler, version: DemandedVersion) -> None:
    """Delete a schedule if it is still the version that If-Match names; instances stay as they are."""
    schedules.delete(ctx, user, _schedule(schedule_id), version=version)


@router.get("/{schedule_id}/attachments")
def attached(schedule_id: Identity, ctx: Ctx, user: ScheduleViewer) -> HeldsOut:
    """What a schedule is attached to, oldest first."""
    held = attachments.listing(ctx, user, _schedule(schedule_id))
    return HeldsOut(attachments=[_held(each) for each in held])


class ChangeIn(Body):
    """What becomes of its decisions, and how what is done by hand is respected; each as a whole. `order` null: as before."""

    mode: Annotated[Mode, Field(strict=False)]
    manual: ManualIn
    order: Annotated[int | None, Field(ge=-MOST_ORDER, le=MOST_ORDER)] = None


@router.put("/attachments/{attachment_id}")
def change(
    attachment_id: Identity,
    body: ChangeIn,
    ctx: Ctx,
    user: Scheduler,
    response: Response,
    version: GivenVersion,
) -> HeldOut:
    """Change how a schedule is attached; with another mode it begins anew. With If-Match, only if it is still that version."""
    changed = attachments.change(
        ctx,
        user,
        _attachment(attachment_id),
        body.mode,
        body.manual.read(),
        order=body.order,
        version=version,
    )
    tagged(response, changed.version)
    return _held(changed)


@router.delete("/attachments/{attachment_id}", status_code=204)
def detach(attachment_id: Identity, ctx: Ctx, user: Scheduler) -> None:
    """End an attachment; what it switched stays as it is."""
    schedules.detach(ctx, user, _attachment(attachment_id))


def _attachment(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("This attachment does not exist, or has ended.") from error


def _schedule(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("There is no such schedule.") from error


def _shown(ctx: Context, user: User, schedule_id: UUID, response: Response) -> KeptOut:
    view = schedules.one(ctx, user, schedule_id)
    tagged(response, view.schedule.version)
    return _out(view)


def _out(view: ScheduleView) -> KeptOut:
    return KeptOut.model_validate(
        shown(view.schedule)
        | {
            "enabled": view.schedule.enabled,
            "wants": view.now.desired,
            "resources": view.resources,
            "attachments": [_held(each) for each in view.attachments],
        }
    )


def _held(attachment: Attachment) -> HeldOut:
    kept = attachment.selector
    return HeldOut(
        id=attachment.id,
        version=attachment.version,
        resource_ids=None if kept.resource_ids is None else list(kept.resource_ids),
        tag=None if kept.tag is None else {"key": kept.tag[0], "value": kept.tag[1]},
        accounts=None if kept.accounts is None else list(kept.accounts),
        kinds=None if kept.kinds is None else [kind.value for kind in kept.kinds],
        regions=None if kept.regions is None else list(kept.regions),
        order=attachment.order,
        mode=attachment.mode,
        manual=ManualOut.of(attachment.manual),
        attached_by=attachment.attached_by,
        attached_at=attachment.attached_at,
    )
