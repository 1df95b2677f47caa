"""Whose cost it is: virtual tags by rules, and shared cost split among their values, with nothing lost to the last decimal.

Each month is split for itself, so that a quarter is the sum of its months: cost of lines with a value (direct), shares of shared cost, and
what is left (unallocated: lines no rule takes, and shared cost that could not be split) add up to the bill.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from core.costs.focus import SCALE
from core.costs.scope import CostType
from core.costs.virtual_tags import Method, SharedCost
from core.money import EXACT, ZERO, difference, total
from core.periods import Period, month_of

Daily = Mapping[str, Mapping[date, Decimal]]
"""Metrics by name, each with its daily totals."""


@dataclass(frozen=True)
class Cell:
    """What the lines of a month cost: those with a value, those of the shared cost number `pool`, those with neither."""

    month: date
    value: str | None
    pool: int | None
    cost: Decimal


@dataclass(frozen=True)
class Allocated:
    """What one value cost; `by_pool` are its shares of each shared cost."""

    value: str
    direct: Decimal
    by_pool: Mapping[str, Decimal]

    @property
    def shared(self) -> Decimal:
        """All its shares."""
        return total(self.by_pool.values())

    @property
    def total(self) -> Decimal:
        """Direct and shared."""
        return EXACT.add(self.direct, self.shared)


@dataclass(frozen=True)
class Pool:
    """A shared cost in the period: what it came to, how much of that was split, and why the rest was not."""

    name: str
    method: Method
    cost: Decimal
    split: Decimal
    because: tuple[str, ...]

    @property
    def left(self) -> Decimal:
        """What could not be split."""
        return difference(self.cost, self.split)


@dataclass(frozen=True)
class Allocation:
    """Whose cost a period's is, in one currency, largest first: `direct` + `shared` + `unallocated` = `total`, which is the bill's.

    `within_accounts`: only the accounts that the user sees were counted, for the shared costs and for what they are split by, too.
    """

    tag: str
    period: Period
    values: tuple[Allocated, ...]
    pools: tuple[Pool, ...]
    unallocated: Decimal
    total: Decimal
    currency: str | None
    currencies: tuple[tuple[str, Decimal], ...]
    cost: CostType
    unknown_lines: int = 0
    within_accounts: bool = False

    @property
    def direct(self) -> Decimal:
        """Cost of lines that have a value."""
        return total(each.direct for each in self.values)

    @property
    def shared(self) -> Decimal:
        """Cost that was split among values."""
        return total(each.shared for each in self.values)


def apportion(amount: Decimal, weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Split an amount by weights into parts that add up to it exactly: whole 10**-20ths by largest remainder, ties by name.

    Raises `ValueError` for a weight below zero, and when all are zero.
    """
    whole = sum(map(Fraction, weights.values()), Fraction(0))
    if whole <= 0 or any(weight < 0 for weight in weights.values()):
        message = f"Nothing can be split by {dict(weights)}."
        raise ValueError(message)
    sign, _, exponent = amount.as_tuple()
    places = max(SCALE, -int(exponent))
    units = int(amount.copy_abs().scaleb(places, EXACT))
    exact = {name: units * Fraction(weight) / whole for name, weight in weights.items()}
    parts = {name: int(share) for name, share in exact.items()}
    by_rest = sorted(exact, key=lambda name: (parts[name] - exact[name], name))
    for name in by_rest[: units - sum(parts.values())]:
        parts[name] += 1
    return {
        name: Decimal(-part if sign else part).scaleb(-places, EXACT) for name, part in sorted(parts.items())
    }


