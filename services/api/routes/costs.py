"""What was spent, the bill lines behind it, and what can be asked."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field, PlainSerializer

from core.access.roles import User
from core.costs import filters
from core.costs.lines import Order
from core.costs.scope import DAY, EVER, MONTH, CostType, Dimension, Filter, Match, Scope
from core.costs.spend import Row
from core.errors import Invalid
from core.money import exact
from core.periods import Period
from services.api.deps import CostViewer, Ctx
from services.api.shape import Answer, Asked
from services.context import Context
from services.usecases import cost_values, costs

router = APIRouter(prefix="/costs", tags=["costs"])
Exact = Annotated[Decimal, PlainSerializer(exact, return_type=str)]
"""An amount as text, all digits."""
MOST_ROWS = 1_000
MOST_BANDS = 50
LONGEST_PAGE = 500
FILTER = (
    "`dimension=value`, `dimension!=value`, `dimension~text` (contains), `dimension=` (without), `dimension!=` (with any); "
    "several of one dimension with `=` allow each, all others must hold together"
)


class ScopeAsked(Asked):
    """Which part of the bill. `from` and `to` are days, both included; `month` is a billing month such as 2024-09; without: all there is."""

    filter: Annotated[tuple[str, ...], Field(description=FILTER, max_length=50)] = ()
    first: Annotated[date | None, Field(alias="from")] = None
    last: Annotated[date | None, Field(alias="to")] = None
    month: Annotated[str | None, Field(pattern=r"^\d{4}-\d{2}$")] = None
    cost: CostType = CostType.BILLED
    credits: bool = True
    refunds: bool = True
    tax: bool = True
    currency: Annotated[str | None, Field(max_length=20, description="default: the largest")] = None
    at: Annotated[str | None, Field(max_length=200, description="a state of the bill, from an answer")] = None

    def scope(self) -> Scope:
        """The same in core's words. Raises `Invalid` for a filter or period that is none."""
        wanted = filters.parse_all(self.filter)
        if self.month is not None:
            wanted = (*wanted, Filter(MONTH, Match.IS, self.month))
        end = EVER.end if self.last is None or self.last == date.max else self.last + timedelta(days=1)
        return Scope(
            Period(self.first or EVER.start, end),
            cost=self.cost,
            credits=self.credits,
            refunds=self.refunds,
            tax=self.tax,
            currency=self.currency,
            filters=wanted,
        )


class CostsAsked(ScopeAsked):
    """How it is cut. With `granularity`, each row has its cost a day, week (its Monday) or billing month, too."""

    by: Annotated[tuple[str, ...], Field(description="a dimension; repeat it for two", max_length=2)] = ()
    top: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 50
    granularity: Annotated[str | None, Field(pattern="^(day|week|month)$")] = None


class LinesAsked(ScopeAsked):
    """Which page of the lines."""

    order: Order = Order.NEWEST
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = 100
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0


class CurrencyOut(Answer):
    """A total in one currency; currencies are never added."""

    currency: str
    total: Exact


class RowOut(Answer):
    """One value (or two). `other` counts the values in the row of all the rest. `cost` null: no line carries an amount.

    With `granularity` only the whole's unknown lines are counted.
    """

    values: dict[str, str | None]
    cost: Exact | None
    share: Exact | None
    unknown_lines: int | None
    other: int | None
    over_time: list[Exact] | None = None


class CostsOut(Answer):
    """The rows add up to `total`, and with `granularity` each row's `over_time` to its cost; `steps` are the days it is for.

    `unknown_lines` carry no amount of this cost type and are missing from `total`. `at` names the state of the bill.
    """

    cost: CostType
    currency: str | None
    total: Exact
    currencies: list[CurrencyOut]
    unknown_lines: int
    rows: list[RowOut]
    steps: list[date] | None
    at: str


class LineOut(Answer):
    """One line of the bill."""

    start: datetime
    end: datetime | None
    description: str | None
    charge_category: str
    charge_class: str | None
    sku: str | None
    quantity: Exact | None
    unit: str | None
    billed: Exact
    effective: Exact
    list: Exact | None
    contracted: Exact | None
    currency: str
    commitment: str | None
    tags: dict[str, str | None] | None
    resource: str | None
    service: str | None
    account: str | None
    region: str | None
    source: str | None
    month: str | None


