"""Which resources cost most, from the lines."""

from typing import Any

import ibis

from core.costs.scope import Scope
from services.warehouse.scoped import cost_of, lines_of
from services.warehouse.warehouse import Tables


def top_resources(tables: Tables, scope: Scope, top: int) -> Any:  # noqa: ANN401  Ibis is not typed here
    """Rows of (resource, name, service, account, region, currency, cost), largest first."""
    table = lines_of(tables, scope)
    table = table.filter(table.ResourceId.notnull())
    cost, _ = cost_of(table, scope)
    answer = table.group_by(resource=table.ResourceId).agg(
        name=table.ResourceName.max(),
        service=table.ServiceName.max(),
        account=table.SubAccountId.max(),
        region=table.RegionId.max(),
        currency=table.BillingCurrency.max(),
        cost=cost.coalesce(0),
    )
    return answer.order_by(ibis.desc(answer.cost), answer.resource).limit(top)


def without_resource(tables: Tables, scope: Scope) -> Any:  # noqa: ANN401  Ibis is not typed here
    """One row: the cost of lines that name no resource, such as tax."""
    table = lines_of(tables, scope)
    table = table.filter(table.ResourceId.isnull())
    cost, _ = cost_of(table, scope)
    return table.agg(cost=cost.coalesce(0))
