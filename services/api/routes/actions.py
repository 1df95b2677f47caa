"""Actions: what was asked, what came of it, and taking it back."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import ConfigDict, Field, JsonValue

from core.actions.model import Action, ActionKind, ActionState, Origin
from core.errors import NotFound
from core.inventory import Kind
from services.api.deps import ActionViewer, Actor, Ctx
from services.api.routes.resources import LONGEST_PAGE, Usd
from services.api.shape import Answer, Asked, Body
from services.db.stores.actions import ActionFilter
from services.usecases import actions

router = APIRouter(prefix="/actions", tags=["actions"])
Identity = Annotated[str, Path(max_length=60)]


class ActionsAsked(Asked):
    """Which actions; repeat `state` to allow several."""

    state: tuple[ActionState, ...] = ()
    resource_id: Annotated[str | None, Field(max_length=2000)] = None
    batch_id: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = 100
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0


class ReasonIn(Body):
    """Why: it is kept in the audit log."""

    reason: Annotated[str, Field(max_length=500)]


class ActionIn(Body):
    """What is to be done to which resource. `parameters` depend on the kind: `{"instance_type": "m7g.large"}`; most take none."""

    kind: Annotated[ActionKind, Field(strict=False)]
    resource_id: Annotated[str, Field(min_length=1, max_length=2000)]
    parameters: Annotated[dict[str, JsonValue], Field(default_factory=dict, max_length=20)]


class ActionAsked(ActionIn, ReasonIn):
    """The same, and why."""


class PreviewIn(ActionIn):
    """With `dry_run` AWS is asked whether it would let us, call by call, without effect. A `reason` is taken and kept nowhere, so that the same body may be sent to be done."""

    dry_run: bool = False
    reason: Annotated[str, Field(max_length=500)] = ""


class TriedOut(Answer):
    """A call tried without effect. `would`: whether it would have been carried out; null where AWS cannot be asked."""

    model_config = ConfigDict(from_attributes=True)
    call: str
    would: bool | None
    words: str


class PriceChangeOut(Answer):
    """US dollars a month by list price, as it is and as it is to be."""

    model_config = ConfigDict(from_attributes=True)
    now: Usd
    then: Usd


class PreviewOut(Answer):
    """What an action would do: its calls in order, how it is taken back, and why it may not be done (`refusal` null: it may).

    `prices` null: it changes no price, or none is known, then `unpriced` says why. `approval` says why it would wait for a second
    person; empty: it would not.
    """

    model_config = ConfigDict(from_attributes=True)
    kind: ActionKind
    title: str
    calls: list[str]
    permissions: list[str]
    reversal: str
    refusal: str | None
    cli: str
    terraform: str
    prices: PriceChangeOut | None
    unpriced: str
    approval: str
    tried: list[TriedOut]


class ActionOut(Answer):
    """Something done to a resource, or to be done. `expected_saving` in US dollars a month; `outcome` says in words what came of it."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    kind: ActionKind
    state: ActionState
    resource_id: str
    resource_kind: Kind
    account_id: str
    region: str
    parameters: dict[str, object]
    origin: Origin
    origin_id: str | None
    reason: str
    requested_by: str
    requested_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    settled_at: datetime | None
    expected_saving: Usd | None
    batch_id: UUID | None
    waiting: str
    outcome: str


class ActionsOut(Answer):
    """One page, newest first; `total` counts all that match."""

    total: int
    limit: int
    offset: int
    actions: list[ActionOut]


@router.get("")
def listing(asked: Annotated[ActionsAsked, Query()], ctx: Ctx, user: ActionViewer) -> ActionsOut:
    """What was asked for and what came of it, newest first."""
    wanted = ActionFilter(states=asked.state, resource_id=asked.resource_id, batch_id=asked.batch_id)
    found = actions.listing(ctx, user, wanted, asked.limit, asked.offset)
    rows = [_out(row) for row in found.rows]
    return ActionsOut(total=found.total, limit=asked.limit, offset=asked.offset, actions=rows)


@router.post("", status_code=202)
def request(body: ActionAsked, ctx: Ctx, user: Actor) -> ActionOut:
    """Queue an action, as the screens do: the worker carries it out, or it waits for a second person; 409 where it must not be done."""
    asked = actions.request(
        ctx, user, body.kind, body.resource_id, body.parameters, body.reason, origin=Origin.API
    )
    return _out(asked)


@router.post("/preview")
def preview(body: PreviewIn, ctx: Ctx, user: Actor) -> PreviewOut:
    """What an action would do, without doing it; with `dry_run` AWS is asked whether it would let us."""
    shown = actions.preview(
        ctx, user, body.kind, body.resource_id, body.parameters, dry_run=body.dry_run, foretell=True
    )
    return PreviewOut.model_validate(shown)


@router.get("/{action_id}")
def one(action_id: Identity, ctx: Ctx, user: ActionViewer) -> ActionOut:
    """One action, to be asked again until it has settled."""
    return _out(actions.one(ctx, user, _id(action_id)))


@router.post("/{action_id}/cancel")
def cancel(action_id: Identity, body: ReasonIn, ctx: Ctx, user: Actor) -> ActionOut:
    """Withdraw an action that the worker has not begun; 409 once it has."""
    return _out(actions.cancel(ctx, user, _id(action_id), body.reason))


@router.post("/{action_id}/undo", status_code=202)
def undo(action_id: Identity, body: ReasonIn, ctx: Ctx, user: Actor) -> ActionOut:
    """Queue the action that takes a done one back, and answer that new one; 409 where none does."""
    return _out(actions.undo(ctx, user, _id(action_id), body.reason))


def _id(action_id: str) -> UUID:
    try:
        return UUID(action_id)
    except ValueError as error:
        raise NotFound("There is no such action among those you see.") from error


def _out(action: Action) -> ActionOut:
    return ActionOut.model_validate(action)
