"""What was spent, on what, and since when: every question of the cost screens, answered from one pinned state of the bill.

`at` is such a state, from `pin`: give the same to all questions of a screen, so that it never mixes two bills.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta

from core import dates
from core.access.roles import Permission, User
from core.costs import compare as comparing
from core.costs import month as monthly_view
from core.costs import spend as spending
from core.costs.compare import Comparison
from core.costs.focus import PROMOTED_TAGS
from core.costs.lines import Lines, Order
from core.costs.month import MonthToDate
from core.costs.scope import (
    CHARGE_CATEGORY,
    DAY,
    EVER,
    MONTH,
    REGION,
    SERVICE,
    STEPS,
    CostType,
    Dimension,
    Scope,
)
from core.costs.spend import (
    Choices,
    Freshness,
    ResourceCost,
    Resources,
    ResourceSpend,
    SourceFreshness,
    Spend,
    Table,
)
from core.errors import Invalid
from core.money import ZERO, difference, total
from core.periods import Period, month_back, month_of, next_month
from services.context import Context
from services.usecases.unchanged import standing_and_failing
from services.warehouse import answers
from services.warehouse.questions import choices as choices_of
from services.warehouse.questions import freshness as freshness_of
from services.warehouse.questions import top_resources
from services.warehouse.warehouse import Pin

TOP = 7
"""Series beside "other": as many as a person tells apart by colour."""
TOTAL = "Total"
MOST_DIMENSIONS = 2
MONTHS = 13
OPEN_DAYS = 14
"""AWS still changes a month for about two weeks after it ended."""


def pin(ctx: Context, user: User) -> str:
    """Name the present state of the bill, to be given as `at`."""
    user.require(Permission.VIEW_COSTS)
    return _pinned(ctx, user, None).token


def over_time(
    ctx: Context,
    user: User,
    scope: Scope,
    step: Dimension = DAY,
    by: Dimension | None = None,
    *,
    top: int = TOP,
    at: str | None = None,
) -> Spend:
    """Cost a day, week or billing month, stacked by the `top` largest values of `by` and an honest "other".

    Each one in the period is there, those without cost too; of a period beyond ten years, those from the first to the last with cost.
    """
    user.require(Permission.VIEW_COSTS)
    if step not in STEPS or by in STEPS:
        raise Invalid("Cost over time is by day, week or month, and by one dimension that is none of these.")
    pinned, scope = _pinned(ctx, user, at), scope.within(user.accounts)
    if by is None:
        whole = answers.parts(pinned, scope, (step,))
        parts = [replace(part, keys=(*part.keys, TOTAL)) for part in whole]
    else:
        parts = answers.top_parts(pinned, scope, (step, by), top)
    return spending.over_time(parts, step, scope, top=top, untagged=by.absent if by else TOTAL)


def daily(
    ctx: Context,
    user: User,
    scope: Scope,
    by: Dimension | None = None,
    *,
    top: int = TOP,
    at: str | None = None,
) -> Spend:
    """Cost a day, stacked by the `top` largest values of `by` and an honest "other"."""
    return over_time(ctx, user, scope, DAY, by, top=top, at=at)


def monthly(
    ctx: Context,
    user: User,
    by: Dimension | None = SERVICE,
    *,
    scope: Scope | None = None,
    months: int = MONTHS,
    top: int = TOP,
    at: str | None = None,
) -> Spend:
    """Cost a billing month over the last `months`, this one included, stacked by `by`. Of `scope`, all but the period counts."""
    user.require(Permission.VIEW_COSTS)
    today = ctx.now().date()
    period = Period(month_back(today, months - 1), next_month(today))
    wanted = scope.during(period) if scope else Scope(period)
    return over_time(ctx, user, wanted, MONTH, by, top=top, at=at)


def table(
    ctx: Context,
    user: User,
    scope: Scope,
    by: tuple[Dimension, ...],
    *,
    top: int | None = None,
    at: str | None = None,
) -> Table:
    """Cost by one or two dimensions (or none: the whole), largest first; with `top`, the rest exactly in one row.

    Cut by day, week or month and something else, `top` counts the values of the latter. Raises `Invalid` when there are too many rows.
    """
    user.require(Permission.VIEW_COSTS)
    if len(by) > MOST_DIMENSIONS or len(set(by)) < len(by):
        raise Invalid("Cost is cut by two different dimensions at most.")
    if top is not None and top < 1:
        raise Invalid("Of the largest values, ask for one at least.")
    pinned, scope = _pinned(ctx, user, at), scope.within(user.accounts)
    parts = answers.top_parts(pinned, scope, by, top) if top and by else answers.parts(pinned, scope, by)
    return spending.tabulate(parts, cost=scope.cost, currency=scope.currency)


def compare(
    ctx: Context,
    user: User,
    scope: Scope,
    by: Dimension,
    *,
    against: Period | None = None,
    at: str | None = None,
) -> Comparison:
    """The scope's period against `against` (the one just before it, of the same length), value by value of `by`."""
    user.require(Permission.VIEW_COSTS)
    pinned, scope = _pinned(ctx, user, at), scope.within(user.accounts)
    if scope.period == EVER or (against is None and scope.period.start == EVER.start):
        raise Invalid("All days there are have no days before them to be compared with.")
    earlier = against or scope.period.previous()
    first, last = answers.span(pinned, scope.accounts)
    complete = first is not None and last is not None and first <= earlier.start and last >= scope.period.end
    return comparing.compare(
        answers.parts(pinned, scope, (by,)),
        answers.parts(pinned, scope.during(earlier), (by,)),
        period=scope.period,
        against=earlier,
        cost=scope.cost,
        currency=scope.currency,
        complete=complete,
    )


