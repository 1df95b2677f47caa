"""What is switched with its members is left as it is while one of them is protected, whoever asks."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from moto import mock_aws

from core.access.roles import User
from core.actions.model import ActionKind, ActionState
from core.errors import Refused
from core.inventory import PROTECTED_TAG, AutoScalingGroup, Resource
from core.schedules.model import Period, ScheduleDefinition, State
from core.schedules.selector import Selector
from services.context import Beat, Context
from services.usecases import actions, inventory, overrides, schedule_history, schedules
from tests.stand_in import Fleet
from tests.stand_in_services import Services

ALWAYS, NEVER = ScheduleDefinition("UTC", (Period(),)), ScheduleDefinition("UTC", ())


@pytest.fixture
def there(ctx: Context, organisation_id: UUID) -> Iterator[Services]:
    with mock_aws():
        yield Services(Fleet(ctx, organisation_id))


def protect(there: Services, member: str = "ledger-1") -> None:
    """By hand, in AWS."""
    there.client("rds").add_tags_to_resource(
        ResourceName=there.arn("rds", f"db:{member}"), Tags=[{"Key": PROTECTED_TAG, "Value": "true"}]
    )


def test_a_click_is_refused_where_it_is_known_and_again_before_the_call(
    ctx: Context, operator: User, there: Services
) -> None:
    cluster = there.cluster()
    asked = actions.request(ctx, operator, ActionKind.STOP_DATABASE_CLUSTER, cluster.id, {}, "idle")
    protect(there)
    actions.carry_out_queued(ctx, Beat())
    ended = actions.one(ctx, operator, asked.id)
    assert (ended.state, ended.begun) == (ActionState.REFUSED, False)
    assert "ledger-1" in ended.outcome
    (seen,) = there.fleet.collect(cluster)
    assert seen.state == "available"
    with pytest.raises(Refused, match=r"protected by their tag pioneer:protected.*: ledger-1"):
        actions.request(ctx, operator, ActionKind.STOP_DATABASE_CLUSTER, cluster.id, {}, "idle")
    tomorrow = ctx.now() + timedelta(days=1)
    with pytest.raises(Refused, match="ledger-1"):
        overrides.keep(ctx, operator, cluster.id, State.STOPPED, tomorrow, "a quiet day")


def test_a_schedule_leaves_it_as_it_is_says_so_and_goes_on_with_the_others(
    ctx: Context, operator: User, there: Services
) -> None:
    cluster, database = there.cluster(), there.database()
    made = schedules.save(ctx, operator, None, "Office", NEVER)
    schedules.attach(ctx, operator, made.id, Selector(resource_ids=(cluster.id, database.id)))
    protect(there)
    assert tick(ctx) == "2 requested, 0 refused, 0 busy, 0 noted."
    assert states(there, cluster, database) == ["available", "stopped"]
    (line,) = schedule_history.history(ctx, operator, cluster.id).lines
    assert line.action is not None
    assert line.action.state is ActionState.REFUSED
    assert "ledger-1" in line.action.outcome

    there.fleet.collect(cluster)
    schedules.save(ctx, operator, made.id, "Office", ALWAYS)
    tick(ctx)
    schedules.save(ctx, operator, made.id, "Office", NEVER)
    assert tick(ctx) == "1 requested, 0 refused, 0 busy, 1 noted."
    assert states(there, cluster, database) == ["available", "stopped"]
    assert "left alone: its instances ledger-1" in schedules.history(ctx, operator, cluster.id)[0].reason
    assert tick(ctx) == "0 requested, 0 refused, 0 busy, 0 noted."


def test_a_group_with_a_protected_instance_is_not_scaled_to_nothing_by_anybody(
    ctx: Context, operator: User, there: Services
) -> None:
    group, free = there.group(), there.group("free")
    made = schedules.save(ctx, operator, None, "Office", NEVER)
    schedules.attach(ctx, operator, made.id, Selector(resource_ids=(group.id, free.id)))
    there.client("ec2").create_tags(
        Resources=[group.instance_ids[0]], Tags=[{"Key": PROTECTED_TAG, "Value": "true"}]
    )
    inventory.collect(ctx)
    assert tick(ctx) == "1 requested, 0 refused, 0 busy, 1 noted."
    assert [sizes(there, one) for one in (group, free)] == [2, 0]
    assert group.instance_ids[0] in schedules.history(ctx, operator, group.id)[0].reason
    with pytest.raises(Refused, match=rf"pioneer:protected.*: {group.instance_ids[0]}"):
        actions.request(ctx, operator, ActionKind.STOP_AUTOSCALING_GROUP, group.id, {}, "idle")
    with pytest.raises(Refused, match=group.instance_ids[0]):
        overrides.keep(ctx, operator, group.id, State.STOPPED, ctx.now() + timedelta(days=1), "quiet")


def test_what_was_asked_before_the_instance_was_protected_is_refused_before_the_call(
    ctx: Context, operator: User, there: Services
) -> None:
    group = there.group()
    asked = actions.request(ctx, operator, ActionKind.STOP_AUTOSCALING_GROUP, group.id, {}, "idle")
    there.client("ec2").create_tags(
        Resources=[group.instance_ids[0]], Tags=[{"Key": PROTECTED_TAG, "Value": "true"}]
    )
    inventory.collect(ctx)
    actions.carry_out_queued(ctx, Beat())
    ended = actions.one(ctx, operator, asked.id)
    assert (ended.state, ended.begun, sizes(there, group)) == (ActionState.REFUSED, False, 2)


def sizes(there: Services, group: AutoScalingGroup) -> int:
    """How many instances it wants, as AWS has it."""
    seen = there.fleet.ctx.cloud.look(there.fleet.account, group)
    assert isinstance(seen, AutoScalingGroup)
    return seen.desired


def tick(ctx: Context) -> str:
    """Schedules decide, the worker acts."""
    said = schedules.run(ctx, Beat())
    actions.carry_out_queued(ctx, Beat())
    return said


def states(there: Services, *resources: Resource) -> list[str]:
    """As AWS has them."""
    seen = [there.fleet.ctx.cloud.look(there.fleet.account, one) for one in resources]
    return [one.state for one in seen if one is not None]
