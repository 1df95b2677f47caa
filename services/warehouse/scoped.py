"""A scope applied to the tables: the rollup where it can answer, else the lines."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

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
from core.costs.virtual_tags import Rule, VirtualTag, windows
from services.warehouse.columns import MISSING, ROLLUP
from services.warehouse.split import split
from services.warehouse.warehouse import Tables

# ruff: noqa: ANN401  Ibis expressions are not typed here

YES, NO = ibis.literal(value=True), ibis.literal(value=False)
_ROLLED = frozenset(column.name for column in ROLLUP)


def rolled(scope: Scope, by: Iterable[Dimension] = ()) -> bool:
    """Whether the daily rollup can answer: it has every column that the scope's filters and `by` look at."""
    return all(_ROLLED.issuperset(dimension.columns) for dimension in scope.looks_at(by))


def within(tables: Tables, scope: Scope, by: Sequence[Dimension] = ()) -> Any:
    """The rows of the scope: of the rollup, unless a filter or a dimension needs the lines."""
    return filtered(tables.rollup, scope) if rolled(scope, by) else lines_of(tables, scope, by)


def lines_of(tables: Tables, scope: Scope, by: Sequence[Dimension] = ()) -> Any:
    """The lines of the scope; where shares of instances are asked about, with the shares in the place of what they share."""
    shared = not scope.looks_at(by).isdisjoint(SPLIT)
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
    if dimension.virtual is not None:
        if not dimension.made:
            raise ValueError(
                dimension.name
            )  # its rules were not put beside it: every row would seem to have no value
        return virtual_value(table, cast("tuple[VirtualTag, ...]", dimension.made))
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


def virtual_value(table: Any, versions: Sequence[VirtualTag]) -> Any:
    """The value that a virtual tag's rules give each row, the first that takes it counting; NULL where none does."""
    branches = [
        (during(table, version.effective_from, until) & holds(table, rule), given(table, rule))
        for version, until in windows(versions)
        for rule in version.rules
    ]
    return cases(branches) if branches else ibis.null("string")


def cases(branches: Iterable[tuple[Any, Any]]) -> Any:
    """The result of the first condition that holds, else NULL."""
    return ibis.cases(*branches)


def given(table: Any, rule: Rule) -> Any:
    """The value that a rule gives the rows it takes."""
    return ibis.literal(rule.value) if rule.of is None else value_of(table, rule.of).cast("string").nullif("")


def holds(table: Any, rule: Rule) -> Any:
    """Whether a rule takes a row."""
    every = holds_all(table, rule.filters)
    return every if rule.of is None else every & given(table, rule).notnull()


def holds_all(table: Any, filters: Sequence[Filter]) -> Any:
    """Whether all filters hold."""
    return ibis.and_(YES, *matching(table, filters))


def during(table: Any, first: date, until: date | None) -> Any:
    """Whether a row is of the days from `first` on, before `until`."""
    begun = table.charge_day >= first
    return begun if until is None else begun & (table.charge_day < until)


def cost_of(table: Any, scope: Scope) -> tuple[Any, Any]:
    """(sum of the scope's cost type, NULL where no line has it; number of lines without it)."""
    cost = table[scope.cost.column]
    missing = MISSING[scope.cost.column]
    unknown = table[missing].sum() if missing in table.columns else table.count() - cost.count()
    return cost.sum(), unknown


def size_of(cost: Any) -> Any:
    """How large an amount is, whatever its sign; zero where it is unknown.

    Written as a case: an engine that rewrites `coalesce` in some places only then no longer knows that two orders are the same (Sail 0.7).
    """
    return (cost > 0).ifelse(cost, (cost < 0).ifelse(-cost, ibis.literal("0").cast(cost.type())))


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
