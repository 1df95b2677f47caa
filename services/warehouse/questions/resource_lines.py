"""The bill lines behind one resource's cost."""

from typing import Any

import ibis

from core.costs.scope import Scope
from services.warehouse.scoped import filtered
from services.warehouse.warehouse import Tables


def resource_lines(tables: Tables, scope: Scope, resource_id: str, limit: int, offset: int) -> Any:  # noqa: ANN401  Ibis is not typed here
    """One page of lines, newest first, in the order of `core.costs.spend.Line`'s fields; times are UTC."""
    table = filtered(tables.lines, scope)
    table = table.filter(table.ResourceId == resource_id)
    chosen = table.select(
        start=table.ChargePeriodStart.cast("timestamp"),
        end=table.ChargePeriodEnd.cast("timestamp"),
        description=table.ChargeDescription,
        charge_category=table.ChargeCategory,
        charge_class=table.ChargeClass,
        sku=table.SkuMeter.coalesce(table.SkuId),
        quantity=table.ConsumedQuantity.coalesce(table.PricingQuantity),
        unit=table.ConsumedUnit.coalesce(table.PricingUnit),
        billed=table.BilledCost,
        effective=table.EffectiveCost,
        list=table.ListCost,
        contracted=table.ContractedCost,
        currency=table.BillingCurrency,
        commitment=table.CommitmentDiscountId,
        tags=table.Tags,
    )
    newest = [ibis.desc("start"), "sku", "description", "effective", "billed"]
    return chosen.order_by(newest).limit(limit, offset=offset)


def count_lines(tables: Tables, scope: Scope, resource_id: str) -> Any:  # noqa: ANN401  Ibis is not typed here
    """One row: how many lines there are."""
    table = filtered(tables.lines, scope)
    return table.filter(table.ResourceId == resource_id).agg(count=table.ResourceId.count())
