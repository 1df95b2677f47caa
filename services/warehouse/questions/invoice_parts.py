"""What the bill holds as invoices cut it, and on which days it has lines. The rollup answers."""

from typing import Any

from core.costs.scope import CostType
from services.warehouse.columns import MISSING
from services.warehouse.warehouse import Tables

# ruff: noqa: ANN401  Ibis expressions are not typed here


def invoice_parts(tables: Tables, cost: CostType) -> Any:
    """Rows of (month, source, provider, billing account, service, charge category, class, currency, cost, lines without it, lines)."""
    table = tables.rollup
    found = table.group_by(
        "billing_month",
        "source",
        "ProviderName",
        "BillingAccountId",
        "ServiceName",
        "ChargeCategory",
        "ChargeClass",
        "BillingCurrency",
    ).agg(
        cost=table[cost.column].sum().coalesce(0),
        unknown=table[MISSING[cost.column]].sum(),
        count=table["lines"].sum(),
    )
    return found.order_by(found.billing_month.desc())


def days(tables: Tables) -> Any:
    """Rows of (month, source, provider, billing account, day) for each day that has a line."""
    table = tables.rollup
    return table.select(
        "billing_month", "source", "ProviderName", "BillingAccountId", "charge_day"
    ).distinct()
