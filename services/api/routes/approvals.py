"""What waits for a second person, and batches of actions."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from core.actions.batch import Batch
from core.errors import NotFound
from services.api.deps import ActionViewer, Actor, Approver, Ctx
from services.api.routes.actions import ActionOut, Identity, ReasonIn
from services.api.shape import Answer
from services.usecases import approvals, bulk

router = APIRouter(prefix="/actions", tags=["actions"])


class BatchOut(Answer):
    """Fixes asked for at once: `ended` of `asked` need nothing more, `stoppable` have not begun; `states` counts its actions."""

    id: UUID
    reason: str
    requested_by: str
    requested_at: datetime
    asked: int
    ended: int
    stoppable: int
    states: dict[str, int]
    stopped_by: str | None
    stopped_at: datetime | None

    @classmethod
    def of(cls, batch: Batch) -> "BatchOut":
        """What we show of it."""
        return cls.model_validate(batch)


@router.post("/{action_id}/approve")
def approve(action_id: Identity, body: ReasonIn, ctx: Ctx, user: Approver) -> ActionOut:
    """Let a waiting action into the queue. Nobody approves what they asked for themselves."""
    return ActionOut.model_validate(approvals.approve(ctx, user, _id(action_id), body.reason))


@router.post("/{action_id}/reject")
def reject(action_id: Identity, body: ReasonIn, ctx: Ctx, user: Approver) -> ActionOut:
    """Say no to a waiting action."""
    return ActionOut.model_validate(approvals.reject(ctx, user, _id(action_id), body.reason))


@router.get("/batches/{batch_id}")
def batch(batch_id: Identity, ctx: Ctx, user: ActionViewer) -> BatchOut:
    """How far a batch is."""
    return BatchOut.of(bulk.one(ctx, user, _id(batch_id)))


@router.post("/batches/{batch_id}/stop")
def stop(batch_id: Identity, body: ReasonIn, ctx: Ctx, user: Actor) -> BatchOut:
    """Withdraw what of a batch has not begun; what has is carried out."""
    bulk.stop(ctx, user, _id(batch_id), body.reason)
    return BatchOut.of(bulk.one(ctx, user, _id(batch_id)))


def _id(named: str) -> UUID:
    try:
        return UUID(named)
    except ValueError as error:
        raise NotFound("There is no such action or batch among those you see.") from error
