"""What a later version of a month changes: computed from both versions' files, never line by line in Python."""

from collections.abc import Sequence
from decimal import Decimal

import duckdb

from core.costs.focus import COSTS
from core.costs.load import Change
from core.money import EXACT, ZERO
from services.warehouse.columns import lines_select
from services.warehouse.values import literal

SHOWN = 20
"""So many kinds of change are told apart; the rest is put together by currency, so that all add up to the whole."""
THING = ("SubAccountId", "ResourceId", "SkuId", "ChargeDescription", "InvoiceId")
KIND = ("ChargeCategory", "ServiceName", "BillingCurrency")


def between(
    connection: duckdb.DuckDBPyConnection, old: Sequence[str], new: Sequence[str]
) -> tuple[Change, ...]:
    """Why the `new` files of a month differ from the `old` ones.

    Lines about one thing (account, resource, SKU, description, invoice) of one category and service are held against each other:
    things that only one version has are new or gone, the others changed where their lines or amounts differ.
    """
    keys = ", ".join((*KIND, *THING))
    amounts = ", ".join(f"sum(sign * coalesce({cost}, 0)) as {cost}" for cost in COSTS)
    differs = " or ".join(f"{cost} <> 0" for cost in COSTS)
    things = (
        f"select {keys}, count_if(sign < 0) as old_lines, count_if(sign > 0) as new_lines, {amounts} "
        f"from ({_signed(connection, old, -1)} union all {_signed(connection, new, 1)}) group by all"
    )
    reason = "case when old_lines = 0 then 'new' when new_lines = 0 then 'gone' else 'changed' end"
    kinds = (
        f"select {reason} as reason, coalesce(ChargeCategory, ''), coalesce(ServiceName, ''), BillingCurrency, "
        f"sum(new_lines - old_lines)::bigint, {', '.join(f'sum({cost})' for cost in COSTS)} "
        f"from ({things}) where old_lines <> new_lines or {differs} group by all"
    )
    found = [
        Change(reason, category, service, currency, lines, dict(zip(COSTS, amounts, strict=True)))
        for reason, category, service, currency, lines, *amounts in connection.execute(kinds).fetchall()
    ]
    found.sort(key=lambda each: (-_weight(each), each.reason, each.category, each.service, each.currency))
    return (*found[:SHOWN], *_together(found[SHOWN:]))


def _signed(connection: duckdb.DuckDBPyConnection, paths: Sequence[str], sign: int) -> str:
    files = f"read_parquet([{', '.join(literal(path) for path in paths)}], hive_partitioning=false, union_by_name=true)"
    present = frozenset(name for name, *_ in connection.execute(f"describe select * from {files}").fetchall())
    wanted = ", ".join((*KIND, *THING, *COSTS))
    return f"select {wanted}, {sign} as sign from ({lines_select(files, present)})"


def _weight(change: Change) -> Decimal:
    return max(abs(amount) for amount in change.amounts.values())


def _together(rest: Sequence[Change]) -> list[Change]:
    found = []
    for currency in sorted({each.currency for each in rest}):
        same = [each for each in rest if each.currency == currency]
        amounts = dict.fromkeys(COSTS, ZERO)
        for each in same:
            amounts = {cost: EXACT.add(amount, each.amounts[cost]) for cost, amount in amounts.items()}
        found.append(Change("other", "", "", currency, sum(each.lines for each in same), amounts))
    return found
