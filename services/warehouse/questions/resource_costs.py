"""What resources cost effectively in a period, and over how many billed hours of use."""

from collections.abc import Collection
from typing import Any

from core.costs.focus import HOURS
from core.costs.scope import Scope
from services.warehouse.scoped import filtered
from services.warehouse.warehouse import Tables

MANY = 2_000
"""More ids than this are picked out by the caller: a list that long slows the query more than it saves."""


def resource_costs(tables: Tables, scope: Scope, resource_ids: Collection[str] | None) -> Any:  # noqa: ANN401  Ibis is not typed here
    """Rows of (resource, currency, cost, hours, cost of the lines that count hours): usage only, no tax, credit or purchase."""
    table = _used(tables, scope)
    if resource_ids is not None and len(resource_ids) <= MANY:
        table = table.filter(table.ResourceId.isin(sorted(resource_ids)))
    hourly = table.ConsumedUnit.coalesce(table.PricingUnit).isin(HOURS)
    quantity = table.ConsumedQuantity.coalesce(table.PricingQuantity)
    return table.group_by(resource=table.ResourceId, currency=table.BillingCurrency).agg(
        cost=table[scope.cost.column].sum().coalesce(0),
        hours=quantity.sum(where=hourly),
        hourly_cost=table[scope.cost.column].sum(where=hourly),
    )


def resource_spend(tables: Tables, scope: Scope) -> Any:  # noqa: ANN401  as above
    """Rows of (resource, cost) of every resource, one a currency it is billed in."""
    table = _used(tables, scope)
    by = table.group_by(resource=table.ResourceId, currency=table.BillingCurrency)
    return by.agg(cost=table[scope.cost.column].sum().coalesce(0)).select("resource", "cost")


def resource_meters(tables: Tables, scope: Scope, resource_ids: Collection[str] | None) -> Any:  # noqa: ANN401  as above
    """Rows of (resource, SKU meter, cost): what each resource's cost is made of, for those billed in US dollars."""
    table = _used(tables, scope)
    if resource_ids is not None and len(resource_ids) <= MANY:
        table = table.filter(table.ResourceId.isin(sorted(resource_ids)))
    table = table.filter(table.BillingCurrency == "USD")
    meter = table.SkuMeter.coalesce(table.SkuId, table.ChargeDescription, "")
    by = table.group_by(resource=table.ResourceId, meter=meter)
    return by.agg(cost=table[scope.cost.column].sum().coalesce(0))


def _used(tables: Tables, scope: Scope) -> Any:  # noqa: ANN401  as above
    """The lines of resources' use: no tax, credit or purchase."""
    table = filtered(tables.lines, scope)
    return table.filter(table.ResourceId.notnull(), table.ChargeCategory == "Usage")
