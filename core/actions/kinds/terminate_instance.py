"""Terminate a stopped EC2 instance for good, once an image of it is complete."""

import shlex
from collections.abc import Mapping
from datetime import timedelta

from core.actions.kind import Call, Copy, Declaration, Do, Next, Parameters, Sight, Wait, done, failed
from core.actions.model import Action, ActionKind
from core.inventory import Instance, Kind, Resource
from core.prices import InstanceType


def _unsuitable(
    resource: Resource, _parameters: Parameters, _types: Mapping[str, InstanceType]
) -> str | None:
    it = resource.short_id
    if resource.state != "stopped":
        return (
            f"{it} is {resource.state}; only a stopped instance is terminated, so that nothing in use goes."
        )
    if isinstance(resource, Instance) and resource.termination_protected:
        return f"{it} has termination protection; whoever set it must take it off first."
    if isinstance(resource, Instance) and resource.root_device != "ebs":
        return f"{it} starts from an instance store, of which no image can be taken."
    return None


def _next(action: Action, sight: Sight) -> Next:
    it = action.short_id
    kept = sorted(sight.copies, key=lambda image: image[1] != "available")
    if sight.resource is None:
        if action.step != Call.TERMINATE:
            return failed(f"{it} is gone, and it was not us who terminated it.")
        if kept:
            return done(f"{it} is terminated; it can be launched again from the image {kept[0][0]}.")
        return failed(f"{it} is terminated, but AWS shows no image of ours any more.")
    if sight.resource.state == "shutting-down":
        return Wait(f"{it} is being terminated.")
    if not kept:
        return Do(Call.IMAGE)
    image, state = kept[0]
    if state == "available":
        return Do(Call.TERMINATE)
    if any(other == "pending" for _, other in kept):
        return Wait(f"The image of {it} is being taken; large volumes take hours.")
    return failed(f"The image {image} of {it} ended as {state}; the instance was not terminated.")


def _by_hand(resource: Resource, _parameters: Parameters) -> tuple[str, ...]:
    it, region = shlex.quote(resource.short_id), f"--region {shlex.quote(resource.region)}"
    name = shlex.quote(f"before-terminating-{resource.short_id}")
    return (
        f"aws ec2 create-image --instance-id {it} --name {name} {region}",
        f"aws ec2 wait image-available --filters Name=name,Values={name} {region}",
        f"aws ec2 terminate-instances --instance-ids {it} {region}",
    )


DECLARATION = Declaration(
    kind=ActionKind.TERMINATE_INSTANCE,
    title="Terminate instance, keeping an image",
    on=Kind.INSTANCE,
    permissions=(
        "ec2:DescribeInstances",
        "ec2:DescribeInstanceAttribute",
        "ec2:DescribeImages",
        "ec2:CreateImage",
        "ec2:CreateTags",
        "ec2:TerminateInstances",
    ),
    unsuitable=_unsuitable,
    calls=lambda it, _: (
        f"ec2:CreateImage InstanceId={it.short_id}",
        f"ec2:TerminateInstances InstanceIds=[{it.short_id}]",
    ),
    by_hand=_by_hand,
    terraform=lambda _: "aws_instance: remove its block and run terraform state rm",
    reversal=lambda _: (
        "Not by a click: a new instance can be launched from the image taken first; its id and addresses will be others."
    ),
    next=_next,
    sends=(Call.IMAGE, Call.TERMINATE),
    keeps=Copy.IMAGE,
    final=True,
    deadline=timedelta(hours=48),
)
