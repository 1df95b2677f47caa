"""What was spent, cut by any dimensions, in each currency."""

from collections.abc import Sequence
from typing import Any

from core.costs.scope import Dimension, Scope
from services.warehouse.scoped import cost_of, value_of, within
from services.warehouse.warehouse import Tables


def spend(tables: Tables, scope: Scope, by: Sequence[Dimension]) -> Any:  # noqa: ANN401  Ibis is not typed here
    """Rows of (one value a dimension..., currency, cost, lines without that cost)."""
    table = within(tables, scope, by)
    cost, unknown = cost_of(table, scope)
    keys = {f"key_{place}": value_of(table, dimension) for place, dimension in enumerate(by)}
    return table.group_by(**keys, currency=table.BillingCurrency).agg(cost=cost.coalesce(0), unknown=unknown)
