"""The kinds of action beyond instances and volumes, from the click to AWS and back."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from moto import mock_aws

from core.access.roles import User
from core.actions.model import Action, ActionKind, ActionState
from core.errors import Refused
from core.inventory import Resource
from services.context import Beat, Context
from services.usecases import actions
from tests.stand_in import Fleet
from tests.stand_in_services import Services

THEIRS = {
    "ID": "theirs",
    "Status": "Enabled",
    "Filter": {"Prefix": "logs/"},
    "Expiration": {"Days": 90},
}


@pytest.fixture
def fleet(ctx: Context, organisation_id: UUID) -> Iterator[Fleet]:
    with mock_aws():
        yield Fleet(ctx, organisation_id)


@pytest.fixture
def there(fleet: Fleet) -> Services:
    return Services(fleet)


class Acting:
    """Ask, let the worker work, and look at how it ended."""

    def __init__(self, ctx: Context, user: User) -> None:
        self.ctx, self.user = ctx, user

    def do(self, kind: ActionKind, resource: Resource, **given: object) -> Action:
        return self.ended(actions.request(self.ctx, self.user, kind, resource.id, given, "because"))

    def undo(self, action: Action) -> Action:
        return self.ended(actions.undo(self.ctx, self.user, action.id, "after all not"))

    def ended(self, queued: Action) -> Action:
        actions.carry_out_queued(self.ctx, Beat())
        return actions.one(self.ctx, self.user, queued.id)


@pytest.fixture
def act(ctx: Context, operator: User) -> Acting:
    return Acting(ctx, operator)


def test_a_snapshot_is_deleted_for_good(act: Acting, there: Services) -> None:
    snapshot = there.snapshot()
    ended = act.do(ActionKind.DELETE_SNAPSHOT, snapshot)
    assert (ended.state, ended.outcome) == (ActionState.DONE, f"{snapshot.short_id} is deleted.")
    assert there.fleet.ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"] == []
    with pytest.raises(Refused, match="Recycle Bin"):
        act.undo(ended)


def test_a_snapshot_that_an_image_uses_is_refused_in_aws_own_words(act: Acting, there: Services) -> None:
    instance = there.fleet.instance()
    image = there.fleet.ec2.create_image(InstanceId=instance.id, Name="golden")["ImageId"]
    (shown,) = there.fleet.ec2.describe_images(ImageIds=[image])["Images"]
    snapshot = shown["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    known = there.known(there.snapshot(), there.arn("ec2", f"snapshot/{snapshot}"))
    ended = act.do(ActionKind.DELETE_SNAPSHOT, known)
    assert ended.state is ActionState.REFUSED
    assert image in ended.outcome


@pytest.mark.parametrize("before", [None, 365])
def test_logs_are_kept_for_a_while_and_as_before_once_undone(
    act: Acting, there: Services, before: int | None
) -> None:
    group = there.log_group(before)
    ended = act.do(ActionKind.SET_LOG_RETENTION, group, days=30)
    assert (ended.state, there.retention()) == (ActionState.DONE, 30)
    assert act.undo(ended).state is ActionState.DONE
    assert there.retention() == before


def test_a_log_group_whose_tag_protects_it_is_left_alone(act: Acting, there: Services) -> None:
    group = there.log_group(pioneer__protected="true")
    with pytest.raises(Refused, match="protected by its tag"):
        act.do(ActionKind.SET_LOG_RETENTION, group, days=30)


def test_lifecycle_rules_are_added_beside_those_that_are_there_and_only_ours_are_taken_away(
    act: Acting, there: Services
) -> None:
    bucket = there.bucket(THEIRS)
    ended = act.do(
        ActionKind.SET_BUCKET_LIFECYCLE,
        bucket,
        abort_days=7,
        transition_days=30,
        transition_to="STANDARD_IA",
    )
    assert ended.state is ActionState.DONE
    ours = ["pioneer-abort-uploads-after-7-days", "pioneer-STANDARD_IA-after-30-days"]
    assert there.rules() == ["theirs", *ours]
    assert act.undo(ended).state is ActionState.DONE
    assert there.rules() == ["theirs"]


def test_a_bucket_without_rules_has_none_again_once_undone(act: Acting, there: Services) -> None:
    bucket = there.bucket()
    ended = act.do(ActionKind.SET_BUCKET_LIFECYCLE, bucket, abort_days=7)
    assert there.rules() == ["pioneer-abort-uploads-after-7-days"]
    with pytest.raises(Refused, match="already"):
        act.do(ActionKind.SET_BUCKET_LIFECYCLE, bucket, abort_days=7)
    act.undo(ended)
    assert there.rules() == []


def test_undoing_leaves_the_rule_that_was_ours_before(act: Acting, there: Services) -> None:
    bucket = there.bucket()
    act.do(ActionKind.SET_BUCKET_LIFECYCLE, bucket, abort_days=7)
    second = act.do(
        ActionKind.SET_BUCKET_LIFECYCLE, bucket, abort_days=7, transition_days=0, transition_to="GLACIER_IR"
    )
    act.undo(second)
    assert there.rules() == ["pioneer-abort-uploads-after-7-days"]


def test_a_database_is_stopped_and_started(act: Acting, there: Services) -> None:
    database = there.database()
    stopped = act.do(ActionKind.STOP_DATABASE, database)
    assert (stopped.state, stopped.outcome) == (ActionState.DONE, "orders is stopped.")
    assert there.fleet.stored(database).state == "stopped"
    assert act.undo(stopped).outcome == "orders is available."


def test_a_read_replica_and_its_source_are_not_stopped(act: Acting, there: Services) -> None:
    source = there.database()
    there.client("rds").create_db_instance_read_replica(
        DBInstanceIdentifier="copy", SourceDBInstanceIdentifier="orders"
    )
    replica = there.known(source, there.arn("rds", "db:copy"))
    there.fleet.collect(source)
    with pytest.raises(Refused, match="read replica of"):
        act.do(ActionKind.STOP_DATABASE, replica)
    with pytest.raises(Refused, match="has read replicas"):
        act.do(ActionKind.STOP_DATABASE, source)


def test_a_database_changes_its_class_and_back(act: Acting, there: Services) -> None:
    database = there.database()
    ended = act.do(ActionKind.MODIFY_DATABASE, database, instance_class="db.m5.xlarge", when="now")
    assert (ended.state, ended.outcome) == (
        ActionState.DONE,
        "orders is now a db.m5.xlarge and is available.",
    )
    assert act.undo(ended).outcome == "orders is now a db.m5.large and is available."


def test_a_databases_storage_changes_its_type(act: Acting, there: Services) -> None:
    ended = act.do(ActionKind.MODIFY_DATABASE_STORAGE, there.database(), storage_type="gp3")
    assert (ended.state, ended.outcome) == (ActionState.DONE, "The storage of orders is changed: gp3.")


def test_a_load_balancer_is_deleted_unless_it_is_protected(act: Acting, there: Services) -> None:
    front = there.load_balancer(protected=True)
    with pytest.raises(Refused, match="deletion protection"):
        act.do(ActionKind.DELETE_LOAD_BALANCER, front)
    off = [{"Key": "deletion_protection.enabled", "Value": "false"}]
    there.client("elbv2").modify_load_balancer_attributes(LoadBalancerArn=front.id, Attributes=off)
    there.fleet.collect(front)
    assert act.do(ActionKind.DELETE_LOAD_BALANCER, front).state is ActionState.DONE
    assert there.client("elbv2").describe_load_balancers()["LoadBalancers"] == []


def test_a_nat_gateway_that_a_route_leads_to_stays(act: Acting, there: Services) -> None:
    gateway = there.gateway(routed=True)
    with pytest.raises(Refused, match="leads nowhere"):
        act.do(ActionKind.DELETE_NAT_GATEWAY, gateway)


def test_a_nat_gateway_that_no_route_leads_to_is_deleted(act: Acting, there: Services) -> None:
    gateway = there.gateway()
    ended = act.do(ActionKind.DELETE_NAT_GATEWAY, gateway)
    assert (ended.state, gateway.short_id in ended.outcome) == (ActionState.DONE, True)


def test_a_stopped_instance_is_terminated_once_there_is_an_image_of_it(act: Acting, there: Services) -> None:
    instance = there.fleet.instance()
    there.fleet.ec2.stop_instances(InstanceIds=[instance.id])
    there.fleet.collect(instance)
    ended = act.do(ActionKind.TERMINATE_INSTANCE, instance)
    (image,) = there.fleet.ec2.describe_images(Owners=["self"])["Images"]
    assert ended.state is ActionState.DONE
    assert image["ImageId"] in ended.outcome
    assert ended.after == {"images": [image["ImageId"]]}
    assert there.fleet.state_of(instance) == "terminated"


def test_an_instance_that_runs_or_is_protected_is_not_terminated(act: Acting, there: Services) -> None:
    instance = there.fleet.instance()
    with pytest.raises(Refused, match="only a stopped instance"):
        act.do(ActionKind.TERMINATE_INSTANCE, instance)
    there.fleet.ec2.modify_instance_attribute(InstanceId=instance.id, DisableApiTermination={"Value": True})
    there.fleet.ec2.stop_instances(InstanceIds=[instance.id])
    there.fleet.collect(instance)
    with pytest.raises(Refused, match="termination protection"):
        act.do(ActionKind.TERMINATE_INSTANCE, instance)


def test_a_warehouse_is_paused_and_resumed(act: Acting, there: Services) -> None:
    paused = act.do(ActionKind.PAUSE_WAREHOUSE, there.warehouse())
    assert (paused.state, paused.outcome) == (ActionState.DONE, "sales is paused.")
    assert act.undo(paused).outcome == "sales is available."
