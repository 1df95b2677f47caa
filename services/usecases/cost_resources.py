"""What the bill says of one resource, and of all of them at once."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from core.access.roles import Permission, User
from core.costs import lines as seen
from core.costs import spend as spending
from core.costs.lines import Covering, ResourceProfile
from core.costs.scope import DAY, RESOURCE, SKU, Scope
from core.costs.spend import ResourceCost
from core.money import ZERO
from services.context import Context
from services.warehouse import answers
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
