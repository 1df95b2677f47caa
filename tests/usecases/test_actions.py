from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from moto import mock_aws
from sqlalchemy import select

from core.access.roles import Role, User
from core.actions.model import Action, ActionKind, ActionState
from core.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from services.context import Beat, Context, System
from services.db.stores.actions import ActionFilter
from services.db.tables.cloud import observations
from services.db.tables.records import events
from services.usecases import actions, audit
from tests.stand_in import Fleet

STOP, START, RESIZE = ActionKind.STOP_INSTANCE, ActionKind.START_INSTANCE, ActionKind.RESIZE_INSTANCE


@pytest.fixture
def fleet(ctx: Context, organisation_id: UUID) -> Iterator[Fleet]:
    with mock_aws():
        yield Fleet(ctx, organisation_id)


def work(ctx: Context) -> str:
    return actions.carry_out_queued(ctx, Beat())


def test_a_stop_goes_from_the_click_to_aws_and_back_to_the_screen(
    ctx: Context, operator: User, fleet: Fleet
) -> None:
    instance = fleet.instance()
    queued = actions.request(ctx, operator, STOP, instance.id, {}, "not needed at night")
    assert queued.state is ActionState.QUEUED
    assert fleet.state_of(instance) == "running"

    assert work(ctx) == "1 settled, 0 under way."

    done = actions.one(ctx, operator, queued.id)
    assert (done.state, done.outcome) == (ActionState.DONE, f"{instance.id} is stopped.")
    assert done.before is not None
    assert done.after is not None
    assert (done.before["state"], done.after["state"]) == ("running", "stopped")
    assert fleet.state_of(instance) == "stopped"
    assert fleet.stored(instance).state == "stopped"


def test_each_step_of_an_action_is_in_the_audit_log_with_its_reason(
    ctx: Context, admin: User, fleet: Fleet
) -> None:
    instance = fleet.instance()
    actions.request(ctx, admin, STOP, instance.id, {}, "not needed at night")
    work(ctx)
    rows = audit.newest(ctx, admin, 3)
    assert [(row.action, row.actor, row.subject, row.reason) for row in rows] == [
        ("ActionSettled", "system:worker", instance.id, "not needed at night"),
        ("ActionStarted", "system:worker", instance.id, "not needed at night"),
        ("ActionRequested", admin.email, instance.id, "not needed at night"),
    ]
    with ctx.begin() as db:
        told = db.execute(select(events.c.type).order_by(events.c.id)).scalars().all()
    assert told == ["ActionRequested", "ActionStarted", "ActionSettled"]


def test_a_viewer_may_not_act(ctx: Context, viewer: User, fleet: Fleet) -> None:
    instance = fleet.instance()
    with pytest.raises(Forbidden):
        actions.request(ctx, viewer, STOP, instance.id, {}, "because")
    assert work(ctx) == "Nothing to do."


def test_an_action_needs_a_reason(ctx: Context, operator: User, fleet: Fleet) -> None:
    instance = fleet.instance()
    with pytest.raises(Invalid, match="say why"):
        actions.request(ctx, operator, STOP, instance.id, {}, "   ")


def test_somebody_elses_resource_is_not_there(
    ctx: Context, person: Callable[..., User], operator: User, fleet: Fleet
) -> None:
    instance = fleet.instance()
    narrow = person(Role.OPERATOR, accounts=frozenset({"999999999999"}))
    stranger = replace(operator, organisation_id=uuid4())
    for user in (narrow, stranger):
        with pytest.raises(NotFound):
            actions.request(ctx, user, STOP, instance.id, {}, "because")
        with pytest.raises(NotFound):
            actions.preview(ctx, user, STOP, instance.id, {})


def test_a_protected_instance_is_refused_at_the_door(ctx: Context, operator: User, fleet: Fleet) -> None:
    instance = fleet.instance(pioneer__protected="true")
    with pytest.raises(Refused, match="protected by its tag"):
        actions.request(ctx, operator, STOP, instance.id, {}, "because")


