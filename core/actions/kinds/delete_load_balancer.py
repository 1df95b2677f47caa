"""Delete a load balancer. Its target groups stay, and cost nothing."""

import shlex
from collections.abc import Mapping

from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, done, failed
from core.actions.model import Action, ActionKind
from core.inventory import Kind, LoadBalancer, Resource
from core.prices import InstanceType


def _unsuitable(
    resource: Resource, _parameters: Parameters, _types: Mapping[str, InstanceType]
) -> str | None:
    if isinstance(resource, LoadBalancer) and resource.deletion_protected:
        return f"{resource.short_id} has deletion protection; whoever set it must take it off first."
    if resource.state == "provisioning":
        return f"{resource.short_id} is still being made."
    return None


def _next(action: Action, sight: Sight) -> Next:
    if sight.resource is not None:
        return Do(Call.DELETE_LOAD_BALANCER)
    if action.step == Call.DELETE_LOAD_BALANCER:
        return done(f"{action.short_id} is deleted.")
    return failed(f"{action.short_id} is gone, and it was not us who deleted it.")


DECLARATION = Declaration(
    kind=ActionKind.DELETE_LOAD_BALANCER,
    title="Delete load balancer",
    on=Kind.LOAD_BALANCER,
    permissions=(
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeLoadBalancerAttributes",
        "elasticloadbalancing:DeleteLoadBalancer",
    ),
    unsuitable=_unsuitable,
    calls=lambda it, _: (f"elasticloadbalancing:DeleteLoadBalancer LoadBalancerArn={it.id}",),
    by_hand=lambda it, _: (
        f"aws elbv2 delete-load-balancer --load-balancer-arn {shlex.quote(it.id)} --region {shlex.quote(it.region)}",
    ),
    terraform=lambda _: "aws_lb: remove its block and run terraform state rm",
    reversal=lambda _: (
        "Not by a click: a new one has another DNS name, and names that point at this one lead nowhere."
    ),
    next=_next,
    sends=(Call.DELETE_LOAD_BALANCER,),
    final=True,
)
