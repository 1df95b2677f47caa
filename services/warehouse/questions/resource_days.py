"""What resources cost day by day and meter by meter, and what a unit of a meter costs month by month."""

from collections.abc import Collection
from typing import Any

import ibis

from core.costs.scope import Scope
from services.warehouse.scoped import filtered
from services.warehouse.warehouse import Tables


def resource_days(tables: Tables, scope: Scope, resource_ids: Collection[str]) -> Any:  # noqa: ANN401  Ibis is not typed here
    """Rows of (resource, day, meter, unit, cost, quantity, contracted cost) of these resources' use in US dollars."""
    table = filtered(tables.lines, scope)
    table = table.filter(
        table.ResourceId.isin(sorted(resource_ids)),
        table.ChargeCategory == "Usage",
        table.BillingCurrency == "USD",
    )
    return table.group_by(
        resource=table.ResourceId,
        day=table.charge_day,
        meter=_meter(table),
        unit=table.PricingUnit.coalesce(table.ConsumedUnit, ""),
    ).agg(
        cost=table.EffectiveCost.sum().coalesce(0),
        quantity=table.PricingQuantity.coalesce(table.ConsumedQuantity).sum(),
        contracted=table.ContractedCost.sum(),
    )


def meter_prices(tables: Tables, scope: Scope, meters: Collection[str], without: Collection[str]) -> Any:  # noqa: ANN401  as above
    """Rows of (meter, first day of the month, contracted cost of a unit) on the bill of all but some resources."""
    table = filtered(tables.lines, scope)
    table = table.filter(
        _meter(table).isin(sorted(meters)),
        table.ChargeCategory == "Usage",
        table.BillingCurrency == "USD",
        table.PricingQuantity > 0,
        ~table.ResourceId.coalesce("").isin(sorted(without)),
    )
    found = table.group_by(meter=_meter(table), month=table.charge_day.truncate("M")).agg(
        cost=table.ContractedCost.sum(), quantity=table.PricingQuantity.sum()
    )
    found = found.filter(found.cost.notnull(), found.quantity > 0)
    price = found.cost.cast("float64") / found.quantity.cast("float64")
    return found.select("meter", month=found.month.cast("date"), price=price)


def _meter(table: Any) -> Any:  # noqa: ANN401  as above
    return ibis.coalesce(table.SkuMeter, table.SkuId, table.ChargeDescription, "")
