"""Who shares the cost of an instance: clusters, namespaces and workloads, without anything being counted twice.

The bill has the instance's own line, and beside it a line for each share that costs nothing itself (AWS's split cost allocation data).
Asked by share, each share's line is taken twice more: what it took goes to it, and the same is taken from what nobody shares.
So the parts still add up to the bill.
"""

from typing import Any

import ibis

from core.costs.scope import SPLIT, CostType

_COST = {CostType.EFFECTIVE: "x_SplitCost", CostType.LIST: "x_SplitListCost"}
"""What AWS splits: shares of billed and contracted cost are unknown."""
_COLUMNS = tuple(dimension.columns[0] for dimension in SPLIT)
_AMOUNT = "decimal(38, 20)"


def split(lines: Any, cost: CostType) -> Any:  # noqa: ANN401  Ibis is not typed here
    """The lines with the shares' cost in `cost`'s column. A share whose cost is not known has none."""
    nobody = {column: ibis.null("string") for column in _COLUMNS}
    amount = cost.column
    is_share = lines.x_SplitCost.notnull()
    own = lines.mutate(**{column: is_share.ifelse(ibis.null("string"), lines[column]) for column in _COLUMNS})
    shares = lines.filter(is_share)
    if cost not in _COST:
        return own.union(shares.mutate(**{amount: ibis.null(_AMOUNT)}))
    taken = shares[_COST[cost]]
    given_up = shares.filter(taken.notnull()).mutate(**nobody, **{amount: (-taken).cast(_AMOUNT)})
    return own.union(shares.mutate(**{amount: taken}), given_up)
