"""One click on any resources, over the API."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from core.actions.model import Origin
from core.schedules.override import LONGEST_REASON
from services.api.deps import Ctx, ResourceViewer
from services.api.shape import Answer, Body
from services.usecases import one_click
from services.usecases.one_click import Click

router = APIRouter(prefix="/resources", tags=["resources"])


class ClickIn(Body):
    """`what`: start, stop, keep_on, keep_off (both with `until`, at most 30 days ahead) or skip_tonight."""

    resource_ids: Annotated[list[str], Field(min_length=1, max_length=one_click.MOST)]
    what: Annotated[Click, Field(strict=False)]
    until: Annotated[AwareDatetime | None, Field(strict=False)] = None
    reason: Annotated[str, Field(max_length=LONGEST_REASON)]


class ClickedOut(Answer):
    """What became of one resource: queued, waiting (for approval), kept or refused, and why."""

    resource_id: str
    outcome: str
    detail: str
    action_id: UUID | None
    override_id: UUID | None
    until: datetime | None


class ClickOut(Answer):
    """One for each resource, in the order given."""

    results: list[ClickedOut]


@router.post("/switch")
def switch(body: ClickIn, ctx: Ctx, user: ResourceViewer) -> ClickOut:
    """Start or stop resources now, keep them on or off until a time, or skip tonight; operators may, and the owner that tags name."""
    done = one_click.click(
        ctx, user, body.what, body.resource_ids, body.reason, until=body.until, origin=Origin.API
    )
    return ClickOut(results=[ClickedOut(**vars(each)) for each in done])
