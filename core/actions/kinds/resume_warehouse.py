"""Resume a paused Redshift cluster."""

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
    if resource.state != "paused":
        return f"{resource.short_id} is {resource.state}; only a cluster that is paused can be resumed."
    return None


def _next(action: Action, sight: Sight) -> Next:
    if sight.resource is None:
        return failed(f"{action.short_id} no longer exists.")
    match sight.resource.state:
        case "available" if action.begun:
            return done(f"{action.short_id} is available.")
        case "available":
            return done(f"{action.short_id} was available already; nothing was done.")
        case "paused":
            return Do(Call.RESUME_WAREHOUSE)
        case "pausing" | "resuming" | "modifying" | "rebooting" as state:
            return Wait(f"{action.short_id} is {state}.")
        case state:
            return failed(f"{action.short_id} is {state} and cannot be resumed.")


DECLARATION = Declaration(
    kind=ActionKind.RESUME_WAREHOUSE,
    title="Resume warehouse",
    on=Kind.DATA_WAREHOUSE,
    permissions=("redshift:DescribeClusters", "redshift:ResumeCluster"),
    unsuitable=_unsuitable,
    calls=lambda it, _: (f"redshift:ResumeCluster ClusterIdentifier={it.short_id}",),
    by_hand=lambda it, _: (
        f"aws redshift resume-cluster --cluster-identifier {shlex.quote(it.short_id)} --region {shlex.quote(it.region)}",
    ),
    terraform=lambda _: "aws_redshift_scheduled_action, where it is used: resume_cluster",
    reversal=lambda _: "Undo pauses it again.",
    undo=lambda _: (ActionKind.PAUSE_WAREHOUSE, {}),
    next=_next,
    sends=(Call.RESUME_WAREHOUSE,),
    deadline=timedelta(hours=3),
)
