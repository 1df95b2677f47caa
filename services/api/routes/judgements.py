"""What people say of a recommendation: yes, no, later, or let us look again."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, Field

from core.actions.model import Action
from core.errors import NotFound
from core.recommendations.finding import FindingState, StoredFinding
from services.api.deps import Actor, Ctx, FindingJudge
from services.api.routes.actions import ReasonIn
from services.api.shape import Answer, Body
from services.usecases import recommendations

router = APIRouter(prefix="/resources/recommendations/{finding_id}", tags=["resources"])
Identity = Annotated[str, Path(max_length=60)]


class SnoozeIn(Body):
    """Until when, within a year, with its offset from UTC; and why."""

    until: Annotated[AwareDatetime, Field(strict=False)]
    reason: Annotated[str, Field(max_length=500)]


class ReopenIn(Body):
    """Why, if there is more to say than that it is open again."""

    reason: Annotated[str, Field(max_length=500)] = ""


class JudgedOut(Answer):
    """How the recommendation stands now."""

    id: UUID
    resource_id: str
    state: FindingState
    judged_by: str | None
    judged_at: datetime | None
    judgement: str | None
    until: datetime | None


class AppliedOut(Answer):
    """What applying it began: an action to be followed at /actions, or a schedule that is attached."""

    action_id: UUID | None = None
    attachment_id: UUID | None = None


@router.post("/apply", status_code=202)
def apply(finding_id: Identity, body: ReasonIn, ctx: Ctx, user: Actor) -> AppliedOut:
    """Queue its fix for the worker, or attach the schedule it proposes; 409 when it is not open or must not be done."""
    done = recommendations.apply(ctx, user, _id(finding_id), body.reason)
    if isinstance(done, Action):
        return AppliedOut(action_id=done.id)
    return AppliedOut(attachment_id=done.id)


@router.post("/dismiss")
def dismiss(finding_id: Identity, body: ReasonIn, ctx: Ctx, user: FindingJudge) -> JudgedOut:
    """Say no to it; it comes back when its saving moves by more than 20%."""
    return _out(recommendations.dismiss(ctx, user, _id(finding_id), body.reason))


@router.post("/snooze")
def snooze(finding_id: Identity, body: SnoozeIn, ctx: Ctx, user: FindingJudge) -> JudgedOut:
    """Put it off until a time within a year."""
    return _out(recommendations.snooze(ctx, user, _id(finding_id), body.until, body.reason))


@router.post("/reopen")
def reopen(finding_id: Identity, body: ReopenIn, ctx: Ctx, user: FindingJudge) -> JudgedOut:
    """Take back a dismissal or a snooze; 409 where there is neither."""
    return _out(recommendations.reopen(ctx, user, _id(finding_id), body.reason))


def _id(finding_id: str) -> UUID:
    try:
        return UUID(finding_id)
    except ValueError as error:
        raise NotFound("There is no such recommendation.") from error


def _out(finding: StoredFinding) -> JudgedOut:
    return JudgedOut.model_validate(finding)
