"""Virtual tags and shared costs: what there is, saving, deleting and bringing back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core.access.roles import Permission, User
from core.costs.virtual_tags import SharedCost, VirtualTag
from core.errors import Conflict, NotFound
from core.events import Event
from services.context import Context
from services.db import database
from services.db.stores import allocation as store
from services.db.stores.allocation import KeptShared, KeptTag
from services.usecases.record import record


@dataclass(frozen=True)
class Definitions:
    """All virtual tags and shared costs, each version of them."""

    tags: tuple[KeptTag, ...]
    shared: tuple[KeptShared, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The virtual tags by name."""
        return tuple(dict.fromkeys(each.tag.name for each in self.tags))


def listing(ctx: Context, user: User) -> Definitions:
    """What there is, by name and day."""
    user.require(Permission.VIEW_COSTS)
    with ctx.read() as db:
        return Definitions(store.tags(db, user.organisation_id), store.shared(db, user.organisation_id))


def save(ctx: Context, user: User, tag: VirtualTag) -> None:
    """Keep a virtual tag from its day on: another version of that day is replaced, earlier ones hold for the days before."""
    user.require(Permission.MANAGE_COSTS)
    with ctx.begin() as db:
        store.write_tag(db, user.organisation_id, uuid4(), tag, user.email, database.now(db))
        record(db, user, tag_saved(tag), subject=tag.name)


def save_shared(ctx: Context, user: User, shared: SharedCost) -> None:
    """Keep a shared cost from its day on, as `save` does. Raises `NotFound` when there is no such virtual tag."""
    user.require(Permission.MANAGE_COSTS)
    with ctx.begin() as db:
        versions(db, user.organisation_id, shared.tag)
        store.write_shared(db, user.organisation_id, uuid4(), shared, user.email, database.now(db))
        record(db, user, shared_saved(shared), subject=shared.name)


def delete(ctx: Context, user: User, tag: str, shared: str | None = None) -> datetime:
    """Delete a shared cost, or (`shared` None) a virtual tag with its shared costs. Answers what `restore` takes. Raises `NotFound`."""
    user.require(Permission.MANAGE_COSTS)
    with ctx.begin() as db:
        at = database.now(db)
        if shared is None:
            found = store.forget_tag(db, user.organisation_id, tag, at)
            event = Event("VirtualTagDeleted", f"virtual tag:{tag}", {"name": tag})
        else:
            found = store.forget_shared(db, user.organisation_id, tag, shared, at)
            event = Event("SharedCostDeleted", f"shared cost:{tag}/{shared}", {"tag": tag, "name": shared})
        if not found:
            raise missing(shared or tag)
        record(db, user, event, subject=shared or tag)
    return at


def restore(ctx: Context, user: User, tag: str, shared: str | None, deleted_at: datetime) -> None:
    """Undo a `delete`. Raises `NotFound`, and `Conflict` when the name was taken again meanwhile."""
    user.require(Permission.MANAGE_COSTS)
    with ctx.begin() as db:
        try:
            with db.begin_nested():
                found = store.bring_back(db, user.organisation_id, tag, shared, deleted_at)
        except IntegrityError as error:
            message = f"There is another “{shared or tag}” by now."
            raise Conflict(message, mend="Delete that one first.") from error
        if not found:
            raise missing(shared or tag)
        event = (
            tag_saved(versions(db, user.organisation_id, tag)[-1])
            if shared is None
            else shared_saved(
                [
                    each.shared
                    for each in store.shared(db, user.organisation_id, tag)
                    if each.shared.name == shared
                ][-1]
            )
        )
        record(db, user, event, subject=shared or tag)


def tag_saved(tag: VirtualTag) -> Event:
    """That a virtual tag was saved."""
    data = {"name": tag.name, "effective_from": tag.effective_from.isoformat(), "rules": len(tag.rules)}
    return Event("VirtualTagSaved", f"virtual tag:{tag.name}", data)


def shared_saved(shared: SharedCost) -> Event:
    """That a shared cost was saved."""
    data = {
        "tag": shared.tag,
        "name": shared.name,
        "effective_from": shared.effective_from.isoformat(),
        "method": shared.method.value,
    }
    return Event("SharedCostSaved", f"shared cost:{shared.tag}/{shared.name}", data)


def versions(db: Connection, organisation_id: UUID, name: str) -> tuple[VirtualTag, ...]:
    """All versions of a virtual tag, the earliest first. Raises `NotFound`."""
    found = tuple(each.tag for each in store.tags(db, organisation_id, name))
    if not found:
        raise missing(name)
    return found


def missing(name: str) -> NotFound:
    """That there is no such virtual tag or shared cost."""
    message = f"There is no “{name}” to allocate cost by."
    return NotFound(message)
