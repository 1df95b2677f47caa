"""Whose cost it is, by rules: each a condition of one CASE over the rows, the first that holds counting.

The rollup answers where it has all that the rules look at, else the lines.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import ibis

from core.costs.scope import Dimension, Scope
from core.costs.virtual_tags import Rule, SharedCost, VirtualTag, windows
from services.warehouse.scoped import (
    cases,
    cost_of,
    during,
    given,
    holds,
    holds_all,
    lines_of,
    value_of,
    virtual_value,
    within,
)
from services.warehouse.warehouse import Tables

# ruff: noqa: ANN401  Ibis expressions are not typed here

NOBODY = ibis.null("string")


def allocation(
    tables: Tables, scope: Scope, tag: Sequence[VirtualTag], pools: Sequence[SharedCost], most: int
) -> Any:
    """At most `most` rows of (first day of the month, value, number of the shared cost in `pools`, currency, cost, lines without that cost).

    `tag` are the versions of one virtual tag. A shared line has no value.
    """
    rules = [rule for version in tag for rule in version.rules]
    seen = (*_looked_at(rules), *(each.dimension for pool in pools for each in pool.filters))
    table = within(tables, scope, seen)
    pool = _pool(table, pools)
    value = pool.isnull().ifelse(virtual_value(table, tag), NOBODY)
    cost, unknown = cost_of(table, scope)
    keys = {"month": _month(table), "value": value, "pool": pool, "currency": table.BillingCurrency}
    return table.group_by(**keys).agg(cost=cost, unknown=unknown).limit(most)


def left(
    tables: Tables,
    scope: Scope,
    tag: Sequence[VirtualTag],
    pools: Sequence[SharedCost],
    by: Dimension,
    most: int,
) -> Any:
    """At most `most` rows of (value of `by` as text, currency, cost, lines without that cost), of lines that are neither a value's nor shared."""
    rules = [rule for version in tag for rule in version.rules]
    seen = (by, *_looked_at(rules), *(each.dimension for pool in pools for each in pool.filters))
    table = within(tables, scope, seen)
    table = table.filter(_pool(table, pools).isnull() & virtual_value(table, tag).isnull())
    cost, unknown = cost_of(table, scope)
    keys = {"value": value_of(table, by).cast("string"), "currency": table.BillingCurrency}
    return table.group_by(**keys).agg(cost=cost, unknown=unknown).limit(most)


def taken(tables: Tables, scope: Scope, rules: Sequence[Rule], most: int) -> Any:
    """At most `most` rows of (number of the rule that takes it, value, currency, cost), of rules that hold on every day."""
    table = within(tables, scope, _looked_at(rules))
    number = cases((holds(table, rule), place) for place, rule in enumerate(rules))
    value = cases((holds(table, rule), given(table, rule)) for rule in rules)
    cost, _ = cost_of(table, scope)
    return table.group_by(rule=number, value=value, currency=table.BillingCurrency).agg(cost=cost).limit(most)


def covered(tables: Tables, scope: Scope, tag: Sequence[VirtualTag]) -> Any:
    """Rows of (first day of the month, currency, cost of the lines that have a value of a virtual tag)."""
    table = within(tables, scope, _looked_at([rule for version in tag for rule in version.rules]))
    valued = table.filter(virtual_value(table, tag).notnull())
    cost, _ = cost_of(valued, scope)
    return valued.group_by(month=_month(valued), currency=valued.BillingCurrency).agg(cost=cost)


def by_tag_key(tables: Tables, scope: Scope) -> Any:
    """Rows of (tag key, first day of the month, currency, cost of what has a value for it). Reads the lines: equal tags once, then their keys."""
    lines = lines_of(tables, scope)
    tagged = lines.filter(lines.Tags.notnull())
    cost, _ = cost_of(tagged, scope)
    alike = tagged.group_by(
        month=_month(tagged), currency=tagged.BillingCurrency, text=tagged.Tags.cast("string")
    ).agg(cost=cost, map=tagged.Tags.arbitrary())  # engines group by text sooner than by a map, or only so
    each = alike.select("month", "currency", "cost", "map", key=alike["map"].keys().unnest())
    valued = each.filter(each["map"][each.key].nullif("").notnull())
    return valued.group_by("key", "month", "currency").agg(cost=valued.cost.sum())


def by_month(tables: Tables, scope: Scope) -> Any:
    """Rows of (first day of the month, currency, cost)."""
    table = within(tables, scope)
    cost, _ = cost_of(table, scope)
    return table.group_by(month=_month(table), currency=table.BillingCurrency).agg(cost=cost)


def _looked_at(rules: Iterable[Rule]) -> tuple[Dimension, ...]:
    return tuple(each for rule in rules for each in rule.looks_at)


def _pool(table: Any, pools: Sequence[SharedCost]) -> Any:
    found = [
        (during(table, pool.effective_from, until) & holds_all(table, pool.filters), pools.index(pool))
        for pool, until in windows(pools)
    ]
    return cases(found) if found else ibis.null("int64")


def _month(table: Any) -> Any:
    return table.charge_day.cast("timestamp").truncate("M").cast("date")
