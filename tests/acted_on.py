"""One resource for each kind of action that may be done to it, and what the action is given."""

from collections.abc import Mapping
from dataclasses import replace

from core.actions.catalog import DECLARATIONS
from core.actions.model import ActionKind
from core.inventory import (
    AutoScalingGroup,
    Bucket,
    Database,
    DatabaseCluster,
    DataWarehouse,
    Kind,
    LoadBalancer,
    LogGroup,
    MapReduceCluster,
    NatGateway,
    Resource,
    Snapshot,
)
from tests.builders import ACCOUNT, REGION, a_volume, an_address, an_instance
from tests.containers import a_node_group, a_service

_PLACE = {"account_id": ACCOUNT, "region": REGION}
_ARN = f"{REGION}:{ACCOUNT}"


def a_snapshot(**given: object) -> Snapshot:
    """A completed snapshot of 100 GB."""
    return Snapshot(
        **{
            "id": f"arn:aws:ec2:{_ARN}:snapshot/snap-1",
            **_PLACE,
            "name": "snap-1",
            "state": "completed",
            "volume_id": "vol-1",
            "size_gb": 100,
            **given,
        }
    )


def a_log_group(**given: object) -> LogGroup:
    """A log group that keeps everything."""
    arn = f"arn:aws:logs:{_ARN}:log-group:/aws/lambda/web"
    return LogGroup(**{"id": arn, **_PLACE, "name": "/aws/lambda/web", "state": "available", **given})


def a_bucket(**given: object) -> Bucket:
    """A bucket without rules."""
    named = {"id": "attic", "name": "attic", "state": "available", "lifecycle_rules": ()}
    return Bucket(**{**_PLACE, **named, **given})


def a_database(**given: object) -> Database:
    """A PostgreSQL of one zone that is available."""
    return Database(
        **{
            "id": f"arn:aws:rds:{_ARN}:db:orders",
            **_PLACE,
            "name": "orders",
            "state": "available",
            "instance_class": "db.m5.large",
            "engine": "postgres",
            "engine_version": "16.4",
            "multi_az": False,
            "storage_type": "gp2",
            "storage_gb": 100,
            **given,
        }
    )


def a_load_balancer(**given: object) -> LoadBalancer:
    """An application load balancer."""
    arn = f"arn:aws:elasticloadbalancing:{_ARN}:loadbalancer/app/front/50dc6c495c0c9188"
    return LoadBalancer(
        **{"id": arn, **_PLACE, "name": "front", "state": "active", "type": "application", **given}
    )


def a_gateway(**given: object) -> NatGateway:
    """A NAT gateway that no route leads to."""
    arn = f"arn:aws:ec2:{_ARN}:natgateway/nat-1"
    own = {"name": "nat-1", "state": "available", "subnet_id": "s", "vpc_id": "v", "routed": False}
    return NatGateway(**{"id": arn, **_PLACE, **own, **given})


def a_warehouse(**given: object) -> DataWarehouse:
    """A Redshift cluster of two nodes."""
    arn = f"arn:aws:redshift:{_ARN}:cluster:sales"
    own = {"name": "sales", "state": "available", "node_type": "ra3.large", "nodes": 2}
    return DataWarehouse(**{"id": arn, **_PLACE, **own, **given})


def a_cluster(**given: object) -> DatabaseCluster:
    """An Aurora cluster of one instance that is available."""
    arn = f"arn:aws:rds:{_ARN}:cluster:ledger"
    own = {"name": "ledger", "state": "available", "engine": "aurora-postgresql", "engine_version": "16.4"}
    return DatabaseCluster(**{"id": arn, **_PLACE, **own, "members": ("ledger-1",), **given})


def a_group(**given: object) -> AutoScalingGroup:
    """An Auto Scaling group of two instances, at most four."""
    arn = f"arn:aws:autoscaling:{_ARN}:autoScalingGroup:1f2e:autoScalingGroupName/workers"
    own = {"name": "workers", "state": "active", "smallest": 1, "desired": 2, "largest": 4}
    return AutoScalingGroup(**{"id": arn, **_PLACE, **own, "instance_ids": ("i-1", "i-2"), **given})


def an_emr_cluster(**given: object) -> MapReduceCluster:
    """An EMR cluster of two nodes that waits for work."""
    arn = f"arn:aws:elasticmapreduce:{_ARN}:cluster/j-1"
    own = {"name": "nightly", "state": "WAITING", "release": "emr-7.2.0", "instance_ids": ("i-1", "i-2")}
    return MapReduceCluster(**{"id": arn, **_PLACE, **own, **given})


SUBJECTS: Mapping[Kind, Resource] = {
    Kind.INSTANCE: an_instance(),
    Kind.VOLUME: a_volume(state="available", attached_to=None),
    Kind.ADDRESS: an_address(),
    Kind.SNAPSHOT: a_snapshot(),
    Kind.LOG_GROUP: a_log_group(),
    Kind.BUCKET: a_bucket(),
    Kind.DATABASE: a_database(),
    Kind.LOAD_BALANCER: a_load_balancer(),
    Kind.NAT_GATEWAY: a_gateway(),
    Kind.DATA_WAREHOUSE: a_warehouse(),
    Kind.DATABASE_CLUSTER: a_cluster(),
    Kind.AUTOSCALING_GROUP: a_group(),
    Kind.CONTAINER_SERVICE: a_service(running=2),
    Kind.NODE_GROUP: a_node_group(),
    Kind.EMR_CLUSTER: an_emr_cluster(),
}
GIVEN: Mapping[ActionKind, dict[str, object]] = {
    ActionKind.RESIZE_INSTANCE: {"instance_type": "m5.xlarge"},
    ActionKind.MODIFY_VOLUME: {"type": "gp3", "iops": 4000},
    ActionKind.SET_LOG_RETENTION: {"days": 30},
    ActionKind.SET_BUCKET_LIFECYCLE: {"abort_days": 7},
    ActionKind.MODIFY_DATABASE: {"instance_class": "db.m5.xlarge", "when": "now"},
    ActionKind.MODIFY_DATABASE_STORAGE: {"storage_type": "gp3"},
    ActionKind.START_AUTOSCALING_GROUP: {"smallest": 1, "desired": 2, "largest": 4},
    ActionKind.START_SERVICE: {"desired": 2},
    ActionKind.START_NODE_GROUP: {"smallest": 1, "desired": 2, "largest": 4},
}
_STATES: Mapping[ActionKind, str] = {
    ActionKind.START_INSTANCE: "stopped",
    ActionKind.TERMINATE_INSTANCE: "stopped",
    ActionKind.START_DATABASE: "stopped",
    ActionKind.RESUME_WAREHOUSE: "paused",
    ActionKind.START_DATABASE_CLUSTER: "stopped",
}
_SIZES: Mapping[ActionKind, dict[str, object]] = {
    ActionKind.START_AUTOSCALING_GROUP: {"smallest": 0, "desired": 0, "largest": 0, "instance_ids": ()},
    ActionKind.START_SERVICE: {"desired": 0, "running": 0},
    ActionKind.START_NODE_GROUP: {"smallest": 0, "desired": 0},
}


def subject(kind: ActionKind) -> Resource:
    """A resource that this kind may be done to."""
    found = SUBJECTS[DECLARATIONS[kind].on]
    found = replace(found, **_SIZES.get(kind, {}))
    return replace(found, state=_STATES[kind]) if kind in _STATES else found
