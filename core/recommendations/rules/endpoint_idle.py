"""Interface endpoints that nothing passes through."""

from core.inventory import Endpoint
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule


@rule(
    title="Delete interface endpoints that nothing passes through",
    why="An interface endpoint is paid for by the hour in every zone it stands in, used or not.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.COSTLY,
    lever=Lever.REMOVE,
    by_hand="`aws ec2 delete-vpc-endpoints --vpc-endpoint-ids ID`; look first whether a job that runs once a quarter needs it.",
    reads=("ec2:DescribeVpcEndpoints", "cloudwatch:GetMetricData"),
    peers=("Trusted Advisor: 0 bytes over 30 days",),
    options=(Option("days", 14, "days", "How long nothing may have passed through it.", lookback=True),),
)
def endpoint_idle(endpoint: Endpoint, facts: Facts) -> Finding | None:
    """Gateway endpoints cost nothing and are left alone."""
    if not endpoint.by_the_hour or endpoint.state != "available":
        return None
    passed = facts.quiet(endpoint, "bytes", facts.option("days"))
    if passed > 0:
        return None
    cost = facts.cost(endpoint)
    return Finding(
        because=f"In {facts.usage.days} days not a byte passed through this way to {endpoint.service}, "
        f"which stands in {endpoint.zones} zones of {endpoint.vpc_id}.",
        saving=cost.monthly,
        cost=cost,
        evidence={
            "service": endpoint.service,
            "zones": endpoint.zones,
            "metrics": [{"metric": "bytes", "mean": passed, "unit": "bytes", "threshold": 0}],
        },
    )
