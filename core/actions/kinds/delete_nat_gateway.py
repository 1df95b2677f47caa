"""Delete a NAT gateway that no route leads to."""

import shlex
from collections.abc import Mapping

from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, Wait, done, failed
from core.actions.model import Action, ActionKind
from core.inventory import Kind, NatGateway, Resource
from core.prices import InstanceType


def _unsuitable(
    resource: Resource, _parameters: Parameters, _types: Mapping[str, InstanceType]
) -> str | None:
    if isinstance(resource, NatGateway) and resource.routed:
        return f"A route table still sends traffic to {resource.short_id}; take that route away first, or it leads nowhere."
    if resource.state not in {"available", "failed"}:
        return f"{resource.short_id} is {resource.state}; only one that is available can be deleted."
    return None


def _next(action: Action, sight: Sight) -> Next:
    if sight.resource is None:
        if action.step == Call.DELETE_NAT_GATEWAY:
            return done(f"{action.short_id} is deleted; the address it had is free to be released.")
        return failed(f"{action.short_id} is gone, and it was not us who deleted it.")
    if sight.resource.state == "deleting":
        return Wait(f"{action.short_id} is being deleted.")
    return Do(Call.DELETE_NAT_GATEWAY)


DECLARATION = Declaration(
    kind=ActionKind.DELETE_NAT_GATEWAY,
    title="Delete NAT gateway",
    on=Kind.NAT_GATEWAY,
    permissions=("ec2:DescribeNatGateways", "ec2:DescribeRouteTables", "ec2:DeleteNatGateway"),
    unsuitable=_unsuitable,
    calls=lambda it, _: (f"ec2:DeleteNatGateway NatGatewayId={it.short_id}",),
    by_hand=lambda it, _: (
        f"aws ec2 delete-nat-gateway --nat-gateway-id {shlex.quote(it.short_id)} --region {shlex.quote(it.region)}",
    ),
    terraform=lambda _: "aws_nat_gateway: remove its block and run terraform state rm",
    reversal=lambda _: (
        "Not by a click: a new one can be made with the same address, which stays allocated and keeps costing until released."
    ),
    next=_next,
    sends=(Call.DELETE_NAT_GATEWAY,),
    final=True,
)