def month_to_date(
    ctx: Context,
    user: User,
    *,
    cost: CostType = CostType.EFFECTIVE,
    currency: str | None = None,
    at: str | None = None,
) -> MonthToDate:
    """This month's full days so far, the same days of last month, and where the month is heading (an estimate)."""
    user.require(Permission.VIEW_COSTS)
    today, pinned = ctx.now().date(), _pinned(ctx, user, at)
    scope = Scope(Period(month_back(today, 1), month_of(today).end), cost=cost, currency=currency).within(
        user.accounts
    )
    first, last = answers.span(pinned, scope.accounts)
    parts = answers.parts(pinned, scope, (DAY, CHARGE_CATEGORY))
    currencies = spending.by_currency(parts)
    chosen = spending.chosen_currency(currencies, currency)
    usage, other = monthly_view.usage_and_other(parts, chosen)
    return monthly_view.month_to_date(today, first, last, usage, other, currencies, chosen)


def by_resource(ctx: Context, user: User, scope: Scope, *, top: int = 50, at: str | None = None) -> Resources:
    """The costliest resources, and what the rest and the lines without a resource cost."""
    user.require(Permission.VIEW_COSTS)
    pinned, scope = _pinned(ctx, user, at), scope.within(user.accounts)
    whole = spending.tabulate(answers.parts(pinned, scope, ()), cost=scope.cost, currency=scope.currency)
    if whole.currency is None:
        return Resources((), ZERO, ZERO, ZERO, None, (), scope.cost)
    scope = scope.in_currency(whole.currency)
    rows = tuple(
        ResourceSpend(resource, name, service, account, region, cost, currency)
        for resource, name, service, account, region, currency, cost in pinned.ask(
            top_resources.top_resources, scope, top
        )
    )
    unattributed = pinned.ask(top_resources.without_resource, scope)[0][0]
    rest = difference(whole.total, total([unattributed, *(row.cost for row in rows)]))
    return Resources(rows, rest, unattributed, whole.total, whole.currency, whole.currencies, scope.cost)


def lines(
    ctx: Context,
    user: User,
    scope: Scope,
    *,
    order: Order = Order.NEWEST,
    limit: int = 100,
    offset: int = 0,
    at: str | None = None,
) -> Lines:
    """The bill lines behind a number, a page at a time; all of them counted and added up to the last digit.

    The scope of the number and `scope.at(dimension, value)` for each value it is cut by name them.
    """
    user.require(Permission.VIEW_COSTS)
    pinned, scope = _pinned(ctx, user, at), scope.within(user.accounts)
    sums, found = answers.lines_behind(pinned, scope, order, limit, offset)
    return Lines(found, sum(each.count for each in sums), sums)


def resource_cost(
    ctx: Context, user: User, resource_ids: Collection[str], *, days: int = 30, at: str | None = None
) -> Mapping[str, ResourceCost]:
    """Effective cost of resources over the last `days` full days. A resource the bill does not know is not in the answer."""
    user.require(Permission.VIEW_COSTS)
    accounts = None if user.accounts is None else tuple(sorted(user.accounts))
    return answers.resource_costs(_pinned(ctx, user, at), ctx.now().date(), days, accounts, resource_ids)


def choices(ctx: Context, user: User, *, at: str | None = None) -> Choices:
    """What can be chosen in the filters, as far as the user sees it."""
    user.require(Permission.VIEW_COSTS)
    pinned = _pinned(ctx, user, at)
    seen = None if user.accounts is None else tuple(sorted(user.accounts))

    tags = {Dimension(f"tag:{key}").name: key for key in PROMOTED_TAGS}
    chosen = (SERVICE, REGION, *(Dimension(name) for name in tags))
    found: dict[str, list[str]] = defaultdict(list)
    for dimension, value in pinned.ask(choices_of.several, chosen, seen):
        found[dimension].append(value)
    return Choices(
        services=tuple(found[SERVICE.name]),
        accounts=tuple((account, name) for account, name in pinned.ask(choices_of.accounts_and_names, seen)),
        regions=tuple(found[REGION.name]),
        tags={key: tuple(found[name]) for name, key in tags.items() if name in found},
        currencies=tuple(currency for (currency,) in pinned.ask(choices_of.currencies, seen)),
    )


def freshness(ctx: Context, user: User, *, at: str | None = None) -> Freshness:
    """Until when the bill is known, a source, and (for who sees every account) which loads failed since."""
    user.require(Permission.VIEW_COSTS)
    pinned = _pinned(ctx, user, at)
    with ctx.read() as db:
        standing, failing, now = standing_and_failing(ctx, db, user.organisation_id)
    today = now.date()
    loaded = {
        source: max(load.settled_at for load in standing if load.source == source and load.settled_at)
        for source in {load.source for load in standing}
    }
    seen = None if user.accounts is None else tuple(sorted(user.accounts))
    found = [
        (source, last, date.fromisoformat(f"{month}-01"))
        for source, _, last, month in pinned.ask(freshness_of.freshness, seen)
    ]
    sources = tuple(
        SourceFreshness(
            source, last, newest, loaded.get(source), today < next_month(newest) + timedelta(days=OPEN_DAYS)
        )
        for source, last, newest in found
    )
    return Freshness(
        last_day=max((source.last_day for source in sources), default=None),
        loaded_at=max((source.loaded_at for source in sources if source.loaded_at), default=None),
        sources=sources,
        failed=()
        if seen is not None
        else tuple(f"{dates.month(load.month)} of {load.source}: {load.message}" for load in failing),
    )


def _pinned(ctx: Context, user: User, at: str | None) -> Pin:
    return ctx.warehouse.pin(user.organisation_id, at)