class SumOut(Answer):
    """All lines in one currency: how many, their exact sum, and how many carry no amount of this cost type."""

    currency: str
    count: int
    cost: Exact
    unknown: int


class LinesOut(Answer):
    """One page; `count` and `sums` are of all pages."""

    count: int
    sums: list[SumOut]
    limit: int
    offset: int
    lines: list[LineOut]
    at: str


class DimensionsOut(Answer):
    """What costs can be cut and filtered by; with `dimension`, its values."""

    dimensions: list[str]
    values: list[str] | None


class DimensionsAsked(Asked):
    """Of which dimension the values are wanted, and which text they contain."""

    dimension: Annotated[str | None, Field(max_length=300)] = None
    containing: Annotated[str, Field(max_length=200)] = ""
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 100


@router.get("")
def spend(asked: Annotated[CostsAsked, Query()], ctx: Ctx, user: CostViewer) -> CostsOut:
    """Cost by up to two dimensions in one currency: the largest rows, and all others exactly in one."""
    at = asked.at if asked.at is not None else costs.pin(ctx, user)
    by = tuple(filters.dimension(name) for name in asked.by)
    if asked.granularity is not None:
        return _over_time(asked, by, ctx, user, at)
    found = costs.table(ctx, user, asked.scope(), by, top=asked.top, at=at)
    return CostsOut(
        cost=found.cost,
        currency=found.currency,
        total=found.total,
        currencies=[CurrencyOut(currency=name, total=total) for name, total in found.currencies],
        unknown_lines=found.unknown_lines,
        rows=[_row(row, by) for row in found.rows],
        steps=None,
        at=at,
    )


@router.get("/lines")
def lines(asked: Annotated[LinesAsked, Query()], ctx: Ctx, user: CostViewer) -> LinesOut:
    """The bill lines behind a number: give its filters, and `dimension=value` for each value it is cut by."""
    at = asked.at if asked.at is not None else costs.pin(ctx, user)
    found = costs.lines(
        ctx, user, asked.scope(), order=asked.order, limit=asked.limit, offset=asked.offset, at=at
    )
    return LinesOut(
        count=found.count,
        sums=[SumOut.model_validate(each) for each in found.sums],
        limit=asked.limit,
        offset=asked.offset,
        lines=[LineOut.model_validate(each) for each in found.lines],
        at=at,
    )


@router.get("/dimensions")
def dimensions(asked: Annotated[DimensionsAsked, Query()], ctx: Ctx, user: CostViewer) -> DimensionsOut:
    """What costs can be cut and filtered by, and the values of one of them, as far as the signed-in user may see."""
    named = [each.name for each in cost_values.dimensions(ctx, user)]
    if asked.dimension is None:
        return DimensionsOut(dimensions=named, values=None)
    wanted = filters.dimension(asked.dimension)
    values = cost_values.values(ctx, user, wanted, containing=asked.containing, most=asked.limit)
    return DimensionsOut(dimensions=named, values=list(values))


def _over_time(asked: CostsAsked, by: tuple[Dimension, ...], ctx: Context, user: User, at: str) -> CostsOut:
    if len(by) > 1 or asked.top > MOST_BANDS:
        raise Invalid(f"Cost over time is by one dimension, and of the {MOST_BANDS} largest values at most.")
    step = Dimension(asked.granularity or DAY.name)
    found = costs.over_time(ctx, user, asked.scope(), step, by[0] if by else None, top=asked.top, at=at)
    rows = [
        RowOut(
            values={each.name: band.key for each in by},
            cost=band.total,
            share=None,
            unknown_lines=None,
            other=band.folded or None,
            over_time=list(band.values),
        )
        for band in found.series
    ]
    return CostsOut(
        cost=found.cost,
        currency=found.currency,
        total=found.total,
        currencies=[CurrencyOut(currency=name, total=total) for name, total in found.currencies],
        unknown_lines=found.unknown_lines,
        rows=rows,
        steps=list(found.steps),
        at=at,
    )


def _row(row: Row, by: tuple[Dimension, ...]) -> RowOut:
    return RowOut(
        values=dict(zip((each.name for each in by), row.keys, strict=True)),
        cost=row.cost if row.known else None,
        share=row.share,
        unknown_lines=row.unknown_lines,
        other=row.folded or None,
    )
