"""What groups and services cost by the lines of all that belongs to them, over a period and by the hour."""

from typing import Any

from core.costs.focus import HOURS
from core.costs.members import Members
from core.costs.scope import COMMITMENT, Scope
from services.warehouse.scoped import filtered, value_of
from services.warehouse.warehouse import Tables
from services.warehouse.whose import belonging

# ruff: noqa: ANN401  Ibis expressions are not typed here


def member_costs(tables: Tables, scope: Scope, members: Members) -> Any:
    """Rows of (whose, currency, cost): usage only, no tax, credit or purchase."""
    table = _used(tables, scope, members)
    by = table.group_by(whole=table.whole, currency=table.BillingCurrency)
    return by.agg(cost=table[scope.cost.column].sum().coalesce(0))


def member_hours(tables: Tables, scope: Scope, members: Members) -> Any:
    """Rows of (whose, currency, begin, end, cost that no commitment had paid) of the lines that count hours, one for each span billed.

    Most bills have spans of an hour; where they are longer, as of bills by the day, they are as the bill has them.
    """
    table = _used(tables, scope, members)
    table = table.filter(table.ConsumedUnit.coalesce(table.PricingUnit).isin(HOURS))
    by = table.group_by(
        whole=table.whole,
        currency=table.BillingCurrency,
        begin=table.ChargePeriodStart.cast("timestamp"),
        end=table.ChargePeriodEnd.cast("timestamp"),
    )
    uncovered = value_of(table, COMMITMENT).isnull()
    return by.agg(cost=table[scope.cost.column].sum(where=uncovered).coalesce(0))


def _used(tables: Tables, scope: Scope, members: Members) -> Any:
    table = filtered(tables.lines, scope)
    return belonging(table.filter(table.ResourceId.notnull(), table.ChargeCategory == "Usage"), members)
