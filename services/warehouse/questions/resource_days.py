"""What resources cost day by day and meter by meter, and what a unit of a meter costs month by month."""

from collections.abc import Collection
from typing import Any

import ibis

from core.costs.members import Members
from core.costs.scope import Scope
from services.warehouse.scoped import filtered
from services.warehouse.warehouse import Tables
from services.warehouse.whose import apart, belonging

# ruff: noqa: ANN401  Ibis is not typed here


def resource_days(tables: Tables, scope: Scope, members: Members) -> Any:
    """Rows of (whose, day, meter, unit, cost, quantity, contracted cost) of use in US dollars: of groups, all their members' together."""
    table = _used(tables, scope)
    table = belonging(table.filter(table.ResourceId.notnull()), members)
    return table.group_by(
        whole=table.whole,
        day=table.charge_day,
        meter=_meter(table),
        unit=table.PricingUnit.coalesce(table.ConsumedUnit, ""),
    ).agg(
        cost=table.EffectiveCost.sum().coalesce(0),
        quantity=table.PricingQuantity.coalesce(table.ConsumedQuantity).sum(),
        contracted=table.ContractedCost.sum(),
    )


def meter_prices(tables: Tables, scope: Scope, meters: Collection[str], without: Members) -> Any:
    """Rows of (meter, first day of the month, contracted cost of a unit) on the bill of all but some resources, told by their ids."""
    table = _used(tables, scope)
    table = apart(table.filter(_meter(table).isin(sorted(meters)), table.PricingQuantity > 0), without)
    found = table.group_by(meter=_meter(table), month=table.charge_day.truncate("M")).agg(
        cost=table.ContractedCost.sum(), quantity=table.PricingQuantity.sum()
    )
    found = found.filter(found.cost.notnull(), found.quantity > 0)
    price = found.cost.cast("float64") / found.quantity.cast("float64")
    return found.select("meter", month=found.month.cast("date"), price=price)


def _used(tables: Tables, scope: Scope) -> Any:
    table = filtered(tables.lines, scope)
    return table.filter(table.ChargeCategory == "Usage", table.BillingCurrency == "USD")


def _meter(table: Any) -> Any:
    return ibis.coalesce(table.SkuMeter, table.SkuId, table.ChargeDescription, "")
