"""The bill lines behind a number: how many there are and what they add up to, and a page of them."""

from decimal import Decimal
from typing import Any

from core.costs.lines import Order
from core.costs.scope import Scope
from services.warehouse.scoped import amount, cost_of, lines_of, size_of, within
from services.warehouse.warehouse import Tables

# ruff: noqa: ANN401  Ibis expressions are not typed here


def days(tables: Tables, scope: Scope) -> Any:
    """Rows of (day, currency, number of lines, cost, lines without that cost), newest day first. The rollup answers where it can."""
    table = within(tables, scope)
    cost, unknown = cost_of(table, scope)
    count = table["lines"].sum() if "lines" in table.columns else table.count()
    found = table.group_by(day=table.charge_day, currency=table.BillingCurrency).agg(
        count=count, cost=cost, unknown=unknown
    )
    return found.order_by(found.day.desc(), found.currency)


def size_at(tables: Tables, scope: Scope, place: int) -> Any:
    """One row: the absolute cost of the line at a place from the largest, counted from 0; none where there are fewer lines."""
    table = lines_of(tables, scope)
    sizes = table.select(size=size_of(table[scope.cost.column]))
    return sizes.order_by(sizes.size.desc()).limit(1, offset=place)


def page(tables: Tables, scope: Scope, order: Order, limit: int, offset: int, least: Decimal) -> Any:
    """One page of lines in the order of `core.costs.lines.Line`'s fields; times are UTC. Asks the lines.

    None of the lines that cost less than `least`, by absolute cost, are on it: known beforehand, that saves reading them.
    """
    table = lines_of(tables, scope)
    if least:
        cost = table[scope.cost.column]
        table = table.filter((cost >= amount(least)) | (cost <= amount(-least)))
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
        resource=table.ResourceId,
        service=table.ServiceName,
        account=table.SubAccountId,
        region=table.RegionId,
        source=table.source,
        month=table.billing_month,
    )
    size = size_of(chosen[scope.cost.value]).desc()
    newest = chosen.start.desc()
    first = [newest, size] if order is Order.NEWEST else [size, newest]
    # What is the same in all that is shown may come in any order: no line is then on two pages.
    ties = [chosen[name].asc(nulls_first=False) for name in chosen.columns if name not in {"start", "tags"}]
    ties.append(chosen.tags.cast("string").asc(nulls_first=False))
    return chosen.order_by(*first, *ties).limit(limit, offset=offset)
