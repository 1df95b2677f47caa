"""Delete an EBS volume that nothing uses, once a snapshot of it is complete."""

import shlex
from collections.abc import Mapping
from datetime import timedelta

from core.actions.kind import Call, Copy, Declaration, Do, Next, Parameters, Sight, Wait, done, failed
from core.actions.model import Action, ActionKind
from core.inventory import Kind, Resource, Volume
from core.prices import InstanceType


def _unsuitable(
    resource: Resource, _parameters: Parameters, _types: Mapping[str, InstanceType]
) -> str | None:
    if isinstance(resource, Volume) and resource.attached_to:
        return f"{resource.short_id} is attached to {resource.attached_to}."
    if resource.state != "available":
        return f"{resource.short_id} is {resource.state}; only a volume that is available (attached to nothing) can be deleted."
    return None


def _next(action: Action, sight: Sight) -> Next:
    kept = sorted(sight.copies, key=lambda snapshot: snapshot[1] != "completed")
    deleting = action.step == Call.DELETE
    if sight.resource is None:
        if deleting and kept:
            return done(f"{action.short_id} is deleted; its data is kept in {kept[0][0]}.")
        if deleting:
            return failed(f"{action.short_id} is deleted, but AWS shows no snapshot of ours any more.")
        return failed(f"{action.short_id} is gone, and it was not us who deleted it.")
    if sight.resource.state == "deleting":
        return Wait(f"{action.short_id} is being deleted.")
    if not kept:
        return Do(Call.SNAPSHOT)
    snapshot, state = kept[0]
    if state == "completed":
        return Do(Call.DELETE)
    if any(other == "pending" for _, other in kept):
        return Wait(f"The snapshot of {action.short_id} is being taken; large volumes take hours.")
    return failed(
        f"The snapshot {snapshot} of {action.short_id} ended as {state}; the volume was not deleted."
    )


def _by_hand(resource: Resource, _parameters: Parameters) -> tuple[str, ...]:
    it, region = shlex.quote(resource.short_id), f"--region {shlex.quote(resource.region)}"
    return (
        f"aws ec2 create-snapshot --volume-id {it} {region}",
        f"aws ec2 wait snapshot-completed --filters Name=volume-id,Values={it} {region}",
        f"aws ec2 delete-volume --volume-id {it} {region}",
    )


DECLARATION = Declaration(
    kind=ActionKind.DELETE_VOLUME,
    title="Delete volume, keeping a snapshot",
    on=Kind.VOLUME,
    permissions=(
        "ec2:DescribeVolumes",
        "ec2:DescribeSnapshots",
        "ec2:CreateSnapshot",
        "ec2:CreateTags",
        "ec2:DeleteVolume",
    ),
    unsuitable=_unsuitable,
    calls=lambda it, _: (
        f"ec2:CreateSnapshot VolumeId={it.short_id}",
        f"ec2:DeleteVolume VolumeId={it.short_id}",
    ),
    by_hand=_by_hand,
    terraform=lambda _: "aws_ebs_volume: remove its block and run terraform state rm",
    reversal=lambda _: (
        "Not by a click: its data stays in the snapshot taken first, from which a new volume can be made."
    ),
    next=_next,
    sends=(Call.SNAPSHOT, Call.DELETE),
    keeps=Copy.SNAPSHOT,
    final=True,
    deadline=timedelta(hours=48),
)
