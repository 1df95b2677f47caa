"""What was spent, cut by any dimensions, in each currency. The rollup answers where it has the columns, else the lines."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import ibis

from core.costs.scope import Dimension, Scope
from services.warehouse.scoped import NO, cost_of, is_among, size_of, value_of, within
from services.warehouse.warehouse import Tables

# ruff: noqa: ANN401  Ibis expressions are not typed here


def spend(tables: Tables, scope: Scope, by: Sequence[Dimension], most: int) -> Any:
    """At most `most` rows of (one value a dimension..., currency, cost: NULL where no line has it, lines without that cost)."""
    table = within(tables, scope, by)
    return (
        table.group_by(**_keys(table, by), currency=table.BillingCurrency)
        .agg(**_sums(table, scope))
        .limit(most)
    )


def ranked(tables: Tables, scope: Scope, by: Sequence[Dimension], top: int) -> Any:
    """Rows of (value..., currency, cost, unknown, folded): the `top` largest by absolute cost a currency, and one of all the rest.

    Of the rest the values are NULL and `folded` counts them; there is none for a single value, which is shown itself.
    """
    table = within(tables, scope, by)
    names = [f"key_{place}" for place in range(len(by))]
    cells = table.group_by(**_keys(table, by), currency=table.BillingCurrency).agg(**_sums(table, scope))
    size = size_of(cells.cost)
    largest = ibis.window(
        group_by=cells.currency,
        order_by=[size.desc(), *(cells[name].asc(nulls_first=False) for name in names)],
    )
    placed = cells.mutate(
        place=ibis.row_number().over(largest), count=cells.count().over(ibis.window(group_by=cells.currency))
    )
    rest = (placed.place >= top) & (placed["count"] > top + 1)
    marked = placed.mutate(
        rest=rest, **{name: rest.ifelse(ibis.null(placed[name].type()), placed[name]) for name in names}
    )
    folded = marked.group_by(*names, "currency", "rest").agg(
        cost=marked.cost.sum(), unknown=marked.unknown.sum(), folded=marked.rest.sum()
    )
    return folded.drop("rest")


def stepped(
    tables: Tables, scope: Scope, step: Dimension, by: Dimension, shown: Sequence[tuple[str, object]]
) -> Any:
    """Rows of (step, value, whether it is one of `shown`, currency, cost, unknown); all values that are not are one, NULL.

    `shown` are (currency, value).
    """
    table = within(tables, scope, (step, by))
    wanted: dict[str, list[object]] = defaultdict(list)
    for currency, value in shown:
        wanted[currency].append(value)
    value = value_of(table, by)
    tests = [
        (table.BillingCurrency == currency) & is_among(value, values) for currency, values in wanted.items()
    ]
    is_shown = ibis.or_(*tests) if tests else NO
    keys = {
        "step": value_of(table, step),
        "value": is_shown.ifelse(value, ibis.null(value.type())),
        "shown": is_shown,
    }
    return table.group_by(**keys, currency=table.BillingCurrency).agg(**_sums(table, scope))


def _keys(table: Any, by: Sequence[Dimension]) -> dict[str, Any]:
    return {f"key_{place}": value_of(table, dimension) for place, dimension in enumerate(by)}


def _sums(table: Any, scope: Scope) -> dict[str, Any]:
    cost, unknown = cost_of(table, scope)
    return {"cost": cost, "unknown": unknown}
