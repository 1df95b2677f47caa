"""Allocation: virtual tags and shared costs, looked at before they are saved, and whose cost is whose by them."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.costs import allocate
from core.costs import spend as spending
from core.costs.allocate import Allocation, Cell, Daily
from core.costs.scope import CostType, Dimension, Scope
from core.costs.spend import Part, Table
from core.costs.tag_coverage import Preview, Taken, share_of
from core.costs.virtual_tags import Rule, SharedCost, VirtualTag
from core.errors import Invalid
from core.money import EXACT, ZERO, total
from core.periods import Period
from services.context import Context
from services.db.stores import allocation as store
from services.db.stores import units
from services.usecases.allocation_rules import versions
from services.warehouse import answers
from services.warehouse.questions import allocation as question
from services.warehouse.warehouse import Rows

MOST_CELLS = 100_000


def preview(
    ctx: Context,
    user: User,
    rules: tuple[Rule, ...],
    period: Period,
    *,
    cost: CostType = CostType.EFFECTIVE,
    currency: str | None = None,
    at: str | None = None,
) -> Preview:
    """What each rule would take of a period, as if the rules held on all its days, with money and share; nothing is kept."""
    user.require(Permission.MANAGE_COSTS)
    pinned = ctx.warehouse.pin(user.organisation_id, at)
    scope = Scope(period, cost=cost).within(user.accounts)
    rows = pinned.ask(question.taken, scope, rules, MOST_CELLS + 1)
    _readable(rows)
    whole = answers.parts(pinned, scope, ())
    currencies = spending.by_currency(whole)
    chosen = spending.chosen_currency(currencies, currency)
    bill = dict(currencies).get(chosen or "", ZERO)
    took: list[dict[str, Decimal]] = [{} for _ in rules]
    rest = ZERO
    for number, value, money, amount in rows:
        if money == chosen and amount is not None:
            if number is None:
                rest = EXACT.add(rest, amount)
            else:
                took[number][value] = EXACT.add(took[number].get(value, ZERO), amount)
    told = [_taken(rule, values, bill) for rule, values in zip(rules, took, strict=True)]
    return Preview(
        tuple(told),
        rest,
        share_of(rest, bill),
        bill,
        chosen,
        currencies,
        cost,
        period,
        user.accounts is not None,
    )


def _taken(rule: Rule, values: dict[str, Decimal], bill: Decimal) -> Taken:
    cost = total(values.values())
    largest = sorted(values.items(), key=lambda item: (item[1].copy_negate(), item[0]))
    return Taken(rule, cost, share_of(cost, bill), tuple(largest))


def preview_shared(
    ctx: Context,
    user: User,
    draft: SharedCost,
    period: Period,
    *,
    cost: CostType = CostType.EFFECTIVE,
    currency: str | None = None,
    at: str | None = None,
) -> Allocation:
    """Whose cost a period's would be with this shared cost, as if it held on all its days, in the place of that of its name."""
    user.require(Permission.MANAGE_COSTS)
    with ctx.read() as db:
        tag = versions(db, user.organisation_id, draft.tag)
        others = _pools(db, user.organisation_id, draft.tag)
    kept = [each for each in others if each.name != draft.name]
    pools = sorted((*kept, replace(draft, effective_from=period.start)), key=lambda each: each.name)
    return _allocated(ctx, user, tag, tuple(pools), period, cost, currency, at)


def allocated(
    ctx: Context,
    user: User,
    tag: str,
    period: Period,
    *,
    cost: CostType = CostType.EFFECTIVE,
    currency: str | None = None,
    at: str | None = None,
) -> Allocation:
    """Whose cost a period's is: each value's own, its shares of shared costs, and what is left; together the bill. Raises `NotFound`."""
    user.require(Permission.VIEW_COSTS)
    with ctx.read() as db:
        tags = versions(db, user.organisation_id, tag)
        pools = _pools(db, user.organisation_id, tag)
    return _allocated(ctx, user, tags, pools, period, cost, currency, at)


def left(
    ctx: Context,
    user: User,
    tag: str,
    period: Period,
    by: Dimension,
    *,
    cost: CostType = CostType.EFFECTIVE,
    currency: str | None = None,
    at: str | None = None,
) -> Table:
    """What the lines are that no rule takes, by any dimension, largest first: what the next rule should be about. Raises `NotFound`."""
    user.require(Permission.VIEW_COSTS)
    with ctx.read() as db:
        tags = versions(db, user.organisation_id, tag)
        pools = _pools(db, user.organisation_id, tag)
    scope = Scope(period, cost=cost).within(user.accounts)
    pinned = ctx.warehouse.pin(user.organisation_id, at)
    rows = pinned.ask(question.left, scope, tags, pools, by, MOST_CELLS + 1)
    _readable(rows)
    parts = [Part((value,), money, amount or ZERO, int(unknown)) for value, money, amount, unknown in rows]
    return spending.tabulate(parts, cost=cost, currency=currency)


def _allocated(
    ctx: Context,
    user: User,
    tag: tuple[VirtualTag, ...],
    pools: tuple[SharedCost, ...],
    period: Period,
    cost: CostType,
    currency: str | None,
    at: str | None,
) -> Allocation:
    pinned = ctx.warehouse.pin(user.organisation_id, at)
    scope = Scope(period, cost=cost).within(user.accounts)
    rows = pinned.ask(question.allocation, scope, tag, pools, MOST_CELLS + 1)
    _readable(rows)
    currencies = spending.by_currency(answers.parts(pinned, scope, ()))
    chosen = spending.chosen_currency(currencies, currency)
    mine = [row for row in rows if row[3] == chosen]
    with ctx.read() as db:
        metrics = _daily(db, user.organisation_id, pools, period)
    return allocate.explain(
        tag[0].name,
        [Cell(month, value, pool, amount or ZERO) for month, value, pool, _, amount, _ in mine],
        pools,
        metrics=metrics,
        period=period,
        bill=dict(currencies).get(chosen or "", ZERO),
        currency=chosen,
        currencies=currencies,
        cost=cost,
        unknown_lines=sum(int(row[5]) for row in mine),
        within_accounts=user.accounts is not None,
    )


def _pools(db: Connection, organisation_id: UUID, tag: str) -> tuple[SharedCost, ...]:
    return tuple(each.shared for each in store.shared(db, organisation_id, tag))


def _daily(db: Connection, organisation_id: UUID, pools: Sequence[SharedCost], period: Period) -> Daily:
    wanted = sorted({each.metric for pool in pools for each in pool.among if each.metric is not None})
    kept = {name: units.find(db, organisation_id, name) for name in wanted}
    return {
        name: units.days(db, organisation_id, metric.id, period)
        for name, metric in kept.items()
        if metric is not None
    }


def _readable(rows: Collection[Rows]) -> None:
    if len(rows) > MOST_CELLS:
        message = f"These rules make more than {MOST_CELLS:,} values."
        raise Invalid(message, mend="Take the values of something of which there are fewer, or fewer months.")
