"""Stop an Aurora cluster with all its instances, and see it stopped. RDS starts it again by itself after seven days."""

import shlex
from collections.abc import Mapping
from datetime import timedelta

from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, Wait, done, failed
from core.actions.model import Action, ActionKind
from core.inventory import DatabaseCluster, Kind, Resource
from core.prices import InstanceType

PASSING = frozenset(
    {
        "starting",
        "backing-up",
        "modifying",
        "maintenance",
        "upgrading",
        "failing-over",
        "renaming",
        "promoting",
    }
)
"""States that end in `available` by themselves."""


def _unsuitable(
    resource: Resource, _parameters: Parameters, _types: Mapping[str, InstanceType]
) -> str | None:
    it = resource.short_id
    if resource.state != "available":
        return f"{it} is {resource.state}; only a cluster that is available can be stopped."
    if not isinstance(resource, DatabaseCluster):
        return None
    if resource.global_cluster:
        return f"{it} is part of the global database {resource.global_cluster}: RDS does not stop it."
    if resource.mode == "serverless":
        return f"{it} is Aurora Serverless v1, which pauses by itself; RDS does not stop it."
    return None


def _next(action: Action, sight: Sight) -> Next:
    if sight.resource is None:
        return failed(f"{action.short_id} no longer exists.")
    match sight.resource.state:
        case "stopped" if action.begun:
            return done(f"{action.short_id} is stopped.")
        case "stopped":
            return done(f"{action.short_id} was stopped already; nothing was done.")
        case "stopping":
            return Wait(f"{action.short_id} is stopping.")
        case "available":
            return Do(Call.STOP_CLUSTER)
        case state if state in PASSING:
            return Wait(f"{action.short_id} is {state}; it can be stopped once it is available.")
        case state:
            return failed(f"{action.short_id} is {state} and cannot be stopped.")


DECLARATION = Declaration(
    kind=ActionKind.STOP_DATABASE_CLUSTER,
    title="Stop database cluster",
    on=Kind.DATABASE_CLUSTER,
    permissions=("rds:DescribeDBClusters", "rds:DescribeDBInstances", "rds:StopDBCluster"),
    unsuitable=_unsuitable,
    calls=lambda it, _: (f"rds:StopDBCluster DBClusterIdentifier={it.short_id}",),
    by_hand=lambda it, _: (
        f"aws rds stop-db-cluster --db-cluster-identifier {shlex.quote(it.short_id)} --region {shlex.quote(it.region)}",
    ),
    terraform=lambda _: "Terraform has no resource that stops a cluster; use the call",
    reversal=lambda _: (
        "Undo starts it again; RDS does so by itself after seven days. Its storage keeps costing."
    ),
    undo=lambda _: (ActionKind.START_DATABASE_CLUSTER, {}),
    next=_next,
    sends=(Call.STOP_CLUSTER,),
    deadline=timedelta(hours=3),
)
