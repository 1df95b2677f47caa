"""After something was done and before the bill shows it, other findings count on what it leaves."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from moto import mock_aws

from core.access.roles import User
from core.actions.model import ActionKind
from core.inventory import Resource
from core.ledger.entry import Proof, Realised
from core.recommendations.finding import FindingState
from core.recommendations.lever import Lever
from core.savings import MoneyFrom
from services.context import Beat, Context
from services.db.stores import ledger
from services.usecases import actions, ingest, recommendations, savings
from tests.bills import a_bill, a_line
from tests.fleet import of_rule, sampled, seen
from tests.known import hours
from tests.stand_in import ACCOUNT, Fleet

LONG_AGO = datetime.now(UTC) - timedelta(days=400)


@pytest.fixture
def fleet(ctx: Context, organisation_id: UUID) -> Iterator[Fleet]:
    with mock_aws():
        yield Fleet(ctx, organisation_id)


def billed(ctx: Context, organisation_id: UUID, folder: Path, resource_id: str, a_day: str) -> None:
    """Forty days of a bill up to yesterday."""
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=back) for back in range(1, 41)]
    lines = [
        a_line(day=day.isoformat(), cost=a_day, ResourceId=resource_id, SubAccountId=ACCOUNT) for day in days
    ]
    ingest.files(ctx, organisation_id, [a_bill(folder / f"{resource_id}.csv", lines)])


def long_there(ctx: Context, organisation_id: UUID, fleet: Fleet, resource: Resource) -> None:
    """The stand-in made it a moment ago; what is judged here has been there for long."""
    seen(ctx, organisation_id, replace(fleet.stored(resource), created_at=LONG_AGO))


def idle(ctx: Context, organisation_id: UUID, instance_id: str) -> None:
    """Two weeks of an instance that does nothing."""
    for metric, value in (("cpu", 1.0), ("network_in", 10.0), ("network_out", 10.0)):
        sampled(ctx, organisation_id, instance_id, metric, hours(value))


def test_once_it_was_resized_stopping_it_saves_what_the_smaller_type_costs(
    ctx: Context, organisation_id: UUID, operator: User, fleet: Fleet, tmp_path: Path
) -> None:
    instance = fleet.instance("m5.2xlarge", environment="dev")
    billed(ctx, organisation_id, tmp_path, instance.id, "12")
    idle(ctx, organisation_id, instance.id)
    long_there(ctx, organisation_id, fleet, instance)
    recommendations.evaluate(ctx, Beat())
    before = of_rule(ctx, operator, "ec2_idle")
    assert (before.cost, before.money_from) == (Decimal(365), MoneyFrom.BILL)

    actions.request(
        ctx, operator, ActionKind.RESIZE_INSTANCE, instance.id, {"instance_type": "m5.large"}, "less"
    )
    for _ in range(5):
        actions.carry_out_queued(ctx, Beat())
    long_there(ctx, organisation_id, fleet, instance)
    recommendations.evaluate(ctx, Beat())

    after = of_rule(ctx, operator, "ec2_idle")
    assert after.money_from is MoneyFrom.SCALED
    assert after.cost == after.saving
    assert after.cost is not None
    assert round(after.cost, 2) == Decimal("91.25")  # a quarter of it by list price
    assert recommendations.plan(ctx, operator).saving_of(instance.id) == round(after.cost, 6)


def test_while_one_fix_is_under_way_the_headline_counts_the_others_on_what_it_leaves(
    ctx: Context, organisation_id: UUID, operator: User, fleet: Fleet, tmp_path: Path
) -> None:
    instance = fleet.instance("m5.2xlarge", environment="dev")
    billed(ctx, organisation_id, tmp_path, instance.id, "12")
    idle(ctx, organisation_id, instance.id)
    long_there(ctx, organisation_id, fleet, instance)
    recommendations.evaluate(ctx, Beat())
    stop = of_rule(ctx, operator, "ec2_idle")
    others = [
        one.id
        for one in recommendations.one(ctx, operator, stop.id).others
        if one.state is FindingState.OPEN and one.resource_id == instance.id
    ]
    assert others
    assert stop.fix is not None
    recommendations.apply(ctx, operator, stop.id, "idle")

    plan = recommendations.plan(ctx, operator)
    assert plan.saving_of(instance.id) == 0  # stopping it promises all of its cost
    assert {each.finding.id for each in plan.alternatives} >= set(others)
    detail = recommendations.one(ctx, operator, others[0])
    assert detail.counts == 0
    assert "under way" in detail.because


def test_what_the_ledger_promises_is_not_offered_again_until_it_was_undone(
    ctx: Context, organisation_id: UUID, operator: User, fleet: Fleet, tmp_path: Path
) -> None:
    volume = fleet.volume("gp2", 500)
    billed(ctx, organisation_id, tmp_path, volume.id, "2")
    long_there(ctx, organisation_id, fleet, volume)
    recommendations.evaluate(ctx, Beat())
    whole = of_rule(ctx, operator, "ebs_gp2_to_gp3")
    assert whole.cost is not None
    told = savings.told(volume, Lever.SCHEDULE, ctx.now(), whole.cost / 2, "Half the time", operator.email)
    with ctx.begin() as db:
        ledger.add(db, organisation_id, [told])
    at_once = recommendations.plan(ctx, operator).saving_of(volume.id)
    recommendations.evaluate(ctx, Beat())
    half = of_rule(ctx, operator, "ebs_gp2_to_gp3")
    assert half.money_from is MoneyFrom.SCALED
    now = recommendations.plan(ctx, operator).saving_of(volume.id)
    assert [round(each, 4) for each in (half.saving, at_once, now)] == [round(whole.saving / 2, 4)] * 3

    with ctx.begin() as db:
        ledger.end_scheduled(db, organisation_id, [volume.id], ctx.now())
    recommendations.evaluate(ctx, Beat())
    assert of_rule(ctx, operator, "ebs_gp2_to_gp3").saving == whole.saving


def test_what_the_bill_shows_undone_is_scaled_down_no_more(
    ctx: Context, organisation_id: UUID, operator: User, fleet: Fleet, tmp_path: Path
) -> None:
    volume = fleet.volume("gp2", 500)
    billed(ctx, organisation_id, tmp_path, volume.id, "2")
    long_there(ctx, organisation_id, fleet, volume)
    recommendations.evaluate(ctx, Beat())
    whole = of_rule(ctx, operator, "ebs_gp2_to_gp3")
    recommendations.apply(ctx, operator, whole.id, "cheaper")
    for _ in range(5):
        actions.carry_out_queued(ctx, Beat())
    assert fleet.stored(volume).type == "gp3"

    seen(ctx, organisation_id, replace(fleet.stored(volume), type="gp2", created_at=LONG_AGO))
    with ctx.begin() as db:
        (entry,) = ledger.of(db, organisation_id)
        today = ctx.now().date()
        undone = Realised(Proof.UNDONE, "It costs again what it would have.", undone_on=today)
        ledger.keep(db, organisation_id, {entry: undone}, today, ctx.now())
    recommendations.evaluate(ctx, Beat())

    again = of_rule(ctx, operator, "ebs_gp2_to_gp3")
    assert (again.money_from, again.saving) == (MoneyFrom.BILL, whole.saving)