def test_a_tag_that_protects_after_the_click_still_protects(
    ctx: Context, operator: User, fleet: Fleet
) -> None:
    instance = fleet.instance()
    queued = actions.request(ctx, operator, STOP, instance.id, {}, "because")
    fleet.ec2.create_tags(Resources=[instance.id], Tags=[{"Key": "pioneer:protected", "Value": "yes"}])
    work(ctx)
    refused = actions.one(ctx, operator, queued.id)
    assert refused.state is ActionState.REFUSED
    assert "protected by its tag" in refused.outcome
    assert fleet.state_of(instance) == "running"


def test_a_resource_has_one_open_action_at_most(ctx: Context, operator: User, fleet: Fleet) -> None:
    instance = fleet.instance()
    actions.request(ctx, operator, STOP, instance.id, {}, "because")
    with pytest.raises(Conflict, match="still open"):
        actions.request(ctx, operator, RESIZE, instance.id, {"instance_type": "m5.xlarge"}, "because")
    work(ctx)
    actions.request(ctx, operator, START, instance.id, {}, "needed again")


def test_resizing_a_running_instance_stops_changes_and_starts_it(
    ctx: Context, operator: User, fleet: Fleet
) -> None:
    instance = fleet.instance("m5.large")
    queued = actions.request(ctx, operator, RESIZE, instance.id, {"instance_type": "m5.xlarge"}, "too small")
    work(ctx)
    done = actions.one(ctx, operator, queued.id)
    assert (done.state, done.outcome) == (
        ActionState.DONE,
        f"{instance.id} is now a m5.xlarge and is running.",
    )
    assert (fleet.type_of(instance), fleet.state_of(instance)) == ("m5.xlarge", "running")


def test_resizing_a_stopped_instance_leaves_it_stopped(ctx: Context, operator: User, fleet: Fleet) -> None:
    instance = fleet.instance("m5.large")
    fleet.ec2.stop_instances(InstanceIds=[instance.id])
    fleet.collect(instance)
    actions.request(ctx, operator, RESIZE, instance.id, {"instance_type": "m5.xlarge"}, "too small")
    work(ctx)
    assert (fleet.type_of(instance), fleet.state_of(instance)) == ("m5.xlarge", "stopped")


def test_a_deleted_volume_leaves_a_snapshot(ctx: Context, operator: User, fleet: Fleet) -> None:
    volume = fleet.volume()
    queued = actions.request(ctx, operator, ActionKind.DELETE_VOLUME, volume.id, {}, "unused")
    work(ctx)
    done = actions.one(ctx, operator, queued.id)
    assert done.state is ActionState.DONE
    (kept,) = fleet.snapshots_of(volume)
    assert kept in done.outcome
    assert done.after == {"snapshots": [kept]}
    assert not fleet.volume_exists(volume)
    with pytest.raises(NotFound, match="gone since"):
        actions.request(ctx, operator, ActionKind.DELETE_VOLUME, volume.id, {}, "again")


def test_a_volume_attached_after_the_click_is_not_deleted(ctx: Context, operator: User, fleet: Fleet) -> None:
    instance, volume = fleet.instance(), fleet.volume()
    queued = actions.request(ctx, operator, ActionKind.DELETE_VOLUME, volume.id, {}, "unused")
    fleet.ec2.attach_volume(VolumeId=volume.id, InstanceId=instance.id, Device="/dev/sdf")
    work(ctx)
    refused = actions.one(ctx, operator, queued.id)
    assert (refused.state, refused.outcome) == (
        ActionState.REFUSED,
        f"{volume.id} is attached to {instance.id}.",
    )
    assert fleet.volume_exists(volume)
    assert fleet.snapshots_of(volume) == []


def test_an_address_is_released_once_nothing_uses_it(ctx: Context, operator: User, fleet: Fleet) -> None:
    address = fleet.address()
    queued = actions.request(ctx, operator, ActionKind.RELEASE_ADDRESS, address.id, {}, "unused")
    work(ctx)
    assert actions.one(ctx, operator, queued.id).state is ActionState.DONE
    assert fleet.ec2.describe_addresses()["Addresses"] == []
    with ctx.begin() as db:
        assert "gone" in db.execute(select(observations.c.state)).scalars().all()


