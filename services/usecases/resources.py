"""What runs: found, counted, and one at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.access.roles import Permission, User
from core.connections import Observation
from core.costs.members import is_grouped
from core.errors import Invalid, NotFound
from core.inventory import Kind, Resource
from core.resources import PAGE_LIMIT, ResourceChoices, ResourceFilter, ResourcePage, ResourceSort
from services.context import Context
from services.db.stores import resource_search
from services.db.stores import resources as store
from services.usecases import cost_resources
from services.warehouse import answers

COST_DAYS = 30
HISTORY_LIMIT = 200


def search(
    ctx: Context, user: User, wanted: ResourceFilter | None = None, *, at: str | None = None
) -> ResourcePage:
    """A page of the resources that the user may see. Raises `Invalid` for a limit or offset below zero.

    `at` is the state of the bill that an order by cost goes by, from `costs.pin`; None: the present one.
    """
    user.require(Permission.VIEW_RESOURCES)
    wanted = wanted or ResourceFilter()
    if wanted.limit < 1 or wanted.offset < 0:
        raise Invalid("A page begins at 0 or later and has at least one row.")
    wanted = replace(wanted, limit=min(wanted.limit, PAGE_LIMIT))
    if wanted.sort is ResourceSort.COST:
        return _by_cost(ctx, user, wanted, at)
    with ctx.read() as db:
        return resource_search.search(db, user.organisation_id, user.accounts, wanted)


def _by_cost(ctx: Context, user: User, wanted: ResourceFilter, at: str | None) -> ResourcePage:
    """The bill knows the order, our records know what matches: both as ids, and only one page's resources are read.

    Groups and services stand where all their members together would.
    """
    user.require(Permission.VIEW_COSTS)
    accounts = None if user.accounts is None else tuple(sorted(user.accounts))
    pinned = ctx.warehouse.pin(user.organisation_id, at)
    spent = answers.resource_spend(pinned, ctx.now().date(), COST_DAYS, accounts)
    with ctx.read() as db:
        ids = resource_search.matching(db, user.organisation_id, user.accounts, wanted)
    if grouped := tuple(each for each in ids if is_grouped(each)):
        whole = cost_resources.cost_of_groups(ctx, user, grouped, days=COST_DAYS, at=pinned.token)
        spent = spent | {name: cost.cost for name, cost in whole.items()}
    with ctx.read() as db:
        billed = [each for each in ids if each in spent]
        billed.sort(key=spent.__getitem__, reverse=wanted.descending)
        ordered = billed + [each for each in ids if each not in spent]
        shown = ordered[wanted.offset : wanted.offset + wanted.limit]
        return resource_search.page_of(db, user.organisation_id, shown, len(ids))


def one(ctx: Context, user: User, resource_id: str) -> Resource:
    """One resource, there or gone. Raises `NotFound`, also for what is outside the user's accounts."""
    found = by_ids(ctx, user, [resource_id]).get(resource_id)
    if found is None:
        raise NotFound(f"There is no resource {resource_id} within what you may see.")
    return found


def by_ids(ctx: Context, user: User, resource_ids: Sequence[str]) -> Mapping[str, Resource]:
    """Those of the resources that the user may see, by id."""
    user.require(Permission.VIEW_RESOURCES)
    with ctx.read() as db:
        return store.by_ids(db, user.organisation_id, resource_ids, accounts=user.accounts)


def counts(ctx: Context, user: User) -> Mapping[Kind, Mapping[str, int]]:
    """How many there are, by kind and state."""
    user.require(Permission.VIEW_RESOURCES)
    with ctx.read() as db:
        return resource_search.counts(db, user.organisation_id, user.accounts)


def choices(ctx: Context, user: User, kinds: Sequence[Kind] = ()) -> ResourceChoices:
    """What there is to filter by, within what the user may see; tags that these kinds carry (none named: all)."""
    user.require(Permission.VIEW_RESOURCES)
    with ctx.read() as db:
        return resource_search.choices(db, user.organisation_id, user.accounts, kinds)


def history(ctx: Context, user: User, resource_id: str) -> tuple[Observation, ...]:
    """The states a resource went through, newest first. Raises `NotFound` as `one` does."""
    user.require(Permission.VIEW_RESOURCES)
    one(ctx, user, resource_id)
    with ctx.read() as db:
        return tuple(store.history(db, user.organisation_id, resource_id, HISTORY_LIMIT))
