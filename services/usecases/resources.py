"""What runs: found, counted, and one at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.access.roles import Permission, User
from core.connections import Observation
from core.errors import Invalid, NotFound
from core.inventory import Kind, Resource
from core.resources import PAGE_LIMIT, ResourceChoices, ResourceFilter, ResourcePage
from services.context import Context
from services.db.stores import resource_search
from services.db.stores import resources as store

HISTORY_LIMIT = 200


def search(ctx: Context, user: User, wanted: ResourceFilter | None = None) -> ResourcePage:
    """A page of the resources that the user may see. Raises `Invalid` for a limit or offset below zero."""
    user.require(Permission.VIEW_RESOURCES)
    wanted = wanted or ResourceFilter()
    if wanted.limit < 1 or wanted.offset < 0:
        raise Invalid("A page begins at 0 or later and has at least one row.")
    wanted = replace(wanted, limit=min(wanted.limit, PAGE_LIMIT))
    with ctx.read() as db:
        return resource_search.search(db, user.organisation_id, user.accounts, wanted)


def one(ctx: Context, user: User, resource_id: str) -> Resource:
    """One resource, there or gone. Raises `NotFound`, also for what is outside the user's accounts."""
    found = by_ids(ctx, user, [resource_id]).get(resource_id)
    if found is None:
        raise NotFound(f"There is no resource {resource_id} within what you may see.")
    return found


def by_ids(ctx: Context, user: User, resource_ids: Sequence[str]) -> Mapping[str, Resource]:
    """Those of the resources that the user may see, by id."""
    user.require(Permission.VIEW_RESOURCES)
    with ctx.begin() as db:
        return store.by_ids(db, user.organisation_id, resource_ids, accounts=user.accounts)


def counts(ctx: Context, user: User) -> Mapping[Kind, Mapping[str, int]]:
    """How many there are, by kind and state."""
    user.require(Permission.VIEW_RESOURCES)
    with ctx.read() as db:
        return resource_search.counts(db, user.organisation_id, user.accounts)


def choices(ctx: Context, user: User) -> ResourceChoices:
    """What there is to filter by, within what the user may see."""
    user.require(Permission.VIEW_RESOURCES)
    with ctx.read() as db:
        return resource_search.choices(db, user.organisation_id, user.accounts)


def history(ctx: Context, user: User, resource_id: str) -> tuple[Observation, ...]:
    """The states a resource went through, newest first. Raises `NotFound` as `one` does."""
    user.require(Permission.VIEW_RESOURCES)
    one(ctx, user, resource_id)
    with ctx.begin() as db:
        return tuple(store.history(db, user.organisation_id, resource_id, HISTORY_LIMIT))
