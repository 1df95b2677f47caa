"""Actions: what was asked, what came of it, taking it back, what waits for a second person; batches of them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict, Field

from core.actions.batch import Batch
from core.actions.model import Action, ActionKind, ActionState, Origin
from core.errors import NotFound
from core.inventory import Kind
from services.api.deps import ActionViewer, Actor, Approver, Ctx
from services.api.routes.resources import Usd
from services.api.shape import Answer, Asked, Body
from services.db.stores.actions import ActionFilter
from services.usecases import actions, approvals, bulk

router = APIRouter(prefix="/actions", tags=["actions"])


def _id(named: str) -> UUID:
    """Raises `NotFound` for what is no id of ours."""
    try:
        return UUID(named)
    except ValueError:
        message = "There is no such action or batch among those you see."
        raise NotFound(message) from None


Named = Annotated[str, Path(max_length=60)]


class ActionsAsked(Asked):
    """Which actions; repeat a word to allow several."""

    state: tuple[ActionState, ...] = ()
    kind: tuple[ActionKind, ...] = ()
    resource_id: Annotated[str | None, Field(max_length=2000)] = None
    batch_id: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=actions.MAX_PAGE)] = 100
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0


class ActionOut(Answer):
    """An action and how it stands. `waiting` says what an open one waits for; money in US dollars a month."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    kind: ActionKind
    resource_id: str
    resource_kind: Kind
    account_id: str
    region: str
    parameters: dict[str, object]
    state: ActionState
    waiting: str
    outcome: str
    reason: str
    origin: Origin
    origin_id: str | None
    requested_by: str
    requested_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    settled_at: datetime | None
    expected_saving: Usd | None
    batch_id: UUID | None

    @classmethod
    def of(cls, action: Action) -> "ActionOut":
        """What we show of it."""
        return cls.model_validate(action)


class ActionsOut(Answer):
    """One page, newest first; `total` counts all that match."""

    total: int
    limit: int
    offset: int
    actions: list[ActionOut]


class ReasonIn(Body):
    """Why: it is kept in the audit log."""

    reason: Annotated[str, Field(max_length=500)]


class Judgement(Body):
    """Why; it is kept with the action."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


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


@router.get("")
def listing(
    asked: Annotated[ActionsAsked, Query()], ctx: Ctx, user: ActionViewer, response: Response
) -> ActionsOut:
    """What was asked for, as far as the signed-in user may see."""
    wanted = ActionFilter(
        states=asked.state, kinds=asked.kind, resource_id=asked.resource_id, batch_id=asked.batch_id
    )
    page = actions.listing(ctx, user, wanted, asked.limit, asked.offset)
    response.headers["X-Total-Count"] = str(page.total)
    rows = [ActionOut.of(row) for row in page.rows]
    return ActionsOut(total=page.total, limit=asked.limit, offset=asked.offset, actions=rows)


@router.get("/{action_id}")
def one(action_id: Named, ctx: Ctx, user: ActionViewer) -> ActionOut:
    """One action, to be asked again until it has settled."""
    return ActionOut.of(actions.one(ctx, user, _id(action_id)))


@router.post("/{action_id}/cancel")
def cancel(action_id: Named, body: ReasonIn, ctx: Ctx, user: Actor) -> ActionOut:
    """Withdraw an action that the worker has not begun; 409 once it has."""
    return ActionOut.of(actions.cancel(ctx, user, _id(action_id), body.reason))


@router.post("/{action_id}/undo", status_code=202)
def undo(action_id: Named, body: ReasonIn, ctx: Ctx, user: Actor) -> ActionOut:
    """Queue the action that takes a done one back, and answer that new one; 409 where none does."""
    return ActionOut.of(actions.undo(ctx, user, _id(action_id), body.reason))


@router.post("/{action_id}/approve")
def approve(action_id: Named, body: Judgement, ctx: Ctx, user: Approver) -> ActionOut:
    """Let a waiting action into the queue. Nobody approves what they asked for themselves."""
    return ActionOut.of(approvals.approve(ctx, user, _id(action_id), body.reason))


@router.post("/{action_id}/reject")
def reject(action_id: Named, body: Judgement, ctx: Ctx, user: Approver) -> ActionOut:
    """Say no to a waiting action."""
    return ActionOut.of(approvals.reject(ctx, user, _id(action_id), body.reason))


@router.get("/batches/{batch_id}")
def batch(batch_id: Named, ctx: Ctx, user: ActionViewer) -> BatchOut:
    """How far a batch is."""
    return BatchOut.of(bulk.one(ctx, user, _id(batch_id)))


@router.post("/batches/{batch_id}/stop")
def stop(batch_id: Named, body: Judgement, ctx: Ctx, user: Actor) -> BatchOut:
    """Withdraw what of a batch has not begun; what has is carried out."""
    bulk.stop(ctx, user, _id(batch_id), body.reason)
    return BatchOut.of(bulk.one(ctx, user, _id(batch_id)))
