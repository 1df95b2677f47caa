"""How much of the money carries each tag, and each virtual tag, month by month."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from core.access.roles import Permission, User
from core.costs import spend as spending
from core.costs.scope import CostType, Scope
from core.costs.tag_coverage import Coverage, covered
from core.money import EXACT, ZERO, total
from core.periods import Period
from services.context import Context
from services.db.stores import allocation as store
from services.warehouse.questions import allocation as question
from services.warehouse.warehouse import Pin

TOP_KEYS = 10
Months = dict[date, Decimal]


def coverage(
    ctx: Context,
    user: User,
    period: Period,
    *,
    cost: CostType = CostType.EFFECTIVE,
    currency: str | None = None,
    at: str | None = None,
) -> Coverage:
    """Every virtual tag (by its rules alone, without shared cost) and the tag keys that cover the most money, of all cost in the period."""
    user.require(Permission.VIEW_COSTS)
    pinned = ctx.warehouse.pin(user.organisation_id, at)
    scope = Scope(period, cost=cost).within(user.accounts)
    months = pinned.ask(question.by_month, scope)
    sums: dict[str, list[Decimal]] = defaultdict(list)
    for _, money, amount in months:
        sums[money].append(amount or ZERO)
    currencies = tuple(
        sorted(
            ((money, total(amounts)) for money, amounts in sums.items()),
            key=lambda pair: (pair[1].copy_negate(), pair[0]),
        )
    )
    chosen = spending.chosen_currency(currencies, currency)
    totals = {month: amount or ZERO for month, money, amount in months if money == chosen}
    whole = total(totals.values())
    with ctx.read() as db:
        kept = store.tags(db, user.organisation_id)
    found: dict[str, Months] = {}
    for name in dict.fromkeys(each.tag.name for each in kept):
        versions = tuple(each.tag for each in kept if each.tag.name == name)
        rows = pinned.ask(question.covered, scope, versions)
        found[f"virtual:{name}"] = {month: amount or ZERO for month, money, amount in rows if money == chosen}
    rows_of = [
        covered(name, each, totals, whole) for name, each in (found | _by_key(pinned, scope, chosen)).items()
    ]
    return Coverage(
        tuple(sorted(totals)),
        tuple(sorted(rows_of, key=lambda row: (row.cost.copy_negate(), row.name))),
        whole,
        tuple(totals[month] for month in sorted(totals)),
        chosen,
        currencies,
        cost,
        user.accounts is not None,
    )


def _by_key(pinned: Pin, scope: Scope, currency: str | None) -> dict[str, Months]:
    keys: dict[str, Months] = defaultdict(dict)
    for key, month, money, amount in pinned.ask(question.by_tag_key, scope):
        if money == currency:
            keys[key][month] = EXACT.add(keys[key].get(month, ZERO), amount or ZERO)
    largest = sorted(keys, key=lambda key: (total(keys[key].values()).copy_negate(), key))
    return {f"tag:{key}": keys[key] for key in largest[:TOP_KEYS]}
