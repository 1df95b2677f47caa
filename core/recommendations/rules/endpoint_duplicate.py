"""Interface endpoints that lead from one VPC to the same service twice."""

from core.inventory import Endpoint
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import rule

BYTES_METER = "VpcEndpoint-Bytes"


@rule(
    title="Keep one interface endpoint for a service in a VPC",
    why="Two interface endpoints for one service in one VPC are paid for by the hour twice, and one carries the traffic of both.",
    effort=Effort.MEDIUM,
    risk=Risk.MEDIUM,
    undo=Undo.COSTLY,
    lever=Lever.REMOVE,
    by_hand="Compare the policies, security groups and zones of both; point clients that name the one to the other, then "
    "`aws ec2 delete-vpc-endpoints --vpc-endpoint-ids ID`.",
    reads=("ec2:DescribeVpcEndpoints", "cloudwatch:GetMetricData"),
    peers=("AWS Well-Architected, network cost: centralise interface endpoints; no threshold",),
)
def endpoint_duplicate(endpoint: Endpoint, facts: Facts) -> Finding | None:
    """The one in the most zones is kept, of those the busiest, of those the oldest; what it carries moves there and goes on costing."""
    if not endpoint.by_the_hour or endpoint.state != "available":
        return None
    alike = [
        other
        for other in facts.fleet.all(Endpoint)
        if _way(other) == _way(endpoint) and other.state == "available"
    ]
    kept = min(alike, key=lambda one: _rank(one, facts), default=endpoint)
    if kept.id == endpoint.id:
        return None
    cost, moves = facts.cost(endpoint), facts.part(endpoint, BYTES_METER)
    if cost.monthly <= moves:
        return None
    return Finding(
        because=f"{endpoint.vpc_id} has {len(alike)} interface endpoints for {endpoint.service}; {kept.name} stands in "
        f"{kept.zones} zones, this one in {endpoint.zones}, and can carry what passes here. Check that their policies do not "
        "differ on purpose.",
        saving=cost.monthly - moves,
        cost=cost,
        evidence={
            "service": endpoint.service,
            "vpc": endpoint.vpc_id,
            "kept": kept.id,
            "endpoints": sorted(one.id for one in alike),
            "prices": {"traffic_that_moves": str(moves)},
        },
    )


def _way(endpoint: Endpoint) -> tuple[str, ...]:
    return endpoint.account_id, endpoint.region, endpoint.vpc_id, endpoint.type, endpoint.service


def _rank(endpoint: Endpoint, facts: Facts) -> tuple[int, float, bool, float, str]:
    """Best first."""
    passed = facts.usage.find(endpoint.id, "bytes")
    made = endpoint.created_at
    return (
        -endpoint.zones,
        0.0 if passed is None else -passed.total,
        made is None,
        0.0 if made is None else made.timestamp(),
        endpoint.id,
    )