def test_a_queued_action_can_be_cancelled_and_a_done_one_cannot(
    ctx: Context, operator: User, fleet: Fleet
) -> None:
    first, second = fleet.instances(2)
    queued = actions.request(ctx, operator, STOP, first.id, {}, "because")
    cancelled = actions.cancel(ctx, operator, queued.id, "changed my mind")
    assert cancelled.state is ActionState.CANCELLED
    assert work(ctx) == "Nothing to do."
    assert fleet.state_of(first) == "running"

    done = actions.request(ctx, operator, STOP, second.id, {}, "because")
    work(ctx)
    with pytest.raises(Conflict, match="too late"):
        actions.cancel(ctx, operator, done.id, "changed my mind")


def test_a_preview_shows_the_very_calls_and_changes_nothing(ctx: Context, viewer: User, fleet: Fleet) -> None:
    instance = fleet.instance()
    shown = actions.preview(ctx, viewer, RESIZE, instance.id, {"instance_type": "m5.xlarge"})
    assert shown.calls == (
        f"ec2:StopInstances InstanceIds=[{instance.id}]",
        f"ec2:ModifyInstanceAttribute InstanceId={instance.id} InstanceType=m5.xlarge",
        f"ec2:StartInstances InstanceIds=[{instance.id}]",
    )
    assert shown.allowed
    assert "back to m5.large" in shown.reversal
    assert "aws ec2 stop-instances" in shown.cli
    assert actions.listing(ctx, viewer).total == 0


def test_a_preview_says_why_it_would_be_refused(ctx: Context, viewer: User, fleet: Fleet) -> None:
    instance = fleet.instance()
    shown = actions.preview(ctx, viewer, START, instance.id, {})
    assert shown.refusal == f"{instance.id} is running; only a stopped instance can be started."


def test_a_list_shows_only_what_the_user_sees_and_asks_for(
    ctx: Context, person: Callable[..., User], operator: User, fleet: Fleet
) -> None:
    first, second = fleet.instances(2)
    actions.request(ctx, operator, STOP, first.id, {}, "because")
    work(ctx)
    actions.request(ctx, operator, STOP, second.id, {}, "because")
    queued = ActionFilter(states=(ActionState.QUEUED,))
    assert [row.resource_id for row in actions.listing(ctx, operator, queued).rows] == [second.id]
    assert actions.listing(ctx, operator).total == 2
    assert len(actions.listing(ctx, operator, limit=1, offset=1).rows) == 1
    narrow = person(Role.VIEWER, accounts=frozenset({"999999999999"}))
    assert actions.listing(ctx, narrow).total == 0


def test_a_schedule_requests_inside_its_own_transaction(ctx: Context, operator: User, fleet: Fleet) -> None:
    first, second = fleet.instances(2)
    who = System(operator.organisation_id, "schedules")
    with ctx.begin() as db:
        actions.request_in(db, ctx, who, STOP, first.id, {}, "office hours are over", origin="schedule")
        with pytest.raises(Conflict):
            actions.request_in(db, ctx, who, STOP, first.id, {}, "office hours are over", origin="schedule")
        actions.request_in(db, ctx, who, STOP, second.id, {}, "office hours are over", origin="schedule")
    assert work(ctx) == "2 settled, 0 under way."
    rows: tuple[Action, ...] = actions.listing(ctx, operator).rows
    assert {row.requested_by for row in rows} == {"system:schedules"}


def test_an_instance_terminated_after_the_click_fails_in_words(
    ctx: Context, operator: User, fleet: Fleet
) -> None:
    instance = fleet.instance()
    queued = actions.request(ctx, operator, STOP, instance.id, {}, "because")
    fleet.ec2.terminate_instances(InstanceIds=[instance.id])
    work(ctx)
    ended = actions.one(ctx, operator, queued.id)
    assert (ended.state, ended.outcome) == (
        ActionState.FAILED,
        f"{instance.id} no longer exists.",
    )
