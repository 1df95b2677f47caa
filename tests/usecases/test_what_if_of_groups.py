"""Groups, node groups and services replayed: by all that belonged to them in each hour, each of it once."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from core.access.roles import User
from core.actions.model import ActionState
from core.errors import NotFound
from core.inventory import Resource
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.selector import Selector
from core.schedules.what_if import Replay
from services.context import Context
from services.db.stores import resources
from services.db.tables.actions import actions
from services.usecases import ingest, what_if
from services.usecases.schedule_savings import observed
from tests.bills import a_bill, a_line
from tests.builders import ACCOUNT, REGION, an_instance
from tests.computing import a_group
from tests.containers import a_node_group, a_service
from tests.fleet import connected, sampled, seen
from tests.once import Once
from tests.usecases.test_switching_by_hand import HOUR, TAGS, attached, now, tick
from tests.usecases.test_what_if import PLAN

__all__ = ["now"]
NIGHTS_OFF = ScheduleDefinition("UTC", (Period("06:00", "24:00"),))
STAGING = {"environment": "staging"}
DAYS = 33
WEB, NODES = a_group("web", tags=STAGING), a_node_group(groups=("eks-1",), tags=STAGING)
EKS, API = a_group("eks-1", tags={**STAGING, "eks:nodegroup-name": "workers"}), a_service(tags=STAGING)
TASK = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/shop/1f2e"
IN_API = json.dumps({"aws:ecs:clusterName": "shop", "aws:ecs:serviceName": "api"})


@pytest.fixture
def world(ctx: Context, organisation_id: UUID, data_dir: Path, once: Once) -> None:
    """One instance of the group runs always, another by day and is known by its tag alone; half of a node is covered by a plan, and billed by the day."""
    once("what if of groups", lambda: _world(ctx, organisation_id, data_dir))


def _world(ctx: Context, organisation_id: UUID, data_dir: Path) -> None:
    connected(ctx, organisation_id, ACCOUNT)
    always = an_instance("i-always", autoscaling_group="web", tags=STAGING)
    node = an_instance("i-node", autoscaling_group="eks-1", tags=STAGING)
    seen(ctx, organisation_id, WEB, EKS, NODES, API, always, node)
    cpu = np.tile(np.where(np.arange(24) == 3, 60, 1).astype(np.float32), DAYS)
    for each in (WEB, NODES):
        for metric, values in (("cpu", cpu), ("network_in", cpu * 0), ("network_out", cpu * 0)):
            sampled(ctx, organisation_id, each.id, metric, values)
    by_day = np.tile(np.where(np.arange(24) < 6, 6, 18).astype(np.float32), DAYS)
    sampled(ctx, organisation_id, NODES.id, "cpu_samples", by_day)
    today = ctx.now().date()
    lines = [line for back in range(DAYS) for line in _day(today - timedelta(days=back))]
    ingest.files(ctx, organisation_id, [a_bill(data_dir / "groups.csv", lines)])


def _day(day: date) -> list[dict[str, str]]:
    here = {"SubAccountId": ACCOUNT, "RegionId": REGION, "day": f"{day}"}
    by_tag = {"ResourceId": "i-by-day", "Tags": json.dumps({"aws:autoscaling:groupName": "web"})}
    hours = [_hour(day, hour, cost="0.1", ResourceId="i-always", **here) for hour in range(24)]
    hours += [_hour(day, hour, cost="1", **by_tag, **here) for hour in range(6, 24)]
    task = {"ResourceId": TASK, "Tags": IN_API}
    hours += [_hour(day, hour, cost="0.2", **task, **here) for hour in range(4, 24)]
    whole = {"ResourceId": "i-node", "ConsumedQuantity": "12", "cost": "7.2", **here}
    whole["ChargePeriodEnd"] = f"{day + timedelta(days=1)}T00:00:00Z"
    storage = a_line(**here, ResourceId="i-always", cost="9", ConsumedUnit="GB")
    return [*hours, a_line(**whole), a_line(**whole, **PLAN), storage]


def _hour(at: date, hour: int, **line: str) -> dict[str, str]:
    begin = datetime(at.year, at.month, at.day, hour)  # noqa: DTZ001  as the bill writes it
    span = {"ChargePeriodStart": f"{begin:%FT%T}Z", "ChargePeriodEnd": f"{begin + timedelta(hours=1):%FT%T}Z"}
    return a_line(**span, **line)


def replayed(ctx: Context, user: User, *ids: str) -> dict[str, Replay]:
    wanted = Selector(resource_ids=ids) if ids else Selector(tag=("environment", "staging"))
    return {each.resource_id: each for each in what_if.what_if(ctx, user, NIGHTS_OFF, wanted).replays}


@pytest.mark.usefixtures("world")
def test_each_is_replayed_once_and_saves_what_its_members_cost_in_the_hours_off(
    ctx: Context, viewer: User
) -> None:
    found = replayed(ctx, viewer)
    assert set(found) == {WEB.id, NODES.id, API.id}
    assert (found[WEB.id].cost, found[WEB.id].saved) == (30 * Decimal("20.4"), 30 * Decimal("0.6"))
    assert (found[WEB.id].spared, found[WEB.id].in_use) == (180, 30)
    # 7.20 USD a day that no plan had paid, of which the night has a tenth of all samples
    nodes = found[NODES.id]
    assert nodes.cost == 30 * Decimal("7.2")
    assert nodes.saved == pytest.approx(30 * Decimal("0.72"))


@pytest.mark.usefixtures("world")
def test_without_samples_a_service_ran_when_its_tasks_were_billed_and_its_use_is_unknown(
    ctx: Context, viewer: User
) -> None:
    found = replayed(ctx, viewer, API.id)[API.id]
    assert (found.seen, found.spared, found.cost, found.saved) == (600, 60, 120, 12)
    assert found.in_use is None


@pytest.mark.usefixtures("world")
def test_hours_from_before_a_group_was_measured_are_counted_like_their_money(
    ctx: Context, organisation_id: UUID, viewer: User
) -> None:
    for metric in ("cpu", "cpu_peak"):
        sampled(ctx, organisation_id, API.id, metric, np.ones(48, dtype=np.float32))
    found = replayed(ctx, viewer, API.id)[API.id]
    assert (found.spared, found.saved) == (60 + 2 * 4, 12)
    assert found.in_use is None


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("named", ["i-always", EKS.id])
def test_what_belongs_to_a_group_is_replayed_as_that_group(ctx: Context, viewer: User, named: str) -> None:
    with pytest.raises(NotFound, match="hours are known"):
        replayed(ctx, viewer, named)


@pytest.mark.parametrize("whole", [WEB, NODES, API], ids=lambda each: each.kind)
def test_what_a_schedule_scaled_to_nothing_saved_what_all_its_members_cost_before_the_stop_be_it_little(
    ctx: Context, organisation_id: UUID, operator: User, now: datetime, tmp_path: Path, whole: Resource
) -> None:
    attached(ctx, operator)
    group = replace(whole, tags=TAGS)
    members = [an_instance(f"i-{name}", autoscaling_group=name) for name in ("web", "eks-1")]
    with ctx.begin() as db:
        resources.publish(db, organisation_id, [group, *members], now - 28 * HOUR)
    assert tick(ctx).startswith("1 requested")
    at = now - 26 * HOUR
    with ctx.begin() as db:
        db.execute(
            actions.update().values(
                state=ActionState.DONE, step="stop", requested_at=at, started_at=at, settled_at=at
            )
        )
        resources.publish(db, organisation_id, [replace(group, desired=0)], at)  # type: ignore[call-arg]
        resources.publish(db, organisation_id, [group], now - 18 * HOUR)
    days = [ctx.now().date() - timedelta(days=back) for back in range(35)]
    here = {"SubAccountId": ACCOUNT, "RegionId": REGION}
    task = {"ResourceId": TASK, "Tags": IN_API}
    billed = [task, *({"ResourceId": each.id, "Tags": "{}"} for each in members)]
    before = at - HOUR
    usual = [(day, hour) for day in days for hour in range(8, 18)]
    costs = dict.fromkeys(usual, "0.5") | {(before.date(), before.hour): "0.2"}
    lines = [
        _hour(day, hour, cost=cost, day=f"{day}", **(here | each))
        for (day, hour), cost in costs.items()
        for each in billed
    ]
    ingest.files(ctx, organisation_id, [a_bill(tmp_path / "bill.csv", lines)])
    (row,) = observed(ctx, operator).rows
    assert (row.resources, row.unpriced) == ({group.id}, frozenset())
    assert float(row.hours) == pytest.approx(8, abs=0.02)
    assert float(row.saved) == pytest.approx(8 * 0.2, abs=0.01)
