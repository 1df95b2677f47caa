"""Saved views of screens."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field

from core.errors import NotFound
from core.views import LONGEST_NAME, View
from services.api.deps import CostViewer, Ctx
from services.api.shape import Answer, Asked, Body
from services.usecases import views

router = APIRouter(prefix="/views", tags=["views"])
Identity = Annotated[str, Path(max_length=60)]


def _id(view_id: str) -> UUID:
    try:
        return UUID(view_id)
    except ValueError as error:
        raise NotFound("There is no such view among those you see.") from error


class ViewIn(Body):
    """A screen's name (such as `costs`) and the query of its link, under a name; `shared` with everybody of the organisation."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    page: Annotated[str, Field(min_length=1, max_length=50)]
    query: Annotated[str, Field(max_length=2000)] = ""
    shared: bool = False


class ViewChange(Body):
    """What is to be changed; what is not named stays."""

    name: Annotated[str | None, Field(min_length=1, max_length=LONGEST_NAME)] = None
    shared: bool | None = None


class ViewOut(Answer):
    """A kept view; `link` reproduces it, from the server's root."""

    id: UUID
    name: str
    page: str
    query: str
    shared: bool
    created_by: str
    created_at: datetime
    link: str
    yours: bool


class ViewsOut(Answer):
    """By name."""

    views: list[ViewOut]


class ViewsAsked(Asked):
    """Of which screen (default: all)."""

    page: Annotated[str | None, Field(max_length=50)] = None


@router.get("")
def listing(asked: Annotated[ViewsAsked, Query()], ctx: Ctx, user: CostViewer) -> ViewsOut:
    """One's own views and those shared with all."""
    found = views.listing(ctx, user, asked.page)
    return ViewsOut(views=[_view(view, user.id) for view in found])


@router.post("", status_code=201)
def save(body: ViewIn, ctx: Ctx, user: CostViewer) -> ViewOut:
    """Keep a screen's state under a name."""
    return _view(views.save(ctx, user, body.name, body.page, body.query, shared=body.shared), user.id)


@router.patch("/{view_id}")
def change(view_id: Identity, body: ViewChange, ctx: Ctx, user: CostViewer) -> ViewOut:
    """Rename a view, or share it or no longer."""
    return _view(views.change(ctx, user, _id(view_id), name=body.name, shared=body.shared), user.id)


@router.delete("/{view_id}")
def delete(view_id: Identity, ctx: Ctx, user: CostViewer) -> ViewOut:
    """Delete a view; answers it, so that it can be restored."""
    return _view(views.delete(ctx, user, _id(view_id)), user.id)


@router.post("/{view_id}/restore")
def restore(view_id: Identity, ctx: Ctx, user: CostViewer) -> ViewOut:
    """Bring a deleted view back."""
    return _view(views.restore(ctx, user, _id(view_id)), user.id)


def _view(view: View, whose: UUID) -> ViewOut:
    return ViewOut(
        id=view.id,
        name=view.name,
        page=view.page,
        query=view.query,
        shared=view.shared,
        created_by=view.created_by,
        created_at=view.created_at,
        link=view.link,
        yours=view.owner_id == whose,
    )
