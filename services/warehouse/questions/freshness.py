"""From when to when the bill has lines, a source."""

from collections.abc import Sequence
from typing import Any

from services.warehouse.warehouse import Tables


def freshness(tables: Tables, accounts: Sequence[str] | None = None) -> Any:  # noqa: ANN401  Ibis is not typed here
    """Rows of (source, first day, last day, newest billing month)."""
    table = tables.rollup
    if accounts is not None:
        table = table.filter(table.SubAccountId.isin(list(accounts)))
    return (
        table.group_by(source=table.source)
        .agg(first=table.charge_day.min(), last=table.charge_day.max(), month=table.billing_month.max())
        .order_by("source")
    )
