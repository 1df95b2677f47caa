"""One resource through its bill lines."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from core.access.roles import Role, User
from core.costs.lines import Tagged
from core.costs.scope import COMMITMENT, EVER, RESOURCE, Scope
from core.errors import Forbidden
from core.money import total
from core.periods import Period
from services.context import Context
from services.usecases import cost_resources, cost_values, costs
from tests.bills import Billed, a_line

MARCH = Scope(Period(date(2026, 3, 1), date(2026, 3, 5)))
PLAN = {
    "CommitmentDiscountId": "sp-1",
    "CommitmentDiscountName": "compute plan",
    "CommitmentDiscountType": "Savings Plan",
    "CommitmentDiscountStatus": "Used",
}
LINES = [
    a_line(day="2026-03-01", cost="2", SkuMeter="BoxUsage", ConsumedQuantity="20", **PLAN),
    a_line(day="2026-03-01", cost="1", SkuMeter="EBS", ConsumedUnit="GB"),
    a_line(day="2026-03-02", cost="3", SkuMeter="BoxUsage", ConsumedQuantity="24"),
    a_line(day="2026-03-04", cost="4", SkuMeter="BoxUsage", Tags='{"team": "web", "squad": "red"}'),
    a_line(day="2026-03-04", cost="5", SkuMeter="BoxUsage", ChargeCategory="Tax", Tags=""),
    a_line(day="2026-03-02", cost="70", ResourceId="i-2"),
]


@pytest.fixture
def bill(billed: Billed) -> None:
    billed(LINES)


@pytest.mark.usefixtures("bill")
def test_a_resource_is_seen_by_day_sku_hours_tags_and_commitment(ctx: Context, viewer: User) -> None:
    found = cost_resources.resource_profile(ctx, viewer, MARCH, "i-1")
    assert {band.key: band.values for band in found.by_sku.series} == {
        "BoxUsage": (2, 3, 0, 9),
        "EBS": (1, 0, 0, 0),
    }
    assert found.by_sku.total == Decimal(15)
    assert found.hours == (Decimal(20), Decimal(24), None, Decimal(1))
    assert found.tags == (
        Tagged(date(2026, 3, 4), date(2026, 3, 4), {"team": "web", "squad": "red"}),
        Tagged(date(2026, 3, 1), date(2026, 3, 2), {"team": "checkout"}),
    )
    [plan] = found.commitments
    assert (plan.id, plan.name, plan.effective, plan.hours, plan.lines) == ("sp-1", "compute plan", 2, 20, 1)
    assert found.uncovered == Decimal(8)


@pytest.mark.usefixtures("bill")
def test_each_of_its_numbers_leads_to_lines(ctx: Context, viewer: User) -> None:
    lines = costs.lines(ctx, viewer, MARCH.at(RESOURCE, "i-1").at(COMMITMENT, "sp-1"))
    assert (lines.count, lines.sums[0].cost) == (1, Decimal(2))
    every = costs.lines(ctx, viewer, Scope(EVER), limit=2)
    assert (every.count, every.sums[0].cost, len(every.lines)) == (6, Decimal(85), 2)
    assert total(each.effective for each in every.lines) == Decimal(9)


@pytest.mark.usefixtures("bill")
def test_a_resource_of_an_account_one_does_not_see_is_not_there(
    ctx: Context, person: Callable[..., User]
) -> None:
    stranger = person(Role.VIEWER, accounts=frozenset({"999999999999"}))
    found = cost_resources.resource_profile(ctx, stranger, MARCH, "i-1")
    assert found.by_sku.empty
    assert (found.tags, found.commitments, found.uncovered) == ((), (), 0)


@pytest.mark.usefixtures("bill")
def test_what_can_be_asked_is_what_the_bill_has(ctx: Context, viewer: User) -> None:
    named = {each.name for each in cost_values.dimensions(ctx, viewer)}
    assert {"tag:team", "tag:squad", "workload"} <= named
    assert cost_values.values(ctx, viewer, RESOURCE, most=1) == ("i-1",)


def test_somebody_without_a_role_is_refused(ctx: Context, person: Callable[..., User]) -> None:
    nobody = person()
    with pytest.raises(Forbidden):
        cost_resources.resource_profile(ctx, nobody, MARCH, "i-1")
    with pytest.raises(Forbidden):
        cost_values.dimensions(ctx, nobody)
    with pytest.raises(Forbidden):
        cost_values.values(ctx, nobody, RESOURCE)
    with pytest.raises(Forbidden):
        costs.lines(ctx, nobody, MARCH)
