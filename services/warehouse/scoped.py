"""A scope applied to the tables: the rollup where it can answer, else the lines."""

from collections.abc import Sequence
from typing import Any

import ibis

from core.costs.scope import Dimension, Scope, TagFilter
from services.warehouse.columns import MISSING
from services.warehouse.warehouse import Tables

# ruff: noqa: ANN401  Ibis expressions are not typed here


def within(tables: Tables, scope: Scope, by: Sequence[Dimension] = ()) -> Any:
    """The rows of the scope: of the rollup, unless a filter or a dimension needs the lines."""
    rolled = scope.in_rollup and all(dimension.in_rollup for dimension in by)
    return filtered(tables.rollup if rolled else tables.lines, scope)


def filtered(table: Any, scope: Scope) -> Any:
    """Only the scope's rows of `table`."""
    wanted = [table.charge_day >= scope.period.start, table.charge_day < scope.period.end]
    if scope.accounts is not None:
        wanted.append(
            table.SubAccountId.isin(scope.accounts) if scope.accounts else ibis.literal(value=False)
        )
    if scope.services:
        wanted.append(table.ServiceName.isin(scope.services))
    if scope.regions:
        wanted.append(table.RegionId.isin(scope.regions))
    if scope.currency is not None:
        wanted.append(table.BillingCurrency == scope.currency)
    if not scope.credits:
        wanted.append(table.ChargeCategory != "Credit")
    if not scope.tax:
        wanted.append(table.ChargeCategory != "Tax")
    if not scope.refunds:
        wanted += [table.ChargeCategory != "Adjustment", table.ChargeClass.fill_null("") != "Correction"]
    wanted += [_tagged(table, tag) for tag in scope.tags]
    return table.filter(wanted)


def value_of(table: Any, dimension: Dimension) -> Any:
    """The expression a dimension groups by."""
    if dimension.column is not None:
        return table[dimension.column]
    return table.Tags[dimension.tag].nullif("")


def cost_of(table: Any, scope: Scope) -> tuple[Any, Any]:
    """(sum of the scope's cost type, number of lines without it)."""
    cost = table[scope.cost.column]
    missing = MISSING[scope.cost.column]
    unknown = table[missing].sum() if missing in table.columns else cost.isnull().sum()
    return cost.sum(), unknown


def _tagged(table: Any, wanted: TagFilter) -> Any:
    value = value_of(table, Dimension(f"tag:{wanted.key}"))
    given = [text for text in wanted.values if text is not None]
    test = value.isin(given) if given else ibis.literal(value=False)
    return test | value.isnull() if None in wanted.values else test
