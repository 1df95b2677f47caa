"""Load balancers, gateways and endpoints for tests, and what passed through them."""

from datetime import timedelta

import numpy as np

from core.inventory import Endpoint, LoadBalancer, NatGateway, Resource
from core.recommendations.facts import Facts
from core.recommendations.fleet import Fleet
from core.recommendations.profiles import DAYS
from core.recommendations.usage import Usage
from services import pricebook
from tests.builders import ACCOUNT, LONG_AGO, REGION
from tests.known import NOW, facts

YOUNG = NOW - timedelta(days=3)


def _known(resource_id: str, given: dict[str, object]) -> dict[str, object]:
    return {
        "account_id": ACCOUNT,
        "region": REGION,
        "name": resource_id.rsplit("/", 1)[-1],
        "created_at": LONG_AGO,
        **given,
    }


def a_balancer(name: str = "front", **given: object) -> LoadBalancer:
    """An application load balancer with two targets."""
    own = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/{name}/0a1b"
    return LoadBalancer(
        **{"id": own, "state": "active", "type": "application", "target_count": 2, **_known(name, given)}
    )


def a_gateway(name: str = "nat-1", **given: object) -> NatGateway:
    """A NAT gateway that no route table names."""
    own = f"arn:aws:ec2:{REGION}:{ACCOUNT}:natgateway/{name}"
    return NatGateway(
        **{
            "id": own,
            "state": "available",
            "subnet_id": "subnet-1",
            "vpc_id": "vpc-1",
            "routed": False,
            **_known(name, given),
        }
    )


def an_endpoint(name: str = "vpce-1", service: str = "sqs", **given: object) -> Endpoint:
    """An interface endpoint in two zones."""
    return Endpoint(
        **{
            "id": f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc-endpoint/{name}",
            "state": "available",
            "type": "Interface",
            "service": f"com.amazonaws.{REGION}.{service}",
            "vpc_id": "vpc-1",
            "zones": 2,
            **_known(name, given),
        }
    )


def passed(fleet: list[Resource], days: int = DAYS, **a_day: list[float] | float) -> Facts:
    """Facts about a fleet through which so much passed a day: one number for all of it, or one for each resource."""
    matrices = {}
    for metric, told in a_day.items():
        each = told if isinstance(told, list) else [told] * len(fleet)
        grid = np.array([np.full(days * 24, value / 24, np.float32) for value in each])
        silent = np.where(grid == 0, np.nan, grid)  # CloudWatch leaves out where nothing happened
        matrices[metric] = [([one.id for one in fleet], silent)]
    return facts(prices=pricebook.book(), fleet=Fleet(fleet), usage=Usage(matrices, days))
