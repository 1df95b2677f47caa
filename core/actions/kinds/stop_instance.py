"""Stop a running EC2 instance, and see it stopped."""

import shlex
from collections.abc import Mapping

from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, Wait, done, failed
from core.actions.model import Action, ActionKind
from core.inventory import Instance, Kind, Resource
from core.prices import InstanceType


def _unsuitable(
    resource: Resource, _parameters: Parameters, _types: Mapping[str, InstanceType]
) -> str | None:
    if resource.state != "running":
        return f"{resource.short_id} is {resource.state}; only a running instance can be stopped."
    if isinstance(resource, Instance) and resource.root_device != "ebs":
        return f"{resource.short_id} starts from an instance store: it cannot be stopped, only terminated, and its data would be lost."
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
        case "pending":
            return Wait(f"{action.short_id} is still starting; it can be stopped once it runs.")
        case "running":
            return Do(Call.STOP)
        case state:
            return failed(f"{action.short_id} is {state} and cannot be stopped.")


DECLARATION = Declaration(
    kind=ActionKind.STOP_INSTANCE,
    title="Stop instance",
    on=Kind.INSTANCE,
    permissions=("ec2:DescribeInstances", "ec2:StopInstances"),
    unsuitable=_unsuitable,
    calls=lambda it, _: (f"ec2:StopInstances InstanceIds=[{it.short_id}]",),
    by_hand=lambda it, _: (
        f"aws ec2 stop-instances --instance-ids {shlex.quote(it.short_id)} --region {shlex.quote(it.region)}",
    ),
    terraform=lambda _: "aws_ec2_instance_state, where it is used: stopped",
    reversal=lambda _: (
        "Undo starts it again; a public address that is not an Elastic IP will be another one."
    ),
    undo=lambda _: (ActionKind.START_INSTANCE, {}),
    next=_next,
    sends=(Call.STOP,),
)
