"""Answers about cost: exact amounts in one currency each, with what is unknown about them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.costs.scope import MONTH, WEEK, CostType, Dimension, Scope
from core.money import EXACT, ZERO, total
from core.periods import Period

OTHER = "other"
LONGEST_DAYS = 3_660
"""Of a period longer than ten years only the days that have cost are drawn."""


@dataclass(frozen=True)
class Part:
    """One cell of an answer as the warehouse gives it: cut by `keys` (None where a line has no value), in one currency."""

    keys: tuple[object, ...]
    currency: str
    cost: Decimal
    unknown: int
    """Lines that carry no amount of this cost type: they are missing from `cost`."""
    folded: int = 0
    """How many values this is all the rest of; their keys are None. Zero for a value itself."""
    known: bool = True
    """False where not one line carries an amount: `cost` is zero only because nothing is known."""


@dataclass(frozen=True)
class Series:
    """One coloured band of a chart. `key` None and not `other`: lines without a value, such as untagged ones."""

    key: str | None
    label: str
    values: tuple[Decimal, ...]
    total: Decimal
    other: bool = False
    folded: int = 0
    """How many values `other` holds."""


@dataclass(frozen=True)
class Spend:
    """Days (or months) x series. `total` is the sum of all series to the last digit; `currencies` are all totals found, largest first."""

    steps: tuple[date, ...]
    series: tuple[Series, ...]
    total: Decimal
    currency: str | None
    currencies: tuple[tuple[str, Decimal], ...]
    cost: CostType
    period: Period
    unknown_lines: int = 0

    @property
    def empty(self) -> bool:
        """Whether no line matched."""
        return not self.series


@dataclass(frozen=True)
class Row:
    """One row of a table: the values it is cut by, its cost and its share of the total (0 to 1; None when the total is zero).

    `folded`: how many values this row is all the rest of; zero for a value itself. `known` False: no line carries an amount.
    """

    keys: tuple[str | None, ...]
    cost: Decimal
    share: Decimal | None
    unknown_lines: int = 0
    folded: int = 0
    known: bool = True


@dataclass(frozen=True)
class Table:
    """Rows by cost, largest first and what is folded last; they add up to `total`."""

    rows: tuple[Row, ...]
    total: Decimal
    currency: str | None
    currencies: tuple[tuple[str, Decimal], ...]
    cost: CostType
    unknown_lines: int = 0


@dataclass(frozen=True)
class ResourceSpend:
    """What one resource cost in a period."""

    resource_id: str
    name: str | None
    service: str | None
    account: str | None
    region: str | None
    cost: Decimal
    currency: str


@dataclass(frozen=True)
class Resources:
    """The costliest resources.

    Their cost, `rest` (resources further down) and `unattributed` (lines that name no resource, such as tax) add up to `total`.
    """

    rows: tuple[ResourceSpend, ...]
    rest: Decimal
    unattributed: Decimal
    total: Decimal
    currency: str | None
    currencies: tuple[tuple[str, Decimal], ...]
    cost: CostType


@dataclass(frozen=True)
class ResourceCost:
    """What a resource cost effectively over `days` full days that end before `until`.

    `per_hour` is cost a billed hour of use, None where the bill counts no hours.
    """

    resource_id: str
    cost: Decimal
    currency: str
    days: int
    until: date
    hours: Decimal | None
    per_hour: Decimal | None


@dataclass(frozen=True)
class Choices:
    """What can be chosen in a filter. `accounts` are (id, name where the bill has one); `tags` key -> values."""

    services: tuple[str, ...]
    accounts: tuple[tuple[str, str | None], ...]
    regions: tuple[str, ...]
    tags: Mapping[str, tuple[str, ...]]
    currencies: tuple[str, ...]


@dataclass(frozen=True)
class SourceFreshness:
    """How fresh one source's bill is. `open_month`: its newest month may still change."""

    source: str
    last_day: date
    newest_month: date
    loaded_at: datetime | None
    open_month: bool


@dataclass(frozen=True)
class Freshness:
    """How fresh the bill is: nothing loaded is said as `last_day` None."""

    last_day: date | None
    loaded_at: datetime | None
    sources: tuple[SourceFreshness, ...]
    failed: tuple[str, ...] = ()
    """Loads that failed since the last that settled, in words."""


