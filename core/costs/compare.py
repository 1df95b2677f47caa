"""Two periods side by side: the parts' differences add up to the whole's."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.costs.scope import CostType
from core.costs.spend import Part, Table, by_currency, chosen_currency, tabulate
from core.money import ZERO, difference
from core.periods import Period


@dataclass(frozen=True)
class Change:
    """One value now and before. `percent` is None where there was nothing before: no percentage of zero."""

    key: str | None
    now: Decimal
    before: Decimal

    @property
    def difference(self) -> Decimal:
        """How much more it costs now; negative for less."""
        return difference(self.now, self.before)

    @property
    def percent(self) -> Decimal | None:
        """The difference in percent of before."""
        return self.difference / abs(self.before) * 100 if self.before else None

    @property
    def new(self) -> bool:
        """Whether it costs something now and did not before."""
        return not self.before and bool(self.now)

    @property
    def gone(self) -> bool:
        """Whether it cost something before and does not now."""
        return not self.now and bool(self.before)


@dataclass(frozen=True)
class Comparison:
    """Changes by size, largest first, and the whole. `complete` is False when one of the periods is not wholly in the bill."""

    changes: tuple[Change, ...]
    whole: Change
    period: Period
    against: Period
    currency: str | None
    currencies: tuple[tuple[str, Decimal], ...]
    cost: CostType
    complete: bool = True
    unknown_lines: int = 0


def compare(
    now: Sequence[Part],
    before: Sequence[Part],
    *,
    period: Period,
    against: Period,
    cost: CostType,
    currency: str | None,
    complete: bool,
) -> Comparison:
    """Set parts cut by one dimension side by side. A value that is in one period only counts as zero in the other."""
    currency = chosen_currency(by_currency([*now, *before]), currency)
    current, earlier = (
        tabulate(now, cost=cost, currency=currency),
        tabulate(before, cost=cost, currency=currency),
    )
    amounts, earlier_amounts = _amounts(current), _amounts(earlier)
    keys = [*amounts, *(key for key in earlier_amounts if key not in amounts)]
    changes = (Change(key, amounts.get(key, ZERO), earlier_amounts.get(key, ZERO)) for key in keys)
    return Comparison(
        tuple(
            sorted(
                changes,
                key=lambda change: (
                    change.difference.copy_abs().copy_negate(),
                    change.key is None,
                    change.key or "",
                ),
            )
        ),
        Change(None, current.total, earlier.total),
        period,
        against,
        currency,
        by_currency(now),
        cost,
        complete,
        current.unknown_lines + earlier.unknown_lines,
    )


def _amounts(table: Table) -> dict[str | None, Decimal]:
    return {row.keys[0] if row.keys else None: row.cost for row in table.rows}
