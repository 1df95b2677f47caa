"""What the bill says of one resource, and of all of them at once."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from core.access.roles import Permission, User
from core.costs import lines as seen
from core.costs import spend as spending
from core.costs.lines import Covering, ResourceProfile
from core.costs.members import is_grouped
from core.costs.month import full_until
from core.costs.scope import DAY, RESOURCE, SKU, Scope
from core.costs.spend import ResourceCost
from core.money import ZERO, total
from core.periods import midnight
from services.context import Context
from services.db.stores import members, selected
from services.warehouse import answers, member_answers
from services.warehouse.questions import resource_profile as question

TOP_SKUS = 7


def resource_profile(
    ctx: Context, user: User, scope: Scope, resource_id: str, *, at: str | None = None
) -> ResourceProfile:
    """One resource's cost by day and SKU, its billed hours, the tags it carried when, and the commitments that paid for it.

    In one currency, the one it costs most in unless the scope names one. Reads the lines; `costs.lines` has them one by one.
    """
    user.require(Permission.VIEW_COSTS)
    pinned = ctx.warehouse.pin(user.organisation_id, at)
    scope = scope.within(user.accounts).at(RESOURCE, resource_id)
    parts = answers.top_parts(pinned, scope, (DAY, SKU), TOP_SKUS)
    spend = spending.over_time(parts, DAY, scope, top=TOP_SKUS, untagged=SKU.absent)
    if spend.currency is None:
        return ResourceProfile(resource_id, spend, (), (), (), ZERO)
    scope = scope.in_currency(spend.currency)
    hours: dict[date, Decimal | None] = dict(pinned.ask(question.hours, scope))
    covered = pinned.ask(question.commitments, scope)
    return ResourceProfile(
        resource_id,
        spend,
        tuple(hours.get(day) for day in spend.steps),
        seen.spans(pinned.ask(question.tags, scope)),
        tuple(Covering(*row) for row in covered if row[0] is not None),
        next((row[3] for row in covered if row[0] is None), ZERO),
    )


def effective_cost_by_resource(
    ctx: Context, organisation_id: UUID, *, days: int = 30, only: Collection[str] | None = None
) -> Mapping[str, ResourceCost]:
    """Effective cost of an organisation's resources over the last full days, for the worker's own reckoning: no user sees it as it is."""
    return answers.resource_costs(ctx.warehouse.pin(organisation_id), ctx.now().date(), days, None, only)


def effective_cost_by_meter(
    ctx: Context, organisation_id: UUID, *, days: int = 30, only: Collection[str] | None = None
) -> Mapping[str, Mapping[str, Decimal]]:
    """The same cut by SKU meter, in US dollars: what each resource's cost is made of."""
    return answers.resource_meters(ctx.warehouse.pin(organisation_id), ctx.now().date(), days, only)


def effective_cost_with_members(
    ctx: Context,
    organisation_id: UUID,
    ids: Collection[str],
    *,
    days: int = 30,
    accounts: tuple[str, ...] | None = None,
    at: str | None = None,
) -> Mapping[str, ResourceCost]:
    """Effective cost over the last full days of all that starts and stops with each of these: what is at stake when it is switched.

    Of groups, node groups and services that of their members, of a cluster of databases that of its instances, too. Not to be added
    up: where a group and a member of it are asked about, both count the member.
    """
    today, pinned = ctx.now().date(), ctx.warehouse.pin(organisation_id, at)
    until = full_until(today, answers.span(pinned, accounts)[1]) or today
    with ctx.read() as db:
        grouped = members.grouped(db, organisation_id, ids)
        whose = members.of(db, organisation_id, grouped, midnight(until - timedelta(days=days)))
        within = selected.instances_of(db, organisation_id, frozenset(ids) - grouped)
    single = frozenset(ids).union(*within.values()) - grouped
    alone = answers.resource_costs(pinned, today, days, accounts, single)
    found = {name: cost for name, cost in alone.items() if name in ids}
    for name, instances in within.items():
        parts = [alone[each] for each in (name, *instances) if each in alone]
        same = [each for each in parts if each.currency == parts[0].currency]
        if same:
            found[name] = replace(
                same[0], resource_id=name, cost=total(each.cost for each in same), hours=None, per_hour=None
            )
    if grouped:
        known = member_answers.costs(pinned, today, days, accounts, whose)
        found |= {name: known[whole] for name in grouped if (whole := whose.whose(name)) in known}
    return found


def cost_of_groups(
    ctx: Context, user: User, ids: Collection[str], *, days: int = 30, at: str | None = None
) -> Mapping[str, ResourceCost]:
    """The same of groups and services in the accounts that the user sees."""
    user.require(Permission.VIEW_COSTS)
    accounts = None if user.accounts is None else tuple(sorted(user.accounts))
    return effective_cost_with_members(ctx, user.organisation_id, ids, days=days, accounts=accounts, at=at)


def cost_with_members(
    ctx: Context, user: User, resource_id: str, *, days: int = 30, at: str | None = None
) -> tuple[ResourceCost | None, tuple[str, ...]]:
    """The same of one, and the ids of its members under which that is billed (none: its own).

    Members that are known by tags of the bill alone have no id here.
    """
    cost = cost_of_groups(ctx, user, [resource_id], days=days, at=at).get(resource_id)
    if cost is None or not is_grouped(resource_id):
        return cost, ()
    since = midnight(cost.until - timedelta(days=days))
    with ctx.read() as db:
        whose = members.of(db, user.organisation_id, [resource_id], since)
    return cost, whose.billed(resource_id)
