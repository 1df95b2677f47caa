"""Virtual tags and shared costs: what there is, saving, deleting and bringing back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core.access.roles import Permission, User
from core.costs.hidden import Accounts, told
from core.costs.scope import Filter
from core.costs.virtual_tags import SharedCost, VirtualTag
from core.errors import Conflict, Forbidden, NotFound
from core.events import Event
from services.context import Context
from services.db import database
from services.db.stores import allocation as store
from services.db.stores import budgets, units
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
        tags, shared = store.tags(db, user.organisation_id), store.shared(db, user.organisation_id)
    seen_tags = ((each, _told_tag(each.tag, user.accounts)) for each in tags)
    seen_shared = ((each, _told_shared(each.shared, user.accounts)) for each in shared)
    return Definitions(
        tuple(replace(each, tag=seen) for each, seen in seen_tags if seen is not None),
        tuple(replace(each, shared=seen) for each, seen in seen_shared if seen is not None),
    )


def save(ctx: Context, user: User, tag: VirtualTag) -> None:
    """Keep a virtual tag from its day on: another version of that day is replaced, earlier ones hold for the days before."""
    user.require(Permission.MANAGE_COSTS)
    with ctx.begin() as db:
        _whole(db, user, tag.name)
        store.write_tag(db, user.organisation_id, uuid4(), tag, user.email, database.now(db))
        record(db, user, tag_saved(tag), subject=tag.name)


def save_shared(ctx: Context, user: User, shared: SharedCost) -> None:
    """Keep a shared cost from its day on, as `save` does. Raises `NotFound` when there is no such virtual tag."""
    user.require(Permission.MANAGE_COSTS)
    with ctx.begin() as db:
        versions(db, user.organisation_id, shared.tag)
        _whole(db, user, shared.tag, shared.name)
        store.write_shared(db, user.organisation_id, uuid4(), shared, user.email, database.now(db))
        record(db, user, shared_saved(shared), subject=shared.name)


def delete(ctx: Context, user: User, tag: str, shared: str | None = None) -> datetime:
    """Delete a shared cost, or (`shared` None) a virtual tag with its shared costs. Answers what `restore` takes.

    Raises `NotFound`, and `Conflict` for a virtual tag that a budget or metric is filtered by: without it they would mean nothing.
    """
    user.require(Permission.MANAGE_COSTS)
    with ctx.begin() as db:
        at = database.now(db)
        _whole(db, user, tag, shared)
        if shared is None:
            _unused(db, user, tag)
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


def _told_tag(tag: VirtualTag, accounts: Accounts) -> VirtualTag | None:
    """Without what it says of accounts not seen; None where it is about others alone."""
    rules = [
        replace(rule, filters=filters)
        for rule in tag.rules
        if (filters := told(rule.filters, accounts)) is not None
    ]
    return replace(tag, rules=tuple(rules)) if rules else None


def _told_shared(shared: SharedCost, accounts: Accounts) -> SharedCost | None:
    """The same of a shared cost: of none but one's own, where every filter would fall away, nothing is shared."""
    filters = told(shared.filters, accounts)
    return replace(shared, filters=filters) if filters else None


def _unused(db: Connection, user: User, tag: str) -> None:
    by = [
        *(
            f"the budget “{each.plan.name}”"
            for each in budgets.listing(db, user.organisation_id)
            if _looks_at(each.plan.filters, tag)
        ),
        *(
            f"the metric “{each.metric.name}”"
            for each in units.listing(db, user.organisation_id)
            if _looks_at(each.metric.filters, tag)
        ),
    ]
    if by:
        message = f"“{tag}” is what {by[0]} is filtered by{f', and {len(by) - 1} more' if by[1:] else ''}."
        raise Conflict(message, mend="Change that first.")


def _looks_at(filters: Iterable[Filter], tag: str) -> bool:
    return any(each.dimension.virtual == tag for each in filters)


def _whole(db: Connection, user: User, tag: str, shared: str | None = None) -> None:
    """Raise `Forbidden` where a part of it is about accounts that the user does not see: it would be written away unread."""
    pools = [
        each.shared
        for each in store.shared(db, user.organisation_id, tag)
        if shared in {None, each.shared.name}
    ]
    tags = [] if shared else [each.tag for each in store.tags(db, user.organisation_id, tag)]
    if any(_told_tag(each, user.accounts) != each for each in tags) or any(
        _told_shared(each, user.accounts) != each for each in pools
    ):
        raise partly_unseen(shared or tag)


def partly_unseen(name: str) -> Forbidden:
    """That somebody cannot change what they cannot read whole."""
    message = f"“{name}” is partly about accounts that you do not see."
    return Forbidden(message, mend="Ask somebody who sees every account to change it.")


def missing(name: str) -> NotFound:
    """That there is no such virtual tag or shared cost."""
    message = f"There is no “{name}” to allocate cost by."
    return NotFound(message)
