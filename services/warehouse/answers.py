"""The warehouse's rows as core's values."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from core.costs.lines import Line, Order, Sum
from core.costs.month import full_until
from core.costs.scope import STEPS, Dimension, Filter, Scope
from core.costs.spend import Part, ResourceCost
from core.errors import Invalid
from core.money import EXACT, ZERO
from core.periods import Period
from services.warehouse.questions import bill_lines, freshness, spend
from services.warehouse.questions import resource_costs as costs_of_resources
from services.warehouse.warehouse import Pin, Rows

MOST_PARTS = 100_000
"""More cells than this are not answered: nobody reads them, and they would crowd out everybody else's answers."""


def parts(pinned: Pin, scope: Scope, by: Sequence[Dimension]) -> list[Part]:
    """What was spent, cut by `by`, in every currency: the scope's own choice of one is left to who adds up.

    Raises `Invalid` when the answer has more than `MOST_PARTS` cells.
    """
    rows = pinned.ask(spend.spend, replace(scope, currency=None), tuple(by), MOST_PARTS + 1)
    if len(rows) > MOST_PARTS:
        message = f"The answer has more than {MOST_PARTS:,} rows."
        raise Invalid(message, mend="Ask for the largest ones only, for fewer days, or with a filter.")
    return [_part(keys, currency, cost, unknown) for *keys, currency, cost, unknown in rows]


def top_parts(pinned: Pin, scope: Scope, by: Sequence[Dimension], top: int) -> list[Part]:
    """The same of the `top` largest values alone, all others exactly in one part a currency (and day, week or month, where cut by that)."""
    scope = replace(scope, currency=None)
    step = next((dimension for dimension in by if dimension in STEPS), None)
    if step is None or len(by) == 1:
        ranked = pinned.ask(spend.ranked, scope, tuple(by), top)
        return [
            _part(keys, currency, cost, unknown, folded) for *keys, currency, cost, unknown, folded in ranked
        ]
    other = next(dimension for dimension in by if dimension != step)
    ranked = pinned.ask(spend.ranked, scope, (other,), top)
    shown = tuple((currency, value) for value, currency, _, _, folded in ranked if not folded)
    values = {currency: int(folded) for _, currency, _, _, folded in ranked if folded}
    found = pinned.ask(spend.stepped, scope, step, other, shown)
    return [
        _part(
            [moment if dimension == step else value for dimension in by],
            currency,
            cost,
            unknown,
            0 if is_shown else values[currency],
        )
        for moment, value, is_shown, currency, cost, unknown in found
    ]


def _part(
    keys: Sequence[object], currency: str, cost: Decimal | None, unknown: int | None, folded: int = 0
) -> Part:
    return Part(
        tuple(keys),
        currency,
        ZERO if cost is None else cost,
        int(unknown or 0),
        int(folded),
        known=cost is not None,
    )


def span(pinned: Pin, accounts: tuple[str, ...] | None) -> tuple[date | None, date | None]:
    """First and last day of the bill, over all sources."""
    rows = pinned.ask(freshness.freshness, accounts)
    return min((row[1] for row in rows), default=None), max((row[2] for row in rows), default=None)


def lines_behind(
    pinned: Pin, scope: Scope, order: Order, limit: int, offset: int
) -> tuple[tuple[Sum, ...], tuple[Line, ...]]:
    """All the lines of a scope added up, and one page of them.

    Counting reads the rollup where that can answer; the newest are then looked for in their own days alone, the largest among their like.
    """
    days = pinned.ask(bill_lines.days, scope)
    least = ZERO
    if order is Order.LARGEST:
        last = pinned.ask(bill_lines.size_at, scope, offset + limit - 1)
        least = last[0][0] if last else ZERO
    elif period := _days_of_page(days, limit, offset):
        later = sum(row[2] for row in days if row[0] >= period.end)
        scope, offset = scope.during(period), offset - later
    rows = pinned.ask(bill_lines.page, scope, order, limit, offset, least) if days else ()
    return _sums(days), tuple(
        Line(_utc(start), _utc(end) if end else None, *values) for start, end, *values in rows
    )


def _days_of_page(days: Rows, limit: int, offset: int) -> Period | None:
    """From the oldest to the newest day of a page of lines that comes newest first; `days` come so, too."""
    passed, newest = 0, None
    for day, _, count, *_ in days:
        passed += count
        if newest is None and passed > offset:
            newest = day
        if newest is not None and (passed >= offset + limit or day == days[-1][0]):
            oldest = day if passed >= offset + limit else days[-1][0]
            return Period(oldest, newest + timedelta(days=1))
    return None


def _sums(days: Rows) -> tuple[Sum, ...]:
    held: dict[str, Sum] = {}
    for _, currency, count, cost, unknown in days:
        so_far = held.get(currency, Sum(currency, 0, ZERO, 0))
        held[currency] = Sum(
            currency,
            so_far.count + int(count),
            so_far.cost if cost is None else EXACT.add(so_far.cost, cost),
            so_far.unknown + int(unknown),
        )
    return tuple(sorted(held.values(), key=lambda each: (each.cost.copy_negate(), each.currency)))


def resource_costs(
    pinned: Pin,
    today: date,
    days: int,
    accounts: tuple[str, ...] | None,
    resource_ids: Collection[str] | None,
    *,
    filters: tuple[Filter, ...] = (),
) -> dict[str, ResourceCost]:
    """Effective cost a resource over the last full `days`, of the lines that pass `filters`; of two currencies, the larger."""
    _, last = span(pinned, accounts)
    until = full_until(today, last)
    if until is None or (resource_ids is not None and not resource_ids):
        return {}
    wanted = None if resource_ids is None else frozenset(resource_ids)
    scope = Scope(Period(until - timedelta(days=days), until), accounts=accounts, filters=filters)
    found: dict[str, ResourceCost] = {}
    for resource, currency, cost, hours, hourly in pinned.ask(
        costs_of_resources.resource_costs, scope, wanted
    ):
        if wanted is not None and resource not in wanted:
            continue
        if resource in found and found[resource].cost >= cost:
            continue
        per_hour = hourly / hours if hours else None
        found[resource] = ResourceCost(resource, cost, currency, days, until, hours, per_hour)
    return found


def resource_meters(
    pinned: Pin, today: date, days: int, resource_ids: Collection[str] | None = None
) -> dict[str, dict[str, Decimal]]:
    """Effective US dollars a resource and SKU meter over the last full `days`."""
    until = full_until(today, span(pinned, None)[1])
    if until is None:
        return {}
    scope = Scope(Period(until - timedelta(days=days), until))
    found: dict[str, dict[str, Decimal]] = {}
    for resource, meter, cost in pinned.ask(
        costs_of_resources.resource_meters, scope, None if resource_ids is None else frozenset(resource_ids)
    ):
        found.setdefault(resource, {})[meter] = cost
    return found


def resource_spend(
    pinned: Pin, today: date, days: int, accounts: tuple[str, ...] | None
) -> dict[str, Decimal]:
    """The same cost of all resources of the bill and nothing else: what a list is ordered by."""
    _, last = span(pinned, accounts)
    until = full_until(today, last)
    if until is None:
        return {}
    scope = Scope(Period(until - timedelta(days=days), until), accounts=accounts)
    spent: dict[str, Decimal] = {}
    for resource, cost in pinned.ask(costs_of_resources.resource_spend, scope):
        if resource not in spent or spent[resource] < cost:
            spent[resource] = cost
    return spent


def _utc(naive: datetime) -> datetime:
    return naive.replace(tzinfo=UTC)
