"""Change an EC2 instance's type: stop it, change it, start it again if it was running. What fails on the way is put back."""

import shlex
from collections.abc import Mapping, Sequence

from core.actions.field import Field, Known, named, smaller_first
from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, Wait, done, failed
from core.actions.model import Action, ActionKind
from core.errors import Invalid
from core.inventory import Instance, Kind, Resource
from core.prices import InstanceType


def _check(given: Parameters) -> None:
    wanted = given.get("instance_type")
    if not isinstance(wanted, str) or "." not in wanted:
        message = "Resizing needs the instance type to change to, such as m7g.large."
        raise Invalid(message)


def _types(resource: Resource, known: Known) -> Sequence[str]:
    """Types its disk would start on, the next smaller of its family first."""
    if not isinstance(resource, Instance):
        return ()
    fit = [
        name
        for name, each in known.types.items()
        if each.architecture == resource.architecture and name != resource.type
    ]
    return smaller_first(fit, resource.type, known.types)


def _unsuitable(resource: Resource, parameters: Parameters, types: Mapping[str, InstanceType]) -> str | None:
    it, wanted = resource.short_id, str(parameters["instance_type"])
    if not isinstance(resource, Instance):
        return f"{it} is no instance."
    if resource.state not in {"running", "stopped"}:
        return f"{it} is {resource.state}; only a running or stopped instance can be resized."
    if resource.root_device != "ebs":
        return f"{it} starts from an instance store: it cannot be stopped, and so not resized."
    if wanted == resource.type:
        return f"{it} is a {wanted} already."
    if wanted not in types:
        return (
            f"We do not know the instance type {wanted}, so we cannot tell whether {it} would start as one."
        )
    if types[wanted].architecture != resource.architecture:
        return f"{it} runs {resource.architecture} software; a {wanted} is {types[wanted].architecture} and could not start it."
    return None


def _next(action: Action, sight: Sight) -> Next:
    if not isinstance(sight.resource, Instance):
        return failed(f"{action.short_id} no longer exists.")
    now, before = sight.resource, action.before or {}
    wanted = str(before.get("type", now.type) if action.trouble else action.parameters["instance_type"])
    ran = before.get("state", now.state) in {"running", "pending"}
    match now.state:
        case "pending":
            return Wait(f"{action.short_id} is starting as a {now.type}.")
        case "stopping":
            return Wait(f"{action.short_id} is stopping, to be changed to a {wanted}.")
        case "running" if now.type == wanted:
            return _ended(action, wanted, "and is running")
        case "running":
            return Do(Call.STOP)
        case "stopped" if now.type != wanted:
            return Do(Call.RESIZE_BACK if action.trouble else Call.RESIZE)
        case "stopped" if ran:
            return Do(Call.START)
        case "stopped":
            return _ended(action, wanted, "and is stopped, as it was")
        case state:
            return failed(f"{action.short_id} is {state} and cannot be resized.")


def _ended(action: Action, kind: str, how: str) -> Next:
    if action.trouble:
        return failed(f"{action.trouble} It was put back: {action.short_id} is a {kind} again {how}.")
    if not action.begun:
        return done(f"{action.short_id} was a {kind} already; nothing was done.")
    return done(f"{action.short_id} is now a {kind} {how}.")


def _calls(resource: Resource, parameters: Parameters) -> tuple[str, ...]:
    it = resource.short_id
    modify = f"ec2:ModifyInstanceAttribute InstanceId={it} InstanceType={parameters['instance_type']}"
    if resource.state == "stopped":
        return (modify,)
    return (f"ec2:StopInstances InstanceIds=[{it}]", modify, f"ec2:StartInstances InstanceIds=[{it}]")


def _by_hand(resource: Resource, parameters: Parameters) -> tuple[str, ...]:
    it, region = shlex.quote(resource.short_id), f"--region {shlex.quote(resource.region)}"
    wanted = shlex.quote(f'{{"Value": "{parameters["instance_type"]}"}}')
    modify = f"aws ec2 modify-instance-attribute --instance-id {it} --instance-type {wanted} {region}"
    if resource.state == "stopped":
        return (modify,)
    return (
        f"aws ec2 stop-instances --instance-ids {it} {region}",
        f"aws ec2 wait instance-stopped --instance-ids {it} {region}",
        modify,
        f"aws ec2 start-instances --instance-ids {it} {region}",
    )


def _undo(action: Action) -> tuple[ActionKind, dict[str, object]] | None:
    before = (action.before or {}).get("type")
    return None if before is None else (ActionKind.RESIZE_INSTANCE, {"instance_type": before})


DECLARATION = Declaration(
    kind=ActionKind.RESIZE_INSTANCE,
    title="Resize instance",
    on=Kind.INSTANCE,
    permissions=(
        "ec2:DescribeInstances",
        "ec2:StopInstances",
        "ec2:ModifyInstanceAttribute",
        "ec2:StartInstances",
    ),
    parameters=frozenset({"instance_type"}),
    asks=(
        Field(
            name="instance_type",
            title="New type",
            choices=_types,
            say=lambda name, known: named(str(name), known.types.get(str(name))),
        ),
    ),
    check=_check,
    unsuitable=_unsuitable,
    calls=_calls,
    by_hand=_by_hand,
    terraform=lambda given: f'aws_instance: instance_type = "{given["instance_type"]}"',
    reversal=lambda it: (
        f"Undo changes it back to {getattr(it, 'type', 'the type before')}, with another short stop."
    ),
    undo=_undo,
    next=_next,
    sends=(Call.STOP, Call.RESIZE, Call.START),
    restorable=True,
)
