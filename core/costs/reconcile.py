"""Ours against theirs: what an invoice, a console or a bill's own files say of a month, and why our sum is not the same.

The residual is ours less theirs. It is split into reasons, each worked out from what is left by those before it, in this order: slices of which
theirs is known, a kind of charge that theirs leaves out, lines of another source, rounding, days without lines, a month that is not final. What
remains is unexplained; reasons and remainder add up to the residual to the last digit.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from core import dates
from core.costs.statements import Cell, Kind, Statement, unit_of
from core.money import EXACT, ZERO, difference, exact, total
from core.periods import Period, month_of

OPEN_DAYS = 14
"""A provider still changes a month for about two weeks after it ended."""
TOLERATED = Decimal("0.1")
"""A kind or source counts as left out when that explains nine tenths of what is to be explained."""
TWICE = Decimal(2)
"""Days without lines explain up to twice what as many days with lines cost on average."""
ASSUMED: tuple[tuple[Kind, ...], ...] = (
    (Kind.TAX,),
    (Kind.CREDIT,),
    (Kind.REFUND,),
    (Kind.SUPPORT,),
    (Kind.PURCHASE,),
    (Kind.CREDIT, Kind.REFUND),
    (Kind.TAX, Kind.CREDIT),
    (Kind.TAX, Kind.SUPPORT),
    (Kind.TAX, Kind.CREDIT, Kind.REFUND),
    (Kind.TAX, Kind.CREDIT, Kind.REFUND, Kind.SUPPORT),
)
"""What totals commonly leave out together."""


class Reason(StrEnum):
    """Why ours is not theirs."""

    SLICE = "differs in"
    LEFT_OUT = "left out of theirs"
    OTHER_SOURCE = "of another source"
    ROUNDING = "rounding"
    MISSING_DAYS = "days without lines"
    OPEN_MONTH = "the month is open"


class State(StrEnum):
    """How a month stands."""

    EXACT = "ties to the last digit"
    CENT = "ties to the cent"
    EXPLAINED = "explained"
    OPEN = "open month"
    OFF = "off"
    NOTHING = "no lines"


@dataclass(frozen=True)
class Explained:
    """A part of the residual. `sure`: it is known to be so; else it is what most likely makes the difference."""

    reason: Reason
    what: str
    amount: Decimal
    sure: bool = False


@dataclass(frozen=True)
class Row:
    """A statement against ours: `parts` and `unexplained` add up to `residual`. `kinds` are ours by kind of charge and add up to `ours`.

    `others` is what the same bill holds in other currencies, never part of the comparison. `rows` are how many lines we have.
    """

    statement: Statement
    ours: Decimal
    residual: Decimal
    state: State
    parts: tuple[Explained, ...]
    unexplained: Decimal
    kinds: Mapping[Kind, Decimal]
    others: tuple[tuple[str, Decimal], ...]
    missing: tuple[date, ...]
    unknown: int
    rows: int
    days: Period | None = None
    """From the first to the last day that our lines are of, which may lie outside the month: what is billed late. None without lines."""

    @property
    def rows_differ(self) -> bool:
        """Whether lines are missing or too many, by the load's own count."""
        return self.statement.rows is not None and self.statement.rows != self.rows


def final_from(month: date) -> date:
    """The first day on which a month counts as final."""
    return month_of(month).end + timedelta(days=OPEN_DAYS)


def reconcile(
    statement: Statement,
    slices: Sequence[Statement],
    cells: Sequence[Cell],
    days: Mapping[tuple[str, str], frozenset[date]],
    today: date,
) -> Row:
    """Compare a statement with our cells of its month. `slices` are statements of parts of it; `days` are those with lines, by (source, payer)."""
    there = [cell for cell in cells if cell.month == statement.month and statement.asks(cell)]
    mine = [cell for cell in there if cell.currency == statement.currency and statement.bills(cell)]
    others = [cell for cell in there if cell.currency != statement.currency and statement.bills(cell)]
    beside = [cell for cell in there if cell.currency == statement.currency and not statement.bills(cell)]
    ours = total(cell.cost for cell in mine)
    residual = difference(ours, statement.amount)
    seen = frozenset().union(*(days.get((cell.source, cell.payer), frozenset()) for cell in mine))
    missing = tuple(
        day for day in month_of(statement.month).days() if mine and day < today and day not in seen
    )
    left = _Left(residual)
    if mine and residual and statement.typed_by is not None:
        _explain(left, statement, slices, mine, beside, len(seen), len(missing), today)
    return Row(
        statement,
        ours,
        residual,
        _state(statement, mine, residual, left.rest, today),
        tuple(left.parts),
        left.rest,
        _by_kind(mine),
        tuple((name, total(cell.cost for cell in others if cell.currency == name)) for name in sorted({cell.currency for cell in others})),
        missing,
        sum(cell.unknown for cell in mine),
        sum(cell.lines for cell in mine),
        Period(min(seen), max(seen) + timedelta(days=1)) if seen else None,
    )  # fmt: skip


class _Left:
    """What is still to be explained."""

    def __init__(self, residual: Decimal) -> None:
        self.rest, self.parts = residual, list[Explained]()

    def take(self, part: Explained) -> None:
        if part.amount:
            self.parts.append(part)
            self.rest = difference(self.rest, part.amount)


