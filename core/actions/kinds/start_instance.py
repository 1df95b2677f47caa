"""Start a stopped EC2 instance, and see it running."""

import shlex
from collections.abc import Mapping

from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, Wait, done, failed
from core.actions.model import Action, ActionKind
from core.inventory import Kind, Resource
from core.prices import InstanceType


def _unsuitable(
    resource: Resource, _parameters: Parameters, _types: Mapping[str, InstanceType]
) -> str | None:
    if resource.state != "stopped":
        return f"{resource.short_id} is {resource.state}; only a stopped instance can be started."
    return None


def _next(action: Action, sight: Sight) -> Next:
    if sight.resource is None:
        return failed(f"{action.short_id} no longer exists.")
    match sight.resource.state:
        case "running" if action.begun:
            return done(f"{action.short_id} is running.")
        case "running":
            return done(f"{action.short_id} was running already; nothing was done.")
        case "pending":
            return Wait(f"{action.short_id} is starting.")
        case "stopping":
            return Wait(f"{action.short_id} is still stopping; it can be started once it has stopped.")
        case "stopped":
            return Do(Call.START)
        case state:
            return failed(f"{action.short_id} is {state} and cannot be started.")


DECLARATION = Declaration(
    kind=ActionKind.START_INSTANCE,
    title="Start instance",
    on=Kind.INSTANCE,
    permissions=("ec2:DescribeInstances", "ec2:StartInstances"),
    unsuitable=_unsuitable,
    calls=lambda it, _: (f"ec2:StartInstances InstanceIds=[{it.short_id}]",),
    by_hand=lambda it, _: (
        f"aws ec2 start-instances --instance-ids {shlex.quote(it.short_id)} --region {shlex.quote(it.region)}",
    ),
    terraform=lambda _: "aws_ec2_instance_state, where it is used: running",
    reversal=lambda _: "Undo stops it again.",
    undo=lambda _: (ActionKind.STOP_INSTANCE, {}),
    next=_next,
    sends=(Call.START,),
)
