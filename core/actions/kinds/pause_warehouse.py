"""Pause a Redshift cluster: its storage is kept and paid for, its nodes are not."""

import shlex
from collections.abc import Mapping
from datetime import timedelta

from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, Wait, done, failed
from core.actions.model import Action, ActionKind
from core.inventory import Kind, Resource
from core.prices import InstanceType


def _unsuitable(
    resource: Resource, _parameters: Parameters, _types: Mapping[str, InstanceType]
) -> str | None:
    if resource.state != "available":
        return f"{resource.short_id} is {resource.state}; only a cluster that is available can be paused."
    return None


def _next(action: Action, sight: Sight) -> Next:
    if sight.resource is None:
        return failed(f"{action.short_id} no longer exists.")
    match sight.resource.state:
        case "paused" if action.begun:
            return done(f"{action.short_id} is paused.")
        case "paused":
            return done(f"{action.short_id} was paused already; nothing was done.")
        case "available":
            return Do(Call.PAUSE_WAREHOUSE)
        case "pausing" | "resuming" | "modifying" | "rebooting" as state:
            return Wait(f"{action.short_id} is {state}.")
        case state:
            return failed(f"{action.short_id} is {state} and cannot be paused.")


DECLARATION = Declaration(
    kind=ActionKind.PAUSE_WAREHOUSE,
    title="Pause warehouse",
    on=Kind.DATA_WAREHOUSE,
    permissions=("redshift:DescribeClusters", "redshift:PauseCluster"),
    unsuitable=_unsuitable,
    calls=lambda it, _: (f"redshift:PauseCluster ClusterIdentifier={it.short_id}",),
    by_hand=lambda it, _: (
        f"aws redshift pause-cluster --cluster-identifier {shlex.quote(it.short_id)} --region {shlex.quote(it.region)}",
    ),
    terraform=lambda _: "aws_redshift_scheduled_action, where it is used: pause_cluster",
    reversal=lambda _: "Undo resumes it, which takes minutes.",
    undo=lambda _: (ActionKind.RESUME_WAREHOUSE, {}),
    next=_next,
    sends=(Call.PAUSE_WAREHOUSE,),
    deadline=timedelta(hours=3),
)
