"""Trying without doing: AWS is really asked, and nothing happens."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from botocore.stub import Stubber
from moto import mock_aws

from core.access.roles import User
from core.actions.model import ActionKind
from core.errors import Forbidden
from services.context import Context
from services.usecases import actions
from tests.listings import own_sessions
from tests.stand_in import REGION, Fleet
from tests.stand_in_services import Services


@pytest.fixture
def fleet(ctx: Context, organisation_id: UUID) -> Iterator[Fleet]:
    with mock_aws():
        yield Fleet(ctx, organisation_id)


def test_ec2_is_asked_for_each_call_and_nothing_changes(ctx: Context, operator: User, fleet: Fleet) -> None:
    instance = fleet.instance("m5.large")
    wanted = {"instance_type": "m5.xlarge"}
    shown = actions.preview(ctx, operator, ActionKind.RESIZE_INSTANCE, instance.id, wanted, dry_run=True)
    assert [(each.call, each.would) for each in shown.tried] == [
        ("stop instance", True),
        ("resize instance", True),
        ("start instance", True),
    ]
    assert (fleet.type_of(instance), fleet.state_of(instance)) == ("m5.large", "running")


def test_a_missing_permission_is_told_in_words(ctx: Context, operator: User, fleet: Fleet) -> None:
    instance = fleet.instance()
    with Stubber(own_sessions(ctx).client(fleet.account, "ec2", REGION)) as stub:
        stub.add_client_error("stop_instances", "UnauthorizedOperation", "no", http_status_code=403)
        shown = actions.preview(ctx, operator, ActionKind.STOP_INSTANCE, instance.id, {}, dry_run=True)
    (tried,) = shown.tried
    assert (tried.would, "did not let us ec2:StopInstances" in tried.words) == (False, True)


def test_what_is_gone_is_told(ctx: Context, operator: User, fleet: Fleet) -> None:
    volume = fleet.volume()
    fleet.ec2.delete_volume(VolumeId=volume.id)
    shown = actions.preview(ctx, operator, ActionKind.DELETE_VOLUME, volume.id, {}, dry_run=True)
    assert shown.tried[0].would is not None
    assert fleet.snapshots_of(volume) == []


def test_a_call_without_a_dry_run_is_never_sent(ctx: Context, operator: User, fleet: Fleet) -> None:
    there = Services(fleet)
    database = there.database()
    shown = actions.preview(ctx, operator, ActionKind.STOP_DATABASE, database.id, {}, dry_run=True)
    (tried,) = shown.tried
    assert (tried.would, tried.words) == (None, "AWS has no way to try rds:StopDBInstance.")
    bucket = there.bucket()
    actions.preview(
        ctx, operator, ActionKind.SET_BUCKET_LIFECYCLE, bucket.id, {"abort_days": 7}, dry_run=True
    )
    assert there.rules() == []


def test_only_who_may_act_may_try(ctx: Context, viewer: User, fleet: Fleet) -> None:
    instance = fleet.instance()
    with pytest.raises(Forbidden):
        actions.preview(ctx, viewer, ActionKind.STOP_INSTANCE, instance.id, {}, dry_run=True)
    assert actions.preview(ctx, viewer, ActionKind.STOP_INSTANCE, instance.id, {}).tried == ()
