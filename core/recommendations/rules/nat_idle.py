"""NAT gateways that nothing passes through."""

from core.actions.model import ActionKind
from core.inventory import NatGateway
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule


@rule(
    title="Delete NAT gateways that nothing passes through",
    why="A NAT gateway is paid for by the hour, even where no route leads to it.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.COSTLY,
    lever=Lever.REMOVE,
    fix=ActionKind.DELETE_NAT_GATEWAY,
    reads=("ec2:DescribeNatGateways", "ec2:DescribeRouteTables", "cloudwatch:GetMetricData"),
    peers=(
        "Thrifty: 0 bytes out",
        "Trusted Advisor: 0 bytes over 30 days",
        "Compute Optimizer: 32 days, and in no route table",
        "Finala: 0 connections over 7 days",
    ),
    options=(Option("days", 14, "days", "How long nothing may have gone out through it.", lookback=True),),
)
def nat_idle(gateway: NatGateway, facts: Facts) -> Finding | Undetermined | None:
    """One that a route table names is a standby: its zone may be empty today and full tomorrow."""
    if gateway.state != "available" or gateway.routed:
        return None
    out = facts.quiet(gateway, "bytes_out", facts.option("days"))
    if out > 0:
        return None
    if gateway.routed is None:
        return Undetermined(
            "Nothing goes out through it, but whether a route table names it could not be read."
        )
    cost = facts.cost(gateway)
    return Finding(
        because=f"In {facts.usage.days} days not a byte went out through it, and no route table names it. "
        "Its address keeps costing until it is released and is not counted.",
        saving=cost.monthly,
        cost=cost,
        evidence={
            "routed": False,
            "metrics": [{"metric": "bytes out", "mean": out, "unit": "bytes", "threshold": 0}],
        },
    )
