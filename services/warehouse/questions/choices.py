"""Which values there are to choose from. The rollup answers where it has the column, else the lines."""

from collections.abc import Sequence
from typing import Any

import ibis

from core.costs.scope import EVER, Dimension, Scope
from services.warehouse.scoped import lines_of, value_of, within
from services.warehouse.warehouse import Tables

# ruff: noqa: ANN401  Ibis expressions are not typed here


def values(
    tables: Tables,
    dimension: Dimension,
    accounts: Sequence[str] | None,
    containing: str = "",
    most: int | None = None,
) -> Any:
    """One column: the distinct values as text, in order, without NULL; those that contain a text, heedless of case, and at most so many."""
    table = within(tables, _seen(accounts), (dimension,))
    found = table.select(value=value_of(table, dimension).cast("string")).distinct()
    wanted = [found.value.notnull()]
    if containing:
        wanted.append(found.value.lower().contains(ibis.literal(containing).lower()))
    ordered = found.filter(wanted).order_by("value")
    return ordered if most is None else ordered.limit(most)


def several(tables: Tables, dimensions: Sequence[Dimension], accounts: Sequence[str] | None) -> Any:
    """Rows of (dimension, value): the distinct values of each as text, without NULL, in order."""
    found = []
    for dimension in dimensions:
        table = within(tables, _seen(accounts), (dimension,))
        distinct = table.select(value=value_of(table, dimension).cast("string")).distinct()
        held = distinct.filter(distinct.value.notnull())
        found.append(held.select(dimension=ibis.literal(dimension.name), value=held.value))
    return ibis.union(*found).order_by("dimension", "value")


def keys(tables: Tables, column: str, accounts: Sequence[str] | None) -> Any:
    """One column: the keys that a map column such as Tags has anywhere, in order. Asks the lines."""
    table = lines_of(tables, _seen(accounts))
    held = table.filter(table[column].notnull())
    found = held.select(key=held[column].keys().unnest()).distinct()
    return found.order_by("key")


def accounts_and_names(tables: Tables, accounts: Sequence[str] | None) -> Any:
    """Rows of (account, its name where a bill has one)."""
    table = within(tables, _seen(accounts))
    named = table.filter(table.SubAccountId.notnull())
    return named.group_by(account=named.SubAccountId).agg(name=named.SubAccountName.max()).order_by("account")


def currencies(tables: Tables, accounts: Sequence[str] | None) -> Any:
    """One column: the currencies found."""
    table = within(tables, _seen(accounts))
    return table.select(currency=table.BillingCurrency).distinct().order_by("currency")


def _seen(accounts: Sequence[str] | None) -> Scope:
    return Scope(EVER, accounts=None if accounts is None else tuple(accounts))
