"""Whose cost it is, by virtual tags and shared costs; what rules would take; and how much of the money carries tags."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from core.costs.allocate import Allocation
from core.costs.scope import CostType
from core.costs.tag_coverage import Preview
from core.costs.virtual_tags import MOST_RULES, Method, rule_of
from core.errors import Invalid, NotFound
from core.periods import Period
from services.api.deps import CostManager, CostViewer, Ctx
from services.api.routes.allocation_rules import Day, Name, RuleIn, SharedIn
from services.api.routes.costs import Exact
from services.api.shape import Answer, Asked, Body
from services.usecases import allocation, allocation_rules, tag_coverage

router = APIRouter(prefix="/allocation", tags=["allocation"])
SHOWN_VALUES = 50
DAYS = 30


class PreviewIn(Body):
    """What is looked at before it is saved: rules of a virtual tag, or a shared cost. Days are both included."""

    first: Annotated[Day, Field(alias="from")]
    last: Annotated[Day, Field(alias="to")]
    rules: Annotated[list[RuleIn] | None, Field(min_length=1, max_length=MOST_RULES)] = None
    shared: SharedIn | None = None


class ValueOut(Answer):
    """What one value cost."""

    value: str
    direct: Exact
    shared: Exact
    total: Exact


class PoolOut(Answer):
    """A shared cost in the period; `because` says what kept a part of it from being split."""

    name: str
    method: Method
    cost: Exact
    split: Exact
    because: list[str]


class AllocationOut(Answer):
    """`direct` + `shared` + `unallocated` = `total`, to the last digit. `within_accounts`: of the accounts that the asker sees."""

    tag: str
    cost: CostType
    currency: str | None
    direct: Exact
    shared: Exact
    unallocated: Exact
    total: Exact
    unknown_lines: int
    within_accounts: bool
    values: list[ValueOut]
    pools: list[PoolOut]


class TakenOut(Answer):
    """What one rule would take of what those before it left, and its largest values."""

    cost: Exact
    share: Exact | None
    values: int
    largest: dict[str, Exact]


class PreviewOut(Answer):
    """The rules in their order, and `rest`, which none takes: together `total`; or, for a shared cost, whose cost it would be."""

    rules: list[TakenOut] | None = None
    rest: Exact | None = None
    total: Exact | None = None
    currency: str | None = None
    allocation: AllocationOut | None = None


class CoveredOut(Answer):
    """How much money carries one tag, as a share of all; `over_time` month by month."""

    name: str
    cost: Exact
    share: Exact | None
    over_time: list[Exact | None]


class CoverageOut(Answer):
    """Tags and virtual tags by the money they cover."""

    currency: str | None
    total: Exact
    months: list[date]
    rows: list[CoveredOut]


class PeriodAsked(Asked):
    """Days, both included; without, the last 30."""

    first: Annotated[date | None, Field(alias="from")] = None
    last: Annotated[date | None, Field(alias="to")] = None
    cost: CostType = CostType.EFFECTIVE
    currency: Annotated[str | None, Field(max_length=20, description="default: the largest")] = None

    def period(self, today: date) -> Period:
        """The same in core's words. Raises `Invalid`."""
        last = self.last or today - timedelta(days=1)
        return _period(self.first or last - timedelta(days=DAYS - 1), last)


class AllocationAsked(PeriodAsked):
    """By which virtual tag; without, the first by name."""

    tag: Name | None = None


@router.post("/preview")
def preview(body: PreviewIn, ctx: Ctx, user: CostManager) -> PreviewOut:
    """What rules would take of a period, or whose cost it would be with a shared cost; nothing is kept."""
    period = _period(body.first, body.last)
    if (body.rules is None) == (body.shared is None):
        raise Invalid("Send either the rules of a virtual tag or a shared cost.")
    if body.shared is not None:
        found = allocation.preview_shared(ctx, user, body.shared.shared(), period)
        return PreviewOut(allocation=_allocation(found))
    rules = tuple(rule_of(each.filters, each.value, each.of) for each in body.rules or ())
    return _preview(allocation.preview(ctx, user, rules, period))


@router.get("")
def allocated(asked: Annotated[AllocationAsked, Query()], ctx: Ctx, user: CostViewer) -> AllocationOut:
    """Whose cost a period's is, by a virtual tag."""
    names = allocation_rules.listing(ctx, user).names
    if asked.tag is None and not names:
        raise NotFound("There is no virtual tag yet.", mend="Make one with POST /allocation/tags.")
    found = allocation.allocated(
        ctx,
        user,
        asked.tag or names[0],
        asked.period(ctx.now().date()),
        cost=asked.cost,
        currency=asked.currency,
    )
    return _allocation(found)


@router.get("/coverage")
def coverage(asked: Annotated[PeriodAsked, Query()], ctx: Ctx, user: CostViewer) -> CoverageOut:
    """How much of the money carries each tag, by month."""
    period = asked.period(ctx.now().date())
    found = tag_coverage.coverage(ctx, user, period, cost=asked.cost, currency=asked.currency)
    return CoverageOut(
        currency=found.currency,
        total=found.total,
        months=list(found.months),
        rows=[CoveredOut.model_validate(each) for each in found.rows],
    )


def _period(first: date, last: date) -> Period:
    return Period(first, last if last == date.max else last + timedelta(days=1))


def _allocation(found: Allocation) -> AllocationOut:
    return AllocationOut.model_validate(found)


def _preview(found: Preview) -> PreviewOut:
    return PreviewOut(
        rules=[
            TakenOut(
                cost=each.cost,
                share=each.share,
                values=len(each.values),
                largest=dict(each.values[:SHOWN_VALUES]),
            )
            for each in found.rules
        ],
        rest=found.rest,
        total=found.total,
        currency=found.currency,
    )