def _explain(
    left: _Left,
    statement: Statement,
    slices: Sequence[Statement],
    mine: Sequence[Cell],
    beside: Sequence[Cell],
    days: int,
    missing: int,
    today: date,
) -> None:
    known = _disjoint(slices)
    for each in known:
        same = total(cell.cost for cell in mine if each.asks(cell))
        left.take(Explained(Reason.SLICE, each.of, difference(same, each.amount), sure=True))
    bound = _rounding(statement, mine)
    if left.rest.copy_abs() > bound:
        for part in _assumed(left.rest, bound, mine, beside, {each.kind for each in known}):
            left.take(part)
    if left.rest.copy_abs() <= bound:
        left.take(Explained(Reason.ROUNDING, f"at most {exact(bound)}", left.rest))
    if left.rest < 0 and days and missing:
        usage = total(cell.cost for cell in mine if cell.kind is Kind.USAGE)
        if EXACT.multiply(left.rest.copy_abs(), Decimal(days)) <= EXACT.multiply(usage, TWICE * missing):
            left.take(Explained(Reason.MISSING_DAYS, f"{missing} of {days + missing}", left.rest))
    if today < final_from(statement.month):
        left.take(Explained(Reason.OPEN_MONTH, f"until {dates.day(final_from(statement.month))}", left.rest))


def _disjoint(slices: Sequence[Statement]) -> list[Statement]:
    """Slices that share no line: those by kind, else those by service, else those by both."""
    by_kind = [each for each in slices if each.service is None]
    by_service = [each for each in slices if each.kind is None]
    return by_kind or by_service or list(slices)


def _rounding(statement: Statement, mine: Iterable[Cell]) -> Decimal:
    """How far rounding may part us: half a unit for each service and kind on an invoice, and for its sum; nothing where theirs has more digits."""
    unit = unit_of(statement.currency)
    if not statement.rounded:
        return ZERO
    items = len({(cell.payer, cell.service, cell.kind) for cell in mine})
    return EXACT.divide(EXACT.multiply(unit, Decimal(items + 1)), TWICE)


def _assumed(
    rest: Decimal, bound: Decimal, mine: Sequence[Cell], beside: Sequence[Cell], known: set[Kind | None]
) -> list[Explained]:
    """What theirs most likely leaves out or has beside ours: whatever leaves least, if that is next to nothing."""
    kinds = _by_kind(mine)
    found = [
        [Explained(Reason.LEFT_OUT, kind, kinds[kind]) for kind in group]
        for group in ASSUMED
        if all(kinds.get(kind) for kind in group) and known.isdisjoint(group)
    ]
    sources = {cell.source for cell in mine}
    for cells, sign in ((mine, 1), (beside, -1)):
        for source in sorted({cell.source for cell in cells}):
            amount = total(cell.cost for cell in cells if cell.source == source)
            if sign < 0 or len(sources) > 1:
                signed = amount if sign > 0 else amount.copy_negate()
                found.append([Explained(Reason.OTHER_SOURCE, source, signed)])

    def leaves(parts: Sequence[Explained]) -> Decimal:
        return difference(rest, total(part.amount for part in parts)).copy_abs()

    best = min(found, key=lambda parts: (leaves(parts), len(parts)), default=[])
    enough = max(bound, EXACT.multiply(rest.copy_abs(), TOLERATED))
    return best if best and leaves(best) <= enough else []


def _state(
    statement: Statement, mine: Sequence[Cell], residual: Decimal, unexplained: Decimal, today: date
) -> State:
    if not mine:
        return State.NOTHING
    if not residual:
        return State.EXACT
    unit = unit_of(statement.currency)
    if statement.rounded and EXACT.multiply(residual.copy_abs(), TWICE) <= unit:
        return State.CENT
    if today < final_from(statement.month):
        return State.OPEN
    return State.OFF if unexplained else State.EXPLAINED


def _by_kind(cells: Iterable[Cell]) -> dict[Kind, Decimal]:
    sums: dict[Kind, Decimal] = {}
    for cell in cells:
        sums[cell.kind] = EXACT.add(sums.get(cell.kind, ZERO), cell.cost)
    return {kind: sums[kind] for kind in Kind if kind in sums}


def unexplained(rows: Iterable[Row]) -> dict[str, Decimal]:
    """How much is unexplained in each currency, too much and too little alike."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        currency = row.statement.currency
        sums[currency] = EXACT.add(sums.get(currency, ZERO), row.unexplained.copy_abs())
    return sums


def said(row: Row, money: Callable[[Decimal], str]) -> str:
    """How it stands, in words: `off by $3.20: $3.00 tax left out of theirs, $0.20 unexplained`."""
    if row.state is State.NOTHING:
        return "no lines of it are loaded"
    words: str = row.state
    if row.state not in {State.EXACT, State.CENT}:
        parts = [f"{money(part.amount)} {_why(part)}" for part in row.parts]
        if row.unexplained:
            parts.append(f"{money(row.unexplained)} unexplained")
        off = f"off by {money(row.residual)}"
        why = f": {', '.join(parts)}" if row.parts else ", unexplained"
        words = f"open month, {off} so far" if row.state is State.OPEN else f"{off}{why}"
    if row.rows_differ:
        words += f"; {row.rows:,} of {row.statement.rows or 0:,} lines"
    if row.unknown:
        words += f"; {row.unknown:,} lines carry no {row.statement.cost} amount"
    return words


def _why(part: Explained) -> str:
    if part.reason in {Reason.SLICE, Reason.OPEN_MONTH}:
        return part.what if part.reason is Reason.SLICE else "while the month is open"
    if part.reason is Reason.LEFT_OUT:
        return f"{part.what} left out of theirs"
    if part.reason is Reason.OTHER_SOURCE:
        return f"of {part.what}"
    return "rounding" if part.reason is Reason.ROUNDING else f"for {part.what} days without lines"
