"""Instances by schedule: as the type their period names, as another where AWS has no capacity, hibernated where they can be."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import botocore.client
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from core.access.roles import User
from core.actions.model import Action, ActionKind, ActionState
from core.errors import Invalid
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.selector import Selector
from services.context import Beat, Context
from services.usecases import actions, schedules
from tests.stand_in import Fleet, later
from tests.usecases.test_switching_kinds import ALWAYS, NEVER, Switching


@pytest.fixture
def fleet(ctx: Context, organisation_id: UUID) -> Iterator[Fleet]:
    with mock_aws():
        yield Fleet(ctx, organisation_id)


@pytest.fixture
def switching(ctx: Context, operator: User) -> Switching:
    return Switching(ctx, operator)


class Aws:
    """What AWS answers that moto never does: types it has no machines of, instances it will not hibernate."""

    def __init__(self, fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fleet = fleet
        self.scarce: set[str] = set()
        self.ready = self.sleepless = False
        self.stops: list[bool] = []
        real = botocore.client.BaseClient._make_api_call

        def call(client: Any, name: str, given: dict[str, Any]) -> Any:  # noqa: ANN401  a client of boto3 has no type
            if name == "StartInstances":
                self.refuse_scarce(given, real, client)
            if name == "StopInstances":
                self.stops.append(bool(given.get("Hibernate")))
                if given.get("Hibernate") and self.sleepless:
                    raise answer("UnsupportedOperation", "not ready to hibernate yet", name)
            found = real(client, name, given)
            if name == "DescribeInstances" and self.ready:  # moto never says so
                for one in (one for each in found["Reservations"] for one in each["Instances"]):
                    one["HibernationOptions"] = {"Configured": True}
            return found

        monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", call)

    def refuse_scarce(self, given: dict[str, Any], real: Any, client: Any) -> None:  # noqa: ANN401  a client of boto3 has no type
        found = real(client, "DescribeInstances", {"InstanceIds": given["InstanceIds"]})
        kind = found["Reservations"][0]["Instances"][0]["InstanceType"]
        if kind in self.scarce:
            raise answer("InsufficientInstanceCapacity", f"We have no {kind}", "StartInstances")


def answer(code: str, said: str, name: str) -> ClientError:
    metadata = {"HTTPStatusCode": 500 if code.startswith("Insufficient") else 400}
    return ClientError({"Error": {"Code": code, "Message": said}, "ResponseMetadata": metadata}, name)


@pytest.fixture
def aws(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> Aws:
    return Aws(fleet, monkeypatch)


def sized(**types: str) -> ScheduleDefinition:
    return ScheduleDefinition("UTC", tuple(Period(instancetype=each) for each in types.values()))


def test_a_period_starts_an_instance_as_the_type_it_names(switching: Switching, fleet: Fleet) -> None:
    instance = fleet.instance("m5.large")
    switching.attach(instance)
    switching.tick()
    switching.turn(sized(day="m5.xlarge"))
    assert (fleet.state_of(instance), fleet.type_of(instance)) == ("running", "m5.xlarge")
    switching.turn(sized(day="m5.2xlarge"))
    assert (fleet.state_of(instance), fleet.type_of(instance)) == ("running", "m5.2xlarge")
    assert switching.last(instance).kind is ActionKind.RESIZE_INSTANCE
    assert switching.tick() == "0 requested, 0 refused, 0 busy, 0 noted."


def test_a_type_that_cannot_run_its_software_is_said_and_not_tried(
    switching: Switching, fleet: Fleet
) -> None:
    instance = fleet.instance("m5.large")
    switching.attach(instance)
    switching.tick()
    switching.turn(sized(day="m7g.large"))
    assert (fleet.state_of(instance), fleet.type_of(instance)) == ("running", "m5.large")
    assert switching.last(instance).reason.endswith("it cannot be a m7g.large")


def test_where_aws_has_no_capacity_the_listed_types_are_tried_in_turn(
    switching: Switching, fleet: Fleet, aws: Aws
) -> None:
    instance = fleet.instance("m5.large")
    fleet.ec2.create_tags(
        Resources=[instance.id],
        Tags=[{"Key": "pioneer:instance-types", "Value": "m5.large, m5a.large, m6i.large"}],
    )
    fleet.collect(instance)
    switching.attach(instance)
    switching.tick()
    aws.scarce = {"m5.large", "m5a.large"}
    switching.turn(ALWAYS)
    assert (fleet.state_of(instance), fleet.type_of(instance)) == ("running", "m6i.large")
    outcome = f"{instance.id} is running as a m6i.large; AWS had no capacity for a m5.large or a m5a.large."
    assert switching.last(instance).outcome == outcome
    aws.scarce = set()
    switching.turn(NEVER)
    switching.turn(ALWAYS)
    assert fleet.type_of(instance) == "m5.large"


def test_where_none_can_be_had_it_is_told_and_tried_again_later(
    switching: Switching, fleet: Fleet, aws: Aws, ctx: Context
) -> None:
    instance = fleet.instance("m5.large")
    tag = {"Key": "pioneer:instance-types", "Value": "m5.large,m5a.large"}
    fleet.ec2.create_tags(Resources=[instance.id], Tags=[tag])
    fleet.collect(instance)
    switching.attach(instance)
    switching.tick()
    aws.scarce = {"m5.large", "m5a.large"}
    switching.turn(ALWAYS)
    failed = switching.last(instance)
    assert failed.state is ActionState.FAILED
    assert failed.outcome.endswith("AWS has no capacity right now for a m5.large or a m5a.large.")
    aws.scarce = set()
    later(ctx, timedelta(minutes=10))
    switching.tick()
    assert (fleet.state_of(instance), fleet.type_of(instance)) == ("running", "m5.large")


def hibernating(fleet: Fleet, ctx: Context, operator: User) -> Action:
    found = fleet.instance("m5.large")
    asleep = ScheduleDefinition("UTC", (), hibernate=True)
    schedule = schedules.save(ctx, operator, None, "Asleep", asleep)
    schedules.attach(ctx, operator, schedule.id, Selector(resource_ids=(found.id,)))
    schedules.run(ctx, Beat())
    actions.carry_out_queued(ctx, Beat())
    return actions.listing(ctx, operator, actions.ActionFilter(resource_id=found.id)).rows[0]


def test_what_can_hibernate_is_hibernated_where_its_schedule_asks_for_it(
    fleet: Fleet, aws: Aws, ctx: Context, operator: User
) -> None:
    aws.ready = True
    ended = hibernating(fleet, ctx, operator)
    assert (ended.state, aws.stops) == (ActionState.DONE, [True])
    assert ended.outcome == f"{ended.short_id} is hibernated."


def test_what_cannot_is_stopped(fleet: Fleet, aws: Aws, ctx: Context, operator: User) -> None:
    ended = hibernating(fleet, ctx, operator)
    assert (ended.state, aws.stops) == (ActionState.DONE, [False])


def test_what_aws_will_not_hibernate_is_stopped_all_the_same(
    fleet: Fleet, aws: Aws, ctx: Context, operator: User
) -> None:
    aws.ready = aws.sleepless = True
    ended = hibernating(fleet, ctx, operator)
    assert (ended.state, aws.stops) == (ActionState.DONE, [True, False])
    assert ended.outcome == f"{ended.short_id} is stopped; AWS would not hibernate it."


def test_a_schedule_that_hibernates_names_no_types(ctx: Context, operator: User) -> None:
    with pytest.raises(Invalid, match="does not change the type"):
        schedules.save(
            ctx,
            operator,
            None,
            "Both",
            ScheduleDefinition("UTC", (Period(instancetype="m5.large"),), hibernate=True),
        )