def allocate(
    cells: Sequence[Cell], pools: Sequence[SharedCost], metrics: Daily
) -> tuple[tuple[Allocated, ...], tuple[Pool, ...], Decimal]:
    """Values with what they cost, largest first; the shared costs; and what is left of both. `Cell.pool` counts in `pools`."""
    direct: dict[date, dict[str, Decimal]] = defaultdict(dict)
    sums: dict[tuple[date, int], Decimal] = {}
    left = ZERO
    for cell in cells:
        if cell.pool is not None:
            key = (cell.month, cell.pool)
            sums[key] = EXACT.add(sums.get(key, ZERO), cell.cost)
        elif cell.value is not None:
            values = direct[cell.month]
            values[cell.value] = EXACT.add(values.get(cell.value, ZERO), cell.cost)
        else:
            left = EXACT.add(left, cell.cost)
    given: dict[str, dict[str, Decimal]] = defaultdict(dict)
    found: dict[tuple[str, Method], list[tuple[Decimal, Decimal, str]]] = defaultdict(list)
    for (month, number), cost in sorted(sums.items()):
        pool = pools[number]
        weights, because = weights_of(pool, month, direct[month], metrics)
        shares = apportion(cost, weights) if weights else {}
        for value, share in shares.items():
            given[value][pool.name] = EXACT.add(given[value].get(pool.name, ZERO), share)
        found[pool.name, pool.method].append((cost, total(shares.values()), because))
    told = tuple(_pool(name, method, parts) for (name, method), parts in found.items())
    every = {value for values in direct.values() for value in values} | set(given)
    rows = (
        Allocated(value, total(each.get(value, ZERO) for each in direct.values()), given.get(value, {}))
        for value in every
    )
    ordered = tuple(sorted(rows, key=lambda each: (each.total.copy_negate(), each.value)))
    return ordered, told, EXACT.add(left, total(pool.left for pool in told))


def _pool(name: str, method: Method, parts: Sequence[tuple[Decimal, Decimal, str]]) -> Pool:
    return Pool(
        name,
        method,
        total(cost for cost, _, _ in parts),
        total(split for _, split, _ in parts),
        tuple(because for _, _, because in parts if because),
    )


def weights_of(
    pool: SharedCost, month: date, direct: Mapping[str, Decimal], metrics: Daily
) -> tuple[dict[str, Decimal], str]:
    """By what a month of a shared cost is split; without any, it stays unallocated. And in words what a reader should know of it."""
    named = {each.value: each for each in pool.among}
    values = sorted(named or direct)
    if pool.method is Method.FIXED:
        return {value: named[value].weight or ZERO for value in values}, ""
    if pool.method is Method.METRIC:
        return _measured(pool, month, metrics)
    if pool.method is Method.EVEN:
        weights = dict.fromkeys(values, Decimal(1))
        return weights, "" if weights else f"{month:%B %Y}: no value has cost, so it is not split."
    weights = {value: cost for value in values if (cost := direct.get(value, ZERO)) > 0}
    if not weights:
        return {}, f"{month:%B %Y}: no value has cost of its own above zero, so it is not split."
    credited = [value for value in values if direct.get(value, ZERO) < 0]
    said = f"{month:%B %Y}: {', '.join(credited)} cost less than zero and take no part." if credited else ""
    return weights, said


def _measured(pool: SharedCost, month: date, metrics: Daily) -> tuple[dict[str, Decimal], str]:
    """Only days on which all its metrics are known count: else a value would share less for being measured less."""
    days = month_of(month)
    measured = {each.value: metrics.get(each.metric or "", {}) for each in pool.among}
    known = [{day for day in daily if days.contains(day)} for daily in measured.values()]
    shared = set.intersection(*known)
    unknown = sorted({each.metric or "" for each, found in zip(pool.among, known, strict=True) if not found})
    if unknown or not shared:
        said = ", ".join(unknown) or "together"
        return {}, f"{month:%B %Y}: its metrics are not known ({said}), so it is not split."
    weights = {value: total(daily[day] for day in shared) for value, daily in measured.items()}
    if any(weight < 0 for weight in weights.values()) or not any(weights.values()):
        return {}, f"{month:%B %Y}: its metrics are zero or below, so it is not split."
    some = any(found != shared for found in known)
    said = (
        f"{month:%B %Y}: split by the {len(shared)} days on which all its metrics are known." if some else ""
    )
    return {value: weight for value, weight in weights.items() if weight}, said


def explain(
    tag: str,
    cells: Sequence[Cell],
    pools: Sequence[SharedCost],
    *,
    metrics: Daily,
    period: Period,
    bill: Decimal,
    currency: str | None,
    currencies: tuple[tuple[str, Decimal], ...],
    cost: CostType,
    unknown_lines: int,
    within_accounts: bool,
) -> Allocation:
    """The whole answer. Raises `ValueError` unless it adds up to `bill`, what the bill itself says of the period."""
    values, told, left = allocate(cells, pools, metrics)
    answer = Allocation(
        tag, period, values, told, left, bill, currency, currencies, cost, unknown_lines, within_accounts
    )
    reached = total([answer.direct, answer.shared, answer.unallocated])
    if reached != bill:
        message = f"Allocated and unallocated are {reached}, the bill is {bill}."
        raise ValueError(message)
    return answer