def by_currency(parts: Iterable[Part]) -> tuple[tuple[str, Decimal], ...]:
    """Totals a currency, largest first; never added to each other."""
    sums: dict[str, Decimal] = {}
    for part in parts:
        sums[part.currency] = EXACT.add(sums.get(part.currency, ZERO), part.cost)
    return tuple(sorted(sums.items(), key=lambda pair: (pair[1].copy_negate(), pair[0])))


def chosen_currency(currencies: Sequence[tuple[str, Decimal]], wanted: str | None) -> str | None:
    """The currency asked for, else the one with the largest total, else None."""
    if wanted is not None:
        return wanted
    return currencies[0][0] if currencies else None


def stack(
    parts: Sequence[Part],
    steps: tuple[date, ...],
    *,
    period: Period,
    cost: CostType,
    currency: str | None,
    top: int,
    untagged: str,
) -> Spend:
    """Make a chart's series of parts cut by (step, value): the `top` largest by total, all else folded into one honest "other".

    Parts that are folded already join it. `untagged` is how lines without a value are labelled.
    """
    currencies = by_currency(parts)
    currency = chosen_currency(currencies, currency)
    mine = [part for part in parts if part.currency == currency]
    place = {step: index for index, step in enumerate(steps)}
    bands: dict[str | None, list[Decimal]] = {}
    rest = [ZERO] * len(steps)
    for part in mine:
        band = rest if part.folded else bands.setdefault(_text(part.keys[1]), [ZERO] * len(steps))
        step = place[_date(part.keys[0])]
        band[step] = EXACT.add(band[step], part.cost)
    ranked = sorted(
        bands.items(),
        key=lambda item: (total(item[1]).copy_abs().copy_negate(), item[0] is None, item[0] or ""),
    )
    already = max((part.folded for part in mine), default=0)
    shown, folded = (ranked, []) if len(ranked) <= top + (not already) else (ranked[:top], ranked[top:])
    series = [
        Series(key, untagged if key is None else key, tuple(values), total(values)) for key, values in shown
    ]
    if folded or already:
        values = tuple(total(column) for column in zip(rest, *(values for _, values in folded), strict=True))
        count = already + len(folded)
        series.append(Series(None, OTHER, values, total(values), other=True, folded=count))
    return Spend(
        steps,
        tuple(series),
        total(band.total for band in series),
        currency,
        currencies,
        cost,
        period,
        sum(part.unknown for part in mine),
    )


def over_time(parts: Sequence[Part], step: Dimension, scope: Scope, *, top: int, untagged: str) -> Spend:
    """Stack parts cut by (step, value) over the days, weeks or months of a scope."""
    return stack(
        parts,
        steps_of(step, scope.period, parts),
        period=scope.period,
        cost=scope.cost,
        currency=scope.currency,
        top=top,
        untagged=untagged,
    )


def tabulate(parts: Sequence[Part], *, cost: CostType, currency: str | None) -> Table:
    """Make a table of parts, largest first."""
    currencies = by_currency(parts)
    currency = chosen_currency(currencies, currency)
    mine = [part for part in parts if part.currency == currency]
    whole = total(part.cost for part in mine)
    rows = (
        Row(
            tuple(_text(key) for key in part.keys),
            part.cost,
            part.cost / whole if whole else None,
            part.unknown,
            part.folded,
            part.known,
        )
        for part in mine
    )
    ordered = tuple(
        sorted(
            rows,
            key=lambda row: (row.folded > 0, row.cost.copy_negate(), tuple(key or "" for key in row.keys)),
        )
    )
    return Table(ordered, whole, currency, currencies, cost, sum(part.unknown for part in mine))


def steps_of(step: Dimension, period: Period, parts: Iterable[Part]) -> tuple[date, ...]:
    """The days, Mondays or first days of months of a period, those without cost too; of a long one, those the parts reach from and to.

    A billing month that lies outside, as of a charge billed late, is added.
    """
    found = {_date(part.keys[0]) for part in parts}
    if period.length > LONGEST_DAYS:
        if not found:
            return ()
        period = Period(min(found), max(found) + timedelta(days=1))
    return tuple(sorted({_begin(step, day) for day in period.days()} | found))


def _begin(step: Dimension, day: date) -> date:
    if step == MONTH:
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if step == WEEK else day


def _text(key: object) -> str | None:
    return None if key is None else str(key)


def _date(key: object) -> date:
    if isinstance(key, date):
        return key
    return date.fromisoformat(f"{key}-01")
