"""Keeping an instance on or off for a while, whatever its schedules say."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, Field

from core.errors import Invalid, NotFound
from core.schedules.model import State
from core.schedules.override import LONGEST_REASON, Override
from services.api.deps import Actor, Ctx, ScheduleViewer
from services.api.shape import Answer, Body
from services.usecases import overrides

router = APIRouter(prefix="/schedules/overrides", tags=["schedules"])


class OverrideIn(Body):
    """`state` (running or stopped) and `until`, at most 30 days ahead; or `tonight`: keep it on while schedules have it off next."""

    resource_id: Annotated[str, Field(min_length=1, max_length=300)]
    state: Annotated[State | None, Field(strict=False)] = None
    begin: Annotated[AwareDatetime | None, Field(strict=False, alias="from")] = None
    until: Annotated[AwareDatetime | None, Field(strict=False)] = None
    tonight: bool = False
    reason: Annotated[str, Field(max_length=LONGEST_REASON)]


class OverrideOut(Answer):
    """What holds, from when until when; ended_at: when somebody ended it before."""

    id: UUID
    resource_id: str
    state: State
    begin: Annotated[datetime, Field(serialization_alias="from")]
    until: datetime
    reason: str
    by: str
    at: datetime
    ended_at: datetime | None


class OverridesOut(Answer):
    """Those that hold or are to come, soonest end first."""

    overrides: list[OverrideOut]


@router.get("")
def listing(ctx: Ctx, user: ScheduleViewer) -> OverridesOut:
    """Every override that holds or is to come, of what one sees."""
    return OverridesOut(overrides=[OverrideOut.model_validate(each) for each in overrides.listing(ctx, user)])


@router.post("", status_code=201)
def keep(body: OverrideIn, ctx: Ctx, user: Actor) -> OverrideOut:
    """Keep an instance running or stopped until a time; the worker obeys from its next tick on, unless a tag protects it."""
    return OverrideOut.model_validate(_made(body, ctx, user))


@router.delete("/{override_id}", status_code=204)
def end(override_id: Annotated[str, Path(max_length=60)], ctx: Ctx, user: Actor) -> None:
    """End an override before its time; schedules decide anew at the next tick."""
    try:
        identity = UUID(override_id)
    except ValueError as error:
        raise NotFound("There is no such override among those you see, or it is over.") from error
    overrides.end(ctx, user, identity)


def _made(body: OverrideIn, ctx: Ctx, user: Actor) -> Override:
    if body.tonight:
        if (body.state, body.begin, body.until) != (None, None, None):
            raise Invalid("Tonight needs neither state, from nor until: schedules say them.")
        return overrides.skip_tonight(ctx, user, body.resource_id, body.reason)
    if body.state is None or body.until is None:
        raise Invalid("An override needs its state and its end: give state and until, or tonight.")
    return overrides.keep(ctx, user, body.resource_id, body.state, body.until, body.reason, begin=body.begin)
