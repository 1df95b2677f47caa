"""NAT gateways that carry what a free gateway endpoint would."""

from collections.abc import Iterator
from decimal import Decimal

from core.figures import usd
from core.inventory import Endpoint, Kind, NatGateway, Table
from core.money import HOURS_PER_MONTH
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule
from core.savings import Cost, MoneyFrom

BYTES_METER = "NatGateway-Bytes"
NAMES = {"s3": "S3", "dynamodb": "DynamoDB"}
GB = 1 << 30


@rule(
    title="Send S3 and DynamoDB traffic through gateway endpoints",
    why="What goes to S3 or DynamoDB through a NAT gateway is paid for by the GB; a gateway endpoint carries it for nothing.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.EASY,
    lever=Lever.TRAFFIC,
    by_hand="`aws ec2 create-vpc-endpoint --vpc-id VPC --service-name com.amazonaws.REGION.s3 --route-table-ids TABLES` (and `.dynamodb`); "
    "open connections break once when the routes change.",
    reads=("ec2:DescribeNatGateways", "ec2:DescribeVpcEndpoints", "cloudwatch:GetMetricData"),
    peers=("AWS's own advice on NAT gateways; no tool compared has a threshold",),
    options=(
        Option("days", 7, "days", "How long it must have been measured."),
        Option("traffic", 500, "GB a month", "Traffic below which it is not worth the change."),
        Option("share", 30, "%", "Share of the traffic taken to go to S3; only flow logs tell."),
        Option("share_tables", 10, "%", "Share taken to go to DynamoDB, where the region has tables."),
    ),
)
def nat_instead_of_endpoint(gateway: NatGateway, facts: Facts) -> Finding | Undetermined | None:
    """Only the charge by the GB gets less, and only by a share that is an assumption: the hours stay."""
    if gateway.state != "available":
        return None
    through = sum(facts.quiet(gateway, way, facts.option("days")) for way in ("bytes_out", "bytes_in"))
    least = facts.option("traffic")
    gb = through / GB / max(1, facts.usage.days) / 24 * float(HOURS_PER_MONTH)
    if gb < least:
        return None
    facts.seen_whole(gateway, Kind.ENDPOINT)
    missing = sorted(_wanted(gateway, facts) - set(_present(gateway, facts)))
    if not missing:
        return None
    share = sum(facts.option("share" if service == "s3" else "share_tables") for service in missing)
    cost, by_gb = _money(gateway, facts, gb)
    if by_gb <= 0:
        return Undetermined("The bill does not tell what its traffic costs.")
    return Finding(
        because=f"{gb:,.0f} GB a month pass through it for {usd(by_gb)}, and {gateway.vpc_id} has no gateway endpoint for "
        f"{' and '.join(NAMES[service] for service in missing)}. {share:.0f}% of the traffic is taken to go there, which is an "
        "assumption: VPC flow logs tell the true share.",
        saving=by_gb * Decimal(str(share)) / 100,
        cost=cost,
        evidence={
            "missing": missing,
            "vpc": gateway.vpc_id,
            "share_assumed": share,
            "prices": {"traffic": str(by_gb)},
            "metrics": [{"metric": "traffic", "mean": gb, "unit": "GB a month", "threshold": least}],
        },
    )


def _wanted(gateway: NatGateway, facts: Facts) -> set[str]:
    """S3, which everything uses; DynamoDB where there are tables."""
    here = (gateway.account_id, gateway.region)
    tables = any((table.account_id, table.region) == here for table in facts.fleet.all(Table))
    return {"s3", "dynamodb"} if tables else {"s3"}


def _present(gateway: NatGateway, facts: Facts) -> Iterator[str]:
    """Services that an endpoint of the VPC leads to; an interface endpoint to S3 is a choice that somebody made."""
    place = (gateway.account_id, gateway.region, gateway.vpc_id)
    for endpoint in facts.fleet.all(Endpoint):
        if (endpoint.account_id, endpoint.region, endpoint.vpc_id) == place:
            yield endpoint.service.rpartition(".")[2]


def _money(gateway: NatGateway, facts: Facts, gb: float) -> tuple[Cost, Decimal]:
    """What it costs a month, and its traffic: the bill's part, but no more than what was measured lately, lest one bad day count each month."""
    known = facts.prices.find(gateway.region, "nat:gb")
    listed = None if known is None else known.usd * Decimal(str(round(gb, 3)))
    if gateway.id in facts.bill:
        part = facts.part(gateway, BYTES_METER)
        return facts.cost(gateway), part if listed is None else min(part, listed)
    listed = facts.price(gateway.region, "nat:gb") * Decimal(str(round(gb, 3)))
    return Cost(facts.list_price(gateway) + listed, MoneyFrom.LIST), listed
