"""Schedules switch every kind: off, on again as it was, each segment once."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from moto import mock_aws

from core.access.roles import User
from core.actions.model import Action, ActionKind, ActionState
from core.inventory import Kind, Resource
from core.schedules.model import Period, ScheduleDefinition, State
from core.schedules.selector import Selector
from core.schedules.switch import SWITCHED
from services.context import Beat, Context
from services.usecases import actions, overrides, schedules
from tests import acted_on
from tests.builders import an_instance
from tests.stand_in import ACCOUNT, Fleet, later
from tests.stand_in_services import Services

ALWAYS = ScheduleDefinition("UTC", (Period(),))
NEVER = ScheduleDefinition("UTC", ())
TAG = {"schedule": "office"}


@pytest.fixture
def fleet(ctx: Context, organisation_id: UUID) -> Iterator[Fleet]:
    with mock_aws():
        yield Fleet(ctx, organisation_id)


@pytest.fixture
def there(fleet: Fleet) -> Services:
    return Services(fleet)


class Switching:
    """A schedule attached to something, turned off and on, and the worker."""

    def __init__(self, ctx: Context, user: User) -> None:
        self.ctx, self.user = ctx, user
        self.schedule = schedules.save(ctx, user, None, "Office", NEVER)

    def attach(self, *named: Resource, kinds: tuple[Kind, ...] | None = None) -> None:
        only = Selector(resource_ids=tuple(each.id for each in named)) if named else None
        selector = only or Selector(tag=("schedule", "office"), kinds=kinds)
        schedules.attach(self.ctx, self.user, self.schedule.id, selector)

    def turn(self, definition: ScheduleDefinition) -> str:
        schedules.save(self.ctx, self.user, self.schedule.id, "Office", definition)
        return self.tick()

    def tick(self) -> str:
        said = schedules.run(self.ctx, Beat())
        actions.carry_out_queued(self.ctx, Beat())
        return said

    def last(self, resource: Resource) -> Action:
        wanted = actions.ActionFilter(resource_id=resource.id)
        return actions.listing(self.ctx, self.user, wanted).rows[0]


@pytest.fixture
def switching(ctx: Context, operator: User) -> Switching:
    return Switching(ctx, operator)


def made(there: Services, kind: Kind) -> Resource:
    makers = {
        Kind.INSTANCE: there.fleet.instance,
        Kind.DATABASE: there.database,
        Kind.DATABASE_CLUSTER: there.cluster,
        Kind.AUTOSCALING_GROUP: there.group,
        Kind.CONTAINER_SERVICE: there.service,
        Kind.NODE_GROUP: there.node_group,
        Kind.DATA_WAREHOUSE: there.warehouse,
    }
    return makers[kind]()


@pytest.mark.parametrize("kind", SWITCHED)
def test_every_kind_is_off_outside_and_on_again_inside_as_it_was(
    switching: Switching, there: Services, kind: Kind
) -> None:
    before = made(there, kind)
    switching.attach(before)
    assert switching.tick() == "1 requested, 0 refused, 0 busy, 0 noted."
    off = switching.last(before)
    assert (off.state, off.begun) == (ActionState.DONE, True)
    assert there.fleet.stored(before) != before
    assert switching.tick() == "0 requested, 0 refused, 0 busy, 0 noted."
    assert switching.turn(ALWAYS) == "1 requested, 0 refused, 0 busy, 0 noted."
    on = switching.last(before)
    assert (on.state, on.begun, on.outcome) == (ActionState.DONE, True, on.outcome)
    again = there.fleet.stored(before)
    sizes = ("smallest", "desired", "largest")
    assert again.state == before.state
    assert [getattr(again, name, None) for name in sizes] == [getattr(before, name, None) for name in sizes]


def test_sizes_are_those_of_the_evening_before_not_of_the_first_day(
    switching: Switching, there: Services
) -> None:
    group = there.group()
    switching.attach(group)
    switching.tick()
    switching.turn(ALWAYS)
    there.client("autoscaling").update_auto_scaling_group(
        AutoScalingGroupName="workers", MinSize=2, DesiredCapacity=3, MaxSize=6
    )
    switching.turn(NEVER)
    switching.turn(ALWAYS)
    again = there.fleet.stored(group)
    assert [getattr(again, name) for name in ("smallest", "desired", "largest")] == [2, 3, 6]


def test_a_group_whose_size_nobody_saw_is_not_guessed_at(
    switching: Switching, there: Services, ctx: Context, operator: User
) -> None:
    group = there.group(smallest=0, desired=0)
    switching.attach(group)
    assert switching.turn(ALWAYS) == "0 requested, 1 refused, 0 busy, 0 noted."
    (acted,) = schedules.history(ctx, operator, group.id)
    assert "before is not known" in acted.outcome


def scaled(there: Services, smallest: int, desired: int) -> None:
    """By hand, in AWS; and seen."""
    there.client("autoscaling").update_auto_scaling_group(
        AutoScalingGroupName="workers", MinSize=smallest, DesiredCapacity=desired
    )


def test_a_group_scaled_up_by_hand_while_it_is_to_be_off_is_left_until_the_schedule_wants_it_otherwise(
    switching: Switching, there: Services, ctx: Context, operator: User
) -> None:
    group = there.group()
    switching.attach(group)
    switching.tick()
    scaled(there, 1, 3)
    there.fleet.collect(group)
    assert switching.tick() == "0 requested, 0 refused, 0 busy, 1 noted."
    (acted, _) = schedules.history(ctx, operator, group.id)
    assert (acted.desired, acted.outcome) == (State.RUNNING, "already so")
    assert acted.reason.startswith("on: started by hand at ")


def test_a_group_scaled_down_by_hand_is_left_and_gets_back_what_was_last_seen(
    switching: Switching, there: Services, ctx: Context, operator: User
) -> None:
    group = there.group()
    switching.attach(group)
    switching.turn(ALWAYS)
    scaled(there, 2, 3)
    there.fleet.collect(group)
    scaled(there, 0, 0)
    there.fleet.collect(group)
    assert switching.tick() == "0 requested, 0 refused, 0 busy, 1 noted."
    assert schedules.history(ctx, operator, group.id)[0].reason.startswith("off: stopped by hand at ")
    schedules.save(ctx, operator, switching.schedule.id, "Office", NEVER)
    assert switching.turn(ALWAYS) == "1 requested, 0 refused, 0 busy, 0 noted."
    again = there.fleet.stored(group)
    assert [getattr(again, name) for name in ("smallest", "desired", "largest")] == [2, 3, 4]


def test_undoing_what_emptied_a_group_gives_it_its_sizes_back(
    ctx: Context, operator: User, there: Services
) -> None:
    group = there.group()
    stopped = actions.request(ctx, operator, ActionKind.STOP_AUTOSCALING_GROUP, group.id, {}, "not needed")
    actions.carry_out_queued(ctx, Beat())
    undone = actions.undo(ctx, operator, stopped.id, "needed after all")
    actions.carry_out_queued(ctx, Beat())
    assert actions.one(ctx, operator, undone.id).outcome == "workers is at size 2 again."
    assert there.fleet.stored(group).largest == 4


def test_members_follow_their_group_and_are_not_switched_themselves(
    switching: Switching, there: Services
) -> None:
    group = there.group(**TAG)
    members = there.fleet.collect(*(an_instance(each, account_id=ACCOUNT) for each in group.instance_ids))
    assert all(each.tags["schedule"] == "office" for each in members)
    cluster = there.cluster(**TAG)
    there.known(acted_on.a_database(), there.arn("rds", "db:ledger-1"))
    switching.attach()
    assert switching.tick() == "2 requested, 0 refused, 0 busy, 0 noted."
    assert {switching.last(each).state for each in (group, cluster)} == {ActionState.DONE}


def test_a_tag_for_some_kinds_leaves_the_others_alone(switching: Switching, there: Services) -> None:
    instance = there.fleet.instance(**TAG)
    group = there.group(**TAG)
    switching.attach(kinds=(Kind.AUTOSCALING_GROUP,))
    assert switching.tick() == "1 requested, 0 refused, 0 busy, 0 noted."
    assert there.fleet.state_of(instance) == "running"
    assert switching.last(group).state is ActionState.DONE


def test_an_override_keeps_a_database_on_whatever_its_schedule_says(
    switching: Switching, there: Services, ctx: Context, operator: User
) -> None:
    database = there.database()
    switching.attach(database)
    overrides.keep(ctx, operator, database.id, State.RUNNING, ctx.now() + timedelta(hours=2), "a demo")
    switching.tick()
    assert there.fleet.stored(database).state == "available"
    overrides.keep(ctx, operator, database.id, State.STOPPED, ctx.now() + timedelta(hours=2), "over")
    switching.tick()
    assert there.fleet.stored(database).state == "stopped"


@pytest.mark.parametrize("kind", [Kind.DATABASE, Kind.DATABASE_CLUSTER])
def test_a_database_that_aws_starts_after_seven_days_is_stopped_again_once(
    switching: Switching, there: Services, ctx: Context, kind: Kind
) -> None:
    database = made(there, kind)
    switching.attach(database)
    switching.tick()
    later(ctx, timedelta(days=7, minutes=5))
    started(there, database)
    assert switching.tick() == "1 requested, 0 refused, 0 busy, 0 noted."
    assert "by itself after seven days" in switching.last(database).reason
    assert there.fleet.stored(database).state == "stopped"
    assert switching.tick() == "0 requested, 0 refused, 0 busy, 0 noted."


def test_a_database_that_somebody_starts_is_left_to_them(
    switching: Switching, there: Services, ctx: Context
) -> None:
    database = there.database()
    switching.attach(database)
    switching.tick()
    later(ctx, timedelta(days=3))
    started(there, database)
    switching.tick()
    assert there.fleet.stored(database).state == "available"


def started(there: Services, database: Resource) -> None:
    """Somebody, or AWS, starts it; the next collection sees it."""
    rds = there.client("rds")
    if database.kind is Kind.DATABASE:
        rds.start_db_instance(DBInstanceIdentifier=database.short_id)
    else:
        rds.start_db_cluster(DBClusterIdentifier=database.short_id)
    there.fleet.collect(database)


def test_a_database_is_up_before_its_application_and_off_after_it(
    switching: Switching, there: Services, ctx: Context, operator: User
) -> None:
    database, application = there.database(), there.fleet.instance()
    schedule = switching.schedule.id
    for order, each in ((0, database), (1, application)):
        schedules.attach(ctx, operator, schedule, Selector(resource_ids=(each.id,)), order=order)
    for _ in range(3):
        switching.tick()
    assert order_of(switching, ActionKind.STOP_INSTANCE, ActionKind.STOP_DATABASE)
    switching.turn(ALWAYS)
    assert there.fleet.state_of(application) == "stopped"
    switching.tick()
    assert there.fleet.state_of(application) == "running"
    assert order_of(switching, ActionKind.START_DATABASE, ActionKind.START_INSTANCE)


def order_of(switching: Switching, *kinds: ActionKind) -> bool:
    """Whether each was begun after the one before it had ended."""
    found = [
        actions.listing(switching.ctx, switching.user, actions.ActionFilter(kinds=(kind,))).rows[0]
        for kind in kinds
    ]
    return all(
        one.settled_at is not None and other.requested_at >= one.settled_at for one, other in pairwise(found)
    )


def test_the_tag_of_a_resource_says_its_order_whatever_it_is_attached_with(
    switching: Switching, there: Services
) -> None:
    first = there.fleet.instance(schedule="office", pioneer__order="-1")
    second = there.fleet.instance(schedule="office")
    switching.attach()
    assert switching.tick() == "1 requested, 0 refused, 0 busy, 0 noted."
    assert [there.fleet.state_of(each) for each in (first, second)] == ["running", "stopped"]
    switching.tick()
    assert there.fleet.state_of(first) == "stopped"
