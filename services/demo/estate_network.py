"""What of the company's network nobody needs, and what only looks so; endpoints of its VPCs."""

from dataclasses import dataclass

from services.demo.company import EU, US
from services.demo.estate import BalancerRow, D, GatewayRow, P, S

BALANCERS = (
    BalancerRow("campaign", P, US, "application", 0, 0, "campaign", 240),
    BalancerRow("crm", P, US, "application", 0, 0, "legacy-crm", 380),
    BalancerRow("old-links", P, EU, "application", 0.02, 0, "old-links", 330),
)
"""Behind `campaign` and `old-links` stands nothing; the latter redirects."""

GATEWAYS = (
    GatewayRow("nat-pilot", P, EU, 0, 140, routed=False),
    GatewayRow("nat-spare", P, US, 0, 300),
)


@dataclass(frozen=True)
class EndpointRow:
    """An endpoint of an account's VPC in a region: the service's last word, the zones it stands in, the GB a day through it."""

    name: str
    account: str
    region: str
    service: str
    zones: int
    gb: float
    age: int


INTERFACES = (
    EndpointRow("secrets", P, US, "secretsmanager", 2, 0.02, 320),
    EndpointRow("queues", P, US, "sqs", 3, 8, 300),
    EndpointRow("queues-old", P, US, "sqs", 2, 0.5, 380),
    EndpointRow("keys", S, US, "kms", 2, 0, 210),
    EndpointRow("registry", D, US, "ecr.dkr", 2, 40, 260),
    EndpointRow("registry-eu", D, EU, "ecr.dkr", 2, 15, 165),
)
WITH_GATEWAYS = ((P, US), (P, EU), (S, US), (D, EU))
"""VPCs with gateway endpoints; the lake's in the US has none."""
GATEWAY_SERVICES = ("s3", "dynamodb")
GATEWAYS_AGE = 165
