"""A scope applied to the tables: the rollup where it can answer, else the lines."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import ibis

from core.costs.focus import PRECISION, SCALE
from core.costs.scope import (
    DAY,
    EVER,
    OWNER,
    OWNER_TAGS,
    SPLIT,
    WEEK,
    Dimension,
    Filter,
    Match,
    Scope,
)
from services.warehouse.columns import MISSING, ROLLUP
from services.warehouse.split import split
from services.warehouse.warehouse import Tables

# ruff: noqa: ANN401  Ibis expressions are not typed here

NO = ibis.literal(value=False)
_ROLLED = frozenset(column.name for column in ROLLUP)


def rolled(scope: Scope, by: Iterable[Dimension] = ()) -> bool:
    """Whether the daily rollup can answer: it has every column that the scope's filters and `by` look at."""
    return all(_ROLLED.issuperset(dimension.columns) for dimension in {*scope.dimensions, *by})


def within(tables: Tables, scope: Scope, by: Sequence[Dimension] = ()) -> Any:
    """The rows of the scope: of the rollup, unless a filter or a dimension needs the lines."""
    return filtered(tables.rollup, scope) if rolled(scope, by) else lines_of(tables, scope, by)


def lines_of(tables: Tables, scope: Scope, by: Sequence[Dimension] = ()) -> Any:
    """The lines of the scope; where shares of instances are asked about, with the shares in the place of what they share."""
    shared = not scope.dimensions.union(by).isdisjoint(SPLIT)
    return filtered(split(tables.lines, scope.cost) if shared else tables.lines, scope)


def filtered(table: Any, scope: Scope) -> Any:
    """Only the scope's rows of `table`."""
    wanted = []
    if scope.period != EVER:
        wanted += [table.charge_day >= scope.period.start, table.charge_day < scope.period.end]
    if scope.accounts is not None:
        wanted.append(table.SubAccountId.isin(scope.accounts) if scope.accounts else NO)
    if scope.currency is not None:
        wanted.append(table.BillingCurrency == scope.currency)
    if not scope.credits:
        wanted.append(table.ChargeCategory != "Credit")
    if not scope.tax:
        wanted.append(table.ChargeCategory != "Tax")
    if not scope.refunds:
        wanted += [table.ChargeCategory != "Adjustment", table.ChargeClass.fill_null("") != "Correction"]
    wanted += matching(table, scope.filters)
    return table.filter(wanted) if wanted else table


def matching(table: Any, filters: Iterable[Filter]) -> list[Any]:
    """Conditions that must all hold for a row to pass the filters; one that is NULL does not hold."""
    allowed: dict[Dimension, list[str | None]] = {}
    tests = []
    for each in filters:
        if each.match is Match.IS:
            allowed.setdefault(each.dimension, []).append(each.value)
        elif each.match is Match.IS_NOT:
            tests.append(~is_among(value_of(table, each.dimension), _typed(each.dimension, [each.value])))
        else:
            text = value_of(table, each.dimension).cast("string")
            tests.append(text.lower().contains(ibis.literal(each.value).lower()))
    return tests + [
        _one_of(value_of(table, dimension), _typed(dimension, values))
        for dimension, values in allowed.items()
    ]


def value_of(table: Any, dimension: Dimension) -> Any:
    """The expression a dimension groups by; NULL where a row has no such value."""
    if dimension.kept_in is not None:
        column, key = dimension.kept_in
        return table[column][key].nullif("")
    if dimension == OWNER:
        return ibis.coalesce(*(value_of(table, Dimension(f"tag:{key}")) for key in OWNER_TAGS))
    if dimension == WEEK:
        return table.charge_day.cast("timestamp").truncate("W").cast("date")
    # A column alone stays what it is: an engine skips files and blocks by what they say of their columns.
    first, *others = (table[column] for column in dimension.columns)
    return ibis.coalesce(first, *others) if others else first


def cost_of(table: Any, scope: Scope) -> tuple[Any, Any]:
    """(sum of the scope's cost type, NULL where no line has it; number of lines without it)."""
    cost = table[scope.cost.column]
    missing = MISSING[scope.cost.column]
    unknown = table[missing].sum() if missing in table.columns else table.count() - cost.count()
    return cost.sum(), unknown


def amount(value: Decimal) -> Any:
    """An amount as SQL has it to the last digit: Ibis's own literal of a Decimal keeps three places, or goes through a double."""
    return ibis.literal(format(value, "f")).cast(f"decimal({PRECISION}, {SCALE})")


def is_among(value: Any, values: Sequence[object]) -> Any:
    """Whether an expression is one of these values, of which None is NULL; itself never NULL."""
    return _one_of(value, values).fill_null(NO)


def _one_of(value: Any, values: Sequence[object]) -> Any:
    """The same, but it may be NULL in the place of false."""
    given = [each for each in values if each is not None]
    test = value.isin(given) if given else NO
    return test | value.isnull() if None in values else test


def _typed(dimension: Dimension, values: Sequence[str | None]) -> Sequence[object]:
    """Values of a filter as the dimension has them."""
    return [Filter(dimension, Match.IS, text).day for text in values] if dimension in {DAY, WEEK} else values
