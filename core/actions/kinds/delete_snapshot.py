"""Delete an EBS snapshot that people or scripts made. What AWS Backup or a lifecycle policy made is theirs to delete."""

import shlex
from collections.abc import Mapping

from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, done, failed
from core.actions.model import Action, ActionKind
from core.inventory import Kind, Resource, Snapshot
from core.prices import InstanceType


def _unsuitable(
    resource: Resource, _parameters: Parameters, _types: Mapping[str, InstanceType]
) -> str | None:
    if isinstance(resource, Snapshot) and resource.made_by:
        return f"{resource.short_id} was made by {resource.made_by}, which deletes it by its own plan; change that plan instead."
    if resource.state not in {"completed", "error"}:
        return f"{resource.short_id} is {resource.state}; only a completed snapshot can be deleted."
    return None


def _next(action: Action, sight: Sight) -> Next:
    if sight.resource is not None:
        return Do(Call.DELETE_SNAPSHOT)
    if action.step == Call.DELETE_SNAPSHOT:
        return done(f"{action.short_id} is deleted.")
    return failed(f"{action.short_id} is gone, and it was not us who deleted it.")


DECLARATION = Declaration(
    kind=ActionKind.DELETE_SNAPSHOT,
    title="Delete snapshot",
    on=Kind.SNAPSHOT,
    permissions=("ec2:DescribeSnapshots", "ec2:DeleteSnapshot"),
    unsuitable=_unsuitable,
    calls=lambda it, _: (f"ec2:DeleteSnapshot SnapshotId={it.short_id}",),
    by_hand=lambda it, _: (
        f"aws ec2 delete-snapshot --snapshot-id {shlex.quote(it.short_id)} --region {shlex.quote(it.region)}",
    ),
    terraform=lambda _: "aws_ebs_snapshot: remove its block and run terraform state rm",
    reversal=lambda _: (
        "It cannot be taken back, unless a Recycle Bin rule keeps deleted snapshots. AWS refuses where an image uses it."
    ),
    next=_next,
    sends=(Call.DELETE_SNAPSHOT,),
    final=True,
)
