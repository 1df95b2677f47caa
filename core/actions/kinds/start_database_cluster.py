"""Start a stopped Aurora cluster, and see it available."""

import shlex
from collections.abc import Mapping
from datetime import timedelta

from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, Wait, done, failed
from core.actions.kinds.stop_database_cluster import PASSING
from core.actions.model import Action, ActionKind
from core.inventory import Kind, Resource
from core.prices import InstanceType


def _unsuitable(
    resource: Resource, _parameters: Parameters, _types: Mapping[str, InstanceType]
) -> str | None:
    if resource.state != "stopped":
        return f"{resource.short_id} is {resource.state}; only a stopped cluster can be started."
    return None


def _next(action: Action, sight: Sight) -> Next:
    if sight.resource is None:
        return failed(f"{action.short_id} no longer exists.")
    match sight.resource.state:
        case "available" if action.begun:
            return done(f"{action.short_id} is available.")
        case "available":
            return done(f"{action.short_id} was available already; nothing was done.")
        case "stopped":
            return Do(Call.START_CLUSTER)
        case "stopping":
            return Wait(f"{action.short_id} is still stopping; it can be started once it has stopped.")
        case state if state in PASSING:
            return Wait(f"{action.short_id} is {state}.")
        case state:
            return failed(f"{action.short_id} is {state} and cannot be started.")


DECLARATION = Declaration(
    kind=ActionKind.START_DATABASE_CLUSTER,
    title="Start database cluster",
    on=Kind.DATABASE_CLUSTER,
    permissions=("rds:DescribeDBClusters", "rds:DescribeDBInstances", "rds:StartDBCluster"),
    unsuitable=_unsuitable,
    calls=lambda it, _: (f"rds:StartDBCluster DBClusterIdentifier={it.short_id}",),
    by_hand=lambda it, _: (
        f"aws rds start-db-cluster --db-cluster-identifier {shlex.quote(it.short_id)} --region {shlex.quote(it.region)}",
    ),
    terraform=lambda _: "Terraform has no resource that starts a cluster; use the call",
    reversal=lambda _: "Undo stops it again.",
    undo=lambda _: (ActionKind.STOP_DATABASE_CLUSTER, {}),
    next=_next,
    sends=(Call.START_CLUSTER,),
    deadline=timedelta(hours=3),
)
