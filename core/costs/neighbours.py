"""What an invoice may count in another month than the bill's lines do: a credit or refund that was given late, for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.costs.reconcile import Row
from core.costs.statements import Kind, unit_of
from core.money import EXACT
from core.periods import month_back, month_of


@dataclass(frozen=True)
class Beside:
    """A kind of charge of the month before or after, and what it comes to."""

    month: date
    kind: Kind
    amount: Decimal


def beside(row: Row, rows: Sequence[Row]) -> tuple[Beside, ...]:
    """Of the months next to it, the kinds of charge that come to what is unexplained, to the smallest coin: theirs may hold them, ours does not."""
    if not row.unexplained:
        return ()
    month = row.statement.month
    near = {month_back(month, 1), month_of(month).end}
    coin = unit_of(row.statement.currency)
    found = [
        Beside(each.statement.month, kind, amount)
        for each in rows
        if each.statement.month in near
        and each.statement.whole
        and each.statement.currency == row.statement.currency
        for kind, amount in each.kinds.items()
        if amount and EXACT.add(row.unexplained, amount).copy_abs() <= coin
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: (each.month, each.kind)))
