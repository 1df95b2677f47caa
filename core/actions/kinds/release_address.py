"""Give back an Elastic IP address that nothing uses."""

import shlex
from collections.abc import Mapping

from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, done, failed
from core.actions.model import Action, ActionKind
from core.inventory import Address, Kind, Resource
from core.prices import InstanceType


def _unsuitable(
    resource: Resource, _parameters: Parameters, _types: Mapping[str, InstanceType]
) -> str | None:
    if isinstance(resource, Address) and resource.associated_with:
        return f"{resource.public_ip} is associated with {resource.associated_with}."
    if resource.state != "unassociated":
        return f"{resource.short_id} is {resource.state}; only an unassociated address can be released."
    return None


def _next(action: Action, sight: Sight) -> Next:
    if sight.resource is not None:
        return Do(Call.RELEASE)
    if action.step == Call.RELEASE:
        return done(f"{action.short_id} is released.")
    return failed(f"{action.short_id} is gone, and it was not us who released it.")


DECLARATION = Declaration(
    kind=ActionKind.RELEASE_ADDRESS,
    title="Release address",
    on=Kind.ADDRESS,
    permissions=("ec2:DescribeAddresses", "ec2:ReleaseAddress"),
    unsuitable=_unsuitable,
    calls=lambda it, _: (f"ec2:ReleaseAddress AllocationId={it.short_id}",),
    by_hand=lambda it, _: (
        f"aws ec2 release-address --allocation-id {shlex.quote(it.short_id)} --region {shlex.quote(it.region)}",
    ),
    terraform=lambda _: "aws_eip: remove its block and run terraform state rm",
    reversal=lambda _: (
        "It cannot be taken back: the address returns to AWS and may be given to somebody else."
    ),
    next=_next,
    sends=(Call.RELEASE,),
    final=True,
)
