"""One resource through its lines: its hours, its tags over time, and which commitments paid for it. Asks the lines of that resource alone."""

from typing import Any

import ibis

from core.costs.focus import HOURS
from core.costs.scope import Scope
from services.warehouse.scoped import cost_of, lines_of
from services.warehouse.warehouse import Tables

# ruff: noqa: ANN401  Ibis expressions are not typed here


def hours(tables: Tables, scope: Scope) -> Any:
    """Rows of (day, billed hours of use): only days whose lines count hours."""
    table = lines_of(tables, scope)
    counted = table.filter(table.ChargeCategory == "Usage", _unit(table).isin(HOURS))
    return counted.group_by(day=counted.charge_day).agg(hours=_quantity(counted).sum()).order_by("day")


def tags(tables: Tables, scope: Scope) -> Any:
    """Rows of (day, tags) of the lines that begin last on each day, days in order; NULL where they carry none. Several a day may differ."""
    table = lines_of(tables, scope)
    last = table.ChargePeriodStart.max().over(ibis.window(group_by=table.charge_day))
    found = table.select(day=table.charge_day, tags=table.Tags, is_last=table.ChargePeriodStart == last)
    return found.filter(found.is_last).select("day", "tags").order_by("day")


def commitments(tables: Tables, scope: Scope) -> Any:
    """Rows of (commitment: NULL for what none paid for, name, type, cost, hours, lines, first day, last day), usage only, costliest first."""
    table = lines_of(tables, scope)
    table = table.filter(table.ChargeCategory == "Usage")
    cost, _ = cost_of(table, scope)
    found = table.group_by(commitment=table.CommitmentDiscountId).agg(
        name=table.CommitmentDiscountName.max(),
        type=table.CommitmentDiscountType.max(),
        cost=cost.coalesce(0),
        hours=_quantity(table).sum(where=_unit(table).isin(HOURS)),
        lines=table.count(),
        first=table.charge_day.min(),
        last=table.charge_day.max(),
    )
    return found.order_by(found.cost.desc(), found.commitment)


def _unit(table: Any) -> Any:
    return table.ConsumedUnit.coalesce(table.PricingUnit)


def _quantity(table: Any) -> Any:
    return table.ConsumedQuantity.coalesce(table.PricingQuantity)
