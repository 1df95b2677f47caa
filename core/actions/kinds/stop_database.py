"""Stop an RDS instance, and see it stopped. RDS starts it again by itself after seven days."""

import shlex
from collections.abc import Mapping
from datetime import timedelta

from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, Wait, done, failed
from core.actions.model import Action, ActionKind
from core.inventory import Database, Kind, Resource
from core.prices import InstanceType

PASSING = frozenset({"starting", "backing-up", "modifying", "rebooting", "maintenance", "upgrading"})
"""States that end in `available` by themselves."""


def _unsuitable(
    resource: Resource, _parameters: Parameters, _types: Mapping[str, InstanceType]
) -> str | None:
    it = resource.short_id
    if resource.state != "available":
        return f"{it} is {resource.state}; only a database that is available can be stopped."
    if not isinstance(resource, Database):
        return None
    if resource.replica_of:
        return f"{it} is a read replica of {resource.replica_of}: RDS does not stop replicas."
    if resource.replicas:
        return f"{it} has read replicas ({', '.join(resource.replicas)}): RDS does not stop it while it has."
    if resource.multi_az and resource.engine.startswith("sqlserver"):
        return f"{it} is SQL Server in two zones, which RDS does not stop."
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
            return Do(Call.STOP_DATABASE)
        case state if state in PASSING:
            return Wait(f"{action.short_id} is {state}; it can be stopped once it is available.")
        case state:
            return failed(f"{action.short_id} is {state} and cannot be stopped.")


DECLARATION = Declaration(
    kind=ActionKind.STOP_DATABASE,
    title="Stop database",
    on=Kind.DATABASE,
    permissions=("rds:DescribeDBInstances", "rds:StopDBInstance"),
    unsuitable=_unsuitable,
    calls=lambda it, _: (f"rds:StopDBInstance DBInstanceIdentifier={it.short_id}",),
    by_hand=lambda it, _: (
        f"aws rds stop-db-instance --db-instance-identifier {shlex.quote(it.short_id)} --region {shlex.quote(it.region)}",
    ),
    terraform=lambda _: "aws_rds_instance_state, where it is used: stopped",
    reversal=lambda _: (
        "Undo starts it again; RDS does so by itself after seven days. Its storage keeps costing."
    ),
    undo=lambda _: (ActionKind.START_DATABASE, {}),
    next=_next,
    sends=(Call.STOP_DATABASE,),
    deadline=timedelta(hours=3),
)
