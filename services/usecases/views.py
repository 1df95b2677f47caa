"""Saved views: a screen as somebody set it, under a name, for oneself or for everybody. A view carries no figures: each sees their own."""

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID, uuid4

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.costs.hidden import link_names_unseen
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.events import Event
from core.views import View, name_of, page_of, query_of
from services.context import Context
from services.db import database
from services.db.stores import views as store
from services.usecases.record import record

MOST = 500
"""As many as one person may keep."""


def save(ctx: Context, user: User, name: str, page: str, query: str, *, shared: bool = False) -> View:
    """Keep a screen's state. Raises `Invalid`, and `Conflict` where one has a view of that name."""
    user.require(Permission.VIEW_COSTS)
    name, page, query = name_of(name), page_of(page), query_of(query)
    with ctx.begin() as db:
        if store.count(db, user.organisation_id, user.id) >= MOST:
            message = f"One person keeps {MOST} views at most."
            raise Invalid(message, mend="Delete some first.")
        view = View(uuid4(), name, page, query, shared, user.id, user.email, database.now(db))
        if not store.add(db, user.organisation_id, view):
            raise _taken(name)
        _record(db, user, "ViewSaved", view)
    return view


def listing(ctx: Context, user: User, page: str | None = None) -> tuple[View, ...]:
    """One's own views and those shared, by name; of one screen, or of all. Shared ones that name accounts one does not see are left out."""
    user.require(Permission.VIEW_COSTS)
    with ctx.read() as db:
        kept = store.listing(db, user.organisation_id, user.id, page)
    return tuple(view for view in kept if _sees(user, view))


def change(
    ctx: Context, user: User, view_id: UUID, *, name: str | None = None, shared: bool | None = None
) -> View:
    """Rename a view, or share it or no longer. Raises `NotFound`, `Forbidden`, `Invalid`, `Conflict`."""
    user.require(Permission.VIEW_COSTS)
    with ctx.begin() as db:
        view = _own(db, user, view_id)
        wanted = view.name if name is None else name_of(name)
        _free(db, view, wanted)
        values = {"name": wanted, "shared": view.shared if shared is None else shared}
        changed = store.change(db, view_id, values)
        _record(db, user, "ViewSaved", changed)
    return changed


def delete(ctx: Context, user: User, view_id: UUID) -> View:
    """Delete a view; `restore` brings it back. Raises `NotFound`, `Forbidden`."""
    user.require(Permission.VIEW_COSTS)
    with ctx.begin() as db:
        _own(db, user, view_id)
        return _moved(db, user, view_id, database.now(db))


def restore(ctx: Context, user: User, view_id: UUID) -> View:
    """Bring a deleted view back. Raises `NotFound`, `Forbidden`, and `Conflict` where its name was taken meanwhile."""
    user.require(Permission.VIEW_COSTS)
    with ctx.begin() as db:
        view = _own(db, user, view_id, deleted=True)
        _free(db, view, view.name)
        return _moved(db, user, view_id, None)


def may_change(user: User, view: View) -> bool:
    """Whether somebody may rename, share or delete a view: its owner, and for a shared one those who manage costs."""
    return view.owner_id == user.id or (view.shared and user.may(Permission.MANAGE_COSTS))


def _moved(db: Connection, user: User, view_id: UUID, at: datetime | None) -> View:
    view = store.delete(db, view_id, at)
    _record(db, user, "ViewSaved" if at is None else "ViewDeleted", view)
    return view


def _own(db: Connection, user: User, view_id: UUID, *, deleted: bool = False) -> View:
    view = store.one(db, user.organisation_id, user.id, view_id, deleted=deleted)
    if view is None or not _sees(user, view):
        raise NotFound("There is no such view among those you see.")
    if not may_change(user, view):
        message = f"The view {view.name} is {view.created_by}'s."
        raise Forbidden(message, mend="Save one of your own.")
    return view


def _sees(user: User, view: View) -> bool:
    """What one kept oneself, one knows."""
    told = f"{view.query}&{urlencode({'name': view.name})}"
    return view.owner_id == user.id or not link_names_unseen(told, user.accounts)


def _free(db: Connection, view: View, name: str) -> None:
    found = store.named(db, view.owner_id, name)
    if found not in {None, view.id}:
        raise _taken(name)


def _taken(name: str) -> Conflict:
    message = f"There is a view called {name} already."
    return Conflict(message, mend="Choose another name.")


def _record(db: Connection, user: User, what: str, view: View) -> None:
    data = {"name": view.name, "page": view.page, "shared": view.shared}
    record(db, user, Event(what, f"view:{view.id}", data), subject=view.name)
