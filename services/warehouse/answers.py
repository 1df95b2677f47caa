"""The warehouse's rows as core's values."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from core.costs.month import full_until
from core.costs.scope import Dimension, Scope
from core.costs.spend import Line, Part, ResourceCost
from core.periods import Period
from services.warehouse.questions import freshness, spend
from services.warehouse.questions import resource_costs as costs_of_resources
from services.warehouse.warehouse import Pin, Rows


def parts(pinned: Pin, scope: Scope, by: Sequence[Dimension]) -> list[Part]:
    """What was spent, cut by `by`, in every currency: the scope's own choice of one is left to who adds up."""
    return [
        Part(tuple(keys), currency, cost, int(unknown or 0))
        for *keys, currency, cost, unknown in pinned.ask(
            spend.spend, replace(scope, currency=None), tuple(by)
        )
    ]


def span(pinned: Pin, accounts: tuple[str, ...] | None) -> tuple[date | None, date | None]:
    """First and last day of the bill, over all sources."""
    rows = pinned.ask(freshness.freshness, accounts)
    return min((row[1] for row in rows), default=None), max((row[2] for row in rows), default=None)


def lines(rows: Rows) -> tuple[Line, ...]:
    """Bill lines, their times made aware: the warehouse answers them in UTC."""
    return tuple(Line(_utc(start), _utc(end) if end else None, *values) for start, end, *values in rows)


def resource_costs(
    pinned: Pin,
    today: date,
    days: int,
    accounts: tuple[str, ...] | None,
    resource_ids: Collection[str] | None,
) -> dict[str, ResourceCost]:
    """Effective cost a resource over the last full `days`; where a resource is billed in two currencies, the larger."""
    _, last = span(pinned, accounts)
    until = full_until(today, last)
    if until is None or (resource_ids is not None and not resource_ids):
        return {}
    wanted = None if resource_ids is None else frozenset(resource_ids)
    scope = Scope(Period(until - timedelta(days=days), until), accounts=accounts)
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


def _utc(naive: datetime) -> datetime:
    return naive.replace(tzinfo=UTC)
