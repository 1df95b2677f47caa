"""Which values there are to choose from."""

from collections.abc import Sequence
from typing import Any

from core.costs.scope import Dimension
from services.warehouse.scoped import value_of
from services.warehouse.warehouse import Tables


def values(tables: Tables, dimension: Dimension, accounts: Sequence[str] | None) -> Any:  # noqa: ANN401  Ibis is not typed here
    """One column: the distinct values, in order, without NULL."""
    table = _seen(tables, accounts)
    found = table.select(value=value_of(table, dimension)).distinct()
    return found.filter(found.value.notnull()).order_by("value")


def accounts_and_names(tables: Tables, accounts: Sequence[str] | None) -> Any:  # noqa: ANN401  Ibis is not typed here
    """Rows of (account, its name where a bill has one)."""
    table = _seen(tables, accounts)
    named = table.filter(table.SubAccountId.notnull())
    return named.group_by(account=named.SubAccountId).agg(name=named.SubAccountName.max()).order_by("account")


def currencies(tables: Tables, accounts: Sequence[str] | None) -> Any:  # noqa: ANN401  Ibis is not typed here
    """One column: the currencies found."""
    table = _seen(tables, accounts)
    return table.select(currency=table.BillingCurrency).distinct().order_by("currency")


def _seen(tables: Tables, accounts: Sequence[str] | None) -> Any:  # noqa: ANN401  Ibis is not typed here
    rollup = tables.rollup
    return rollup if accounts is None else rollup.filter(rollup.SubAccountId.isin(list(accounts)))
