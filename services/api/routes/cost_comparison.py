"""One period's cost beside another's, value by value."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from core.costs import filters
from core.costs.compare import Change
from core.costs.scope import SERVICE, CostType
from core.money import total
from services.api.deps import CostViewer, Ctx
from services.api.routes.cost_changes import PeriodOut, PeriodsAsked
from services.api.routes.costs import MOST_ROWS, CurrencyOut, Exact
from services.api.shape import Answer
from services.usecases import costs

router = APIRouter(prefix="/costs", tags=["costs"])


class ComparisonAsked(PeriodsAsked):
    """Two periods, by what they are cut, and how many of the values that changed most are told one by one."""

    by: Annotated[str, Field(max_length=300)] = SERVICE.name
    top: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 50


class ChangeOut(Answer):
    """A value in both periods (null: lines without one). `percent` null: it cost nothing before. `other` counts the values in the row of all the rest."""

    value: str | None
    before: Exact
    now: Exact
    difference: Exact
    percent: Exact | None
    other: int | None


class ComparisonOut(Answer):
    """The rows, by the size of their difference, add up to `before`, `now` and `difference`.

    `complete` false: the bill does not hold every day of both periods. `unknown_lines` carry no amount of this cost type. `at` names the
    state of the bill.
    """

    cost: CostType
    currency: str | None
    currencies: list[CurrencyOut]
    period: PeriodOut
    against: PeriodOut
    by: str
    before: Exact
    now: Exact
    difference: Exact
    percent: Exact | None
    rows: list[ChangeOut]
    unknown_lines: int
    complete: bool
    at: str


@router.get("/compare")
def compare(asked: Annotated[ComparisonAsked, Query()], ctx: Ctx, user: CostViewer) -> ComparisonOut:
    """What each value of a dimension costs in one period and did in another, the largest differences first and all others in one row."""
    scope, against = asked.periods()
    by = filters.dimension(asked.by)
    at = asked.at if asked.at is not None else costs.pin(ctx, user)
    found = costs.compare(ctx, user, scope, by, against=against, at=at)
    return ComparisonOut(
        cost=found.cost,
        currency=found.currency,
        currencies=[CurrencyOut(currency=name, total=amount) for name, amount in found.currencies],
        period=PeriodOut.of(found.period),
        against=PeriodOut.of(found.against),
        by=by.name,
        before=found.whole.before,
        now=found.whole.now,
        difference=found.whole.difference,
        percent=found.whole.percent,
        rows=_rows(found.changes, asked.top),
        unknown_lines=found.unknown_lines,
        complete=found.complete,
        at=at,
    )


def _rows(changes: Sequence[Change], top: int) -> list[ChangeOut]:
    """The `top` largest, and one of all others; a single one is no rest, and is told itself."""
    if len(changes) <= top + 1:
        return [_row(each) for each in changes]
    rest = changes[top:]
    folded = Change(None, total(each.now for each in rest), total(each.before for each in rest))
    return [*(_row(each) for each in changes[:top]), _row(folded, len(rest))]


def _row(change: Change, other: int | None = None) -> ChangeOut:
    return ChangeOut(
        value=change.key,
        before=change.before,
        now=change.now,
        difference=change.difference,
        percent=change.percent,
        other=other,
    )
