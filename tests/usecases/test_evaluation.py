"""The worker's evaluation: what it takes from the bill, and how findings follow what changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from core.access.roles import User
from core.costs.spend import ResourceCost
from core.errors import Conflict
from core.recommendations.finding import FindingState
from core.savings import MoneyFrom
from services.context import Beat, Context
from services.usecases import evaluation, ingest, recommendations
from services.usecases.evaluation import monthly_bill
from tests.bills import a_bill, a_line
from tests.builders import ACCOUNT, a_volume, an_instance
from tests.fleet import a_wasteful_fleet, of_rule, seen
from tests.once import Once
from tests.stand_in import take_lease

OTHER = "444455556666"


@pytest.fixture
def wasteful(ctx: Context, organisation_id: UUID, once: Once) -> None:
    """One of each waste in one account, an address in another, all evaluated."""

    def make() -> None:
        a_wasteful_fleet(ctx, organisation_id, OTHER)
        recommendations.evaluate(ctx, Beat())

    once(f"wasteful {OTHER}", make)


class Untouched:
    """The other side of a port that nobody may ask anything."""

    def __getattr__(self, name: str) -> object:
        """Not even for a name."""
        raise AssertionError(name)


def test_rules_go_by_what_was_collected_and_ask_aws_nothing(
    ctx: Context, organisation_id: UUID, viewer: User
) -> None:
    a_wasteful_fleet(ctx, organisation_id, OTHER)
    alone = replace(ctx, cloud=Untouched(), metrics=Untouched(), exports=Untouched())
    recommendations.evaluate(alone, Beat())
    assert recommendations.plan(alone, viewer).total_saving > 0
    evaluation.again(alone, Beat(), organisation_id, ["i-idle", "vol-loose"])


@pytest.mark.usefixtures("wasteful")
def test_what_is_mended_is_gone(ctx: Context, organisation_id: UUID, viewer: User) -> None:
    seen(ctx, organisation_id, a_volume("vol-loose"))
    recommendations.evaluate(ctx, Beat())
    assert of_rule(ctx, viewer, "ebs_unattached").state is FindingState.GONE
    seen(ctx, organisation_id, a_volume("vol-loose", state="available", attached_to=None))
    recommendations.evaluate(ctx, Beat())
    assert (
        of_rule(ctx, viewer, "ebs_unattached").state is FindingState.GONE
    )  # detached a moment ago: it waits a week


@pytest.mark.usefixtures("wasteful")
def test_money_comes_from_the_bill_where_the_bill_knows(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path
) -> None:
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=back) for back in range(1, 41)]
    lines = [
        a_line(day=day.isoformat(), cost="1.2", ResourceId="i-idle", SubAccountId=ACCOUNT) for day in days
    ]
    ingest.files(ctx, organisation_id, [a_bill(tmp_path / "bill.csv", lines)])
    recommendations.evaluate(ctx, Beat())
    finding = of_rule(ctx, viewer, "ec2_idle")
    assert finding.money_from is MoneyFrom.BILL
    assert finding.cost == finding.saving == Decimal("36.5")  # 1.20 USD a day


def test_a_young_resource_is_not_taken_for_a_cheap_one() -> None:
    today = datetime.now(UTC).date()
    young = an_instance(created_at=datetime.now(UTC) - timedelta(days=3))
    bill = {young.id: ResourceCost(young.id, Decimal(6), "USD", 30, today, None, None)}
    assert monthly_bill(bill, [young]) == {young.id: Decimal(6) * 730 / 72}


def test_other_currencies_are_not_taken_for_dollars() -> None:
    today = datetime.now(UTC).date()
    assert (
        monthly_bill({"i-1": ResourceCost("i-1", Decimal(6), "EUR", 30, today, None, None)}, [an_instance()])
        == {}
    )


def test_nothing_connected_is_said(ctx: Context) -> None:
    assert recommendations.evaluate(ctx, Beat()) == "No account is connected."


@pytest.mark.usefixtures("wasteful")
def test_a_worker_that_was_overtaken_writes_no_findings(
    ctx: Context, organisation_id: UUID, viewer: User
) -> None:
    before = of_rule(ctx, viewer, "ebs_unattached")
    seen(ctx, organisation_id, a_volume("vol-loose"))
    stale = take_lease(ctx, "stalled", 0)
    current = take_lease(ctx, "other")
    with pytest.raises(Conflict, match="taken over"):
        recommendations.evaluate(ctx, Beat(stale))
    assert of_rule(ctx, viewer, "ebs_unattached") == before
    recommendations.evaluate(ctx, Beat(current))
    assert of_rule(ctx, viewer, "ebs_unattached").state is FindingState.GONE


@pytest.mark.usefixtures("wasteful")
def test_a_lost_lease_leaves_findings_as_they_were(ctx: Context, organisation_id: UUID, viewer: User) -> None:
    def lost() -> None:
        message = "The lease went to another worker."
        raise Conflict(message)

    seen(ctx, organisation_id, a_volume("vol-loose"))
    with pytest.raises(Conflict):
        recommendations.evaluate(ctx, Beat(check=lost))
    assert of_rule(ctx, viewer, "ebs_unattached").state is FindingState.OPEN
