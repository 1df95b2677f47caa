"""What each thing on the bill cost in two periods, for telling why the whole changed. Asks the lines."""

from typing import Any

import ibis

from core.costs.scope import CostType, Scope
from core.costs.why import Charge
from core.periods import Period
from services.warehouse.scoped import lines_of
from services.warehouse.warehouse import Tables

# ruff: noqa: ANN401  Ibis expressions are not typed here

THING = ("service", "account", "region", "resource", "meter", "unit", "charge")
AMOUNTS = ("cost", "contracted", "quantity")


def why(tables: Tables, scope: Scope, against: Period) -> Any:
    """Rows of (the fields of `Thing`, then for before and now: cost, contracted, quantity, there), of the scope's one currency.

    Of each resource of which an amount differs all things, so that what it costs is told whole (of what names none, of each service
    in a region). Contracted and quantity are NULL where a line of the thing has none.
    """
    now, before = (
        _lines(tables, scope, "now"),
        _lines(tables, scope.during(against), "before"),
    )
    table = now.union(before)
    sides = {}
    for side in ("before", "now"):
        mine = table.side == side
        sides[f"cost_{side}"] = table.cost.sum(where=mine).coalesce(0)
        for name in ("contracted", "quantity"):
            unknown = table[name].isnull().sum(where=mine)
            sides[f"{name}_{side}"] = ibis.ifelse(unknown == 0, table[name].sum(where=mine), ibis.null())
        sides[f"used_{side}"] = (mine & (table.charge == Charge.USAGE)).sum()
    things = table.group_by(list(THING)).agg(**sides)
    whole = ibis.window(group_by=[things.account, things.resource])
    things = things.mutate(
        **{
            f"there_{side}": ibis.ifelse(
                things.resource.isnull(),
                things[f"used_{side}"] > 0,
                things[f"used_{side}"].sum().over(whole) > 0,
            )
            for side in ("before", "now")
        }
    )
    moved = [~things[f"{name}_before"].identical_to(things[f"{name}_now"]) for name in AMOUNTS]
    things = things.mutate(moved=ibis.or_(*moved).cast("int8"))
    return things.filter(things.moved.max().over(_one_of(things)) == 1).select(
        *THING, *(f"{name}_{side}" for side in ("before", "now") for name in (*AMOUNTS, "there"))
    )


def _one_of(things: Any) -> Any:
    """What is told as one: a resource, or the charges of a service in a region that name none."""
    unnamed = things.resource.isnull()
    return ibis.window(
        group_by=[
            things.account,
            things.resource,
            ibis.ifelse(unnamed, things.service, ibis.null()),
            ibis.ifelse(unnamed, things.region, ibis.null()),
        ]
    )


def _lines(tables: Tables, scope: Scope, side: str) -> Any:
    table = lines_of(tables, scope)
    listed = scope.cost is CostType.LIST
    return table.select(
        side=ibis.literal(side),
        service=table.ServiceName,
        account=table.SubAccountId,
        region=table.RegionId,
        resource=table.ResourceId.nullif(""),
        meter=table.SkuMeter.coalesce(table.SkuId),
        unit=table.ConsumedUnit.coalesce(table.PricingUnit),
        charge=_charge(table),
        cost=table[scope.cost.column].coalesce(0),
        contracted=table.ListCost if listed else table.ContractedCost,
        quantity=table.ConsumedQuantity.coalesce(table.PricingQuantity),
    )


def _charge(table: Any) -> Any:
    """Which `Charge` a line is. FOCUS: a purchase under a commitment recurs; what is one-time, credited or corrected does not."""
    committed = (table.CommitmentDiscountStatus == "Unused") | (
        (table.ChargeCategory == "Purchase") & table.CommitmentDiscountId.notnull()
    )
    once = (
        table.ChargeCategory.isin(("Credit", "Adjustment"))
        | (table.ChargeClass == "Correction")
        | (table.ChargeFrequency == "One-Time")
    )
    return ibis.cases(
        (table.ChargeCategory == "Tax", Charge.TAX.value),
        (once, Charge.ONE_OFF.value),
        (committed, Charge.COMMITMENT.value),
        else_=Charge.USAGE.value,
    )
