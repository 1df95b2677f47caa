"""Views of screens that people kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from core.views import View
from services.db.tables.views import views


def view_of(row: RowMapping) -> View:
    """A row of the table."""
    kept = {name: value for name, value in row.items() if name not in {"organisation_id", "deleted_at"}}
    return View(**kept)


def add(db: Connection, organisation_id: UUID, view: View) -> bool:
    """Keep a new view; answers False where its owner has one of that name."""
    query = insert(views).values(organisation_id=organisation_id, **view.__dict__).on_conflict_do_nothing()
    return db.execute(query.returning(views.c.id)).scalar_one_or_none() is not None


def count(db: Connection, organisation_id: UUID, owner_id: UUID) -> int:
    """How many views somebody keeps."""
    query = select(func.count()).where(
        views.c.organisation_id == organisation_id, views.c.owner_id == owner_id, views.c.deleted_at.is_(None)
    )
    return int(db.execute(query).scalar_one())


def listing(db: Connection, organisation_id: UUID, owner_id: UUID, page: str | None) -> Sequence[View]:
    """Somebody's own views and those shared with all, by name; of one screen, or of all."""
    query = select(views).where(
        views.c.organisation_id == organisation_id,
        views.c.deleted_at.is_(None),
        or_(views.c.owner_id == owner_id, views.c.shared),
    )
    if page is not None:
        query = query.where(views.c.page == page)
    return [
        view_of(row) for row in db.execute(query.order_by(func.lower(views.c.name), views.c.id)).mappings()
    ]


def one(
    db: Connection, organisation_id: UUID, owner_id: UUID, view_id: UUID, *, deleted: bool = False
) -> View | None:
    """A view that somebody sees, held until the transaction ends; one that was deleted where `deleted`."""
    gone = views.c.deleted_at.is_not(None) if deleted else views.c.deleted_at.is_(None)
    query = select(views).where(
        views.c.organisation_id == organisation_id,
        views.c.id == view_id,
        or_(views.c.owner_id == owner_id, views.c.shared),
        gone,
    )
    row = db.execute(query.with_for_update()).mappings().one_or_none()
    return None if row is None else view_of(row)


def named(db: Connection, owner_id: UUID, name: str) -> UUID | None:
    """The view of that name that somebody has."""
    query = select(views.c.id).where(
        views.c.owner_id == owner_id,
        views.c.name == name,
        views.c.deleted_at.is_(None),
    )
    return db.execute(query).scalar_one_or_none()


def change(db: Connection, view_id: UUID, values: Mapping[str, object]) -> View:
    """Give a view another name, or share it or no longer; answers it as kept."""
    query = update(views).where(views.c.id == view_id).values(**values)
    return view_of(db.execute(query.returning(views)).mappings().one())


def delete(db: Connection, view_id: UUID, at: datetime | None) -> View:
    """Delete a view, or bring it back where `at` is None."""
    return change(db, view_id, {"deleted_at": at})
