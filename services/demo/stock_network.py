"""Fills moto's EC2 with endpoints, and with route tables that name the gateways in use."""

from collections.abc import Iterable
from typing import Any

from moto.ec2.models import ec2_backends, vpcs

from core.inventory import Endpoint, NatGateway
from services.demo.life import Lived
from services.demo.stock import naive, named

EVERYWHERE = "0.0.0.0/0"


def stock_network(lives: Iterable[Lived]) -> None:
    """Create them in each account's default VPC, which is where moto put the gateways."""
    for life in lives:
        one = life.resource
        backend = ec2_backends[one.account_id][one.region]
        if isinstance(one, Endpoint):
            _endpoint(backend, one)
        if isinstance(one, NatGateway) and one.routed:
            table = backend.create_route_table(backend.get_default_vpc().id)
            backend.create_route(table.id, EVERYWHERE, nat_gateway_id=one.short_id)


def _endpoint(backend: Any, one: Endpoint) -> None:  # noqa: ANN401  # a moto backend
    subnets = [subnet.id for subnet in backend.get_default_subnets().values()][: one.zones]
    with named(vpcs, "random_vpc_ep_id", [one.short_id]):
        made = backend.create_vpc_endpoint(
            backend.get_default_vpc().id,
            one.service,
            one.type,
            None,
            [],
            subnets if one.by_the_hour else [],
            tags=dict(one.tags),
        )
    made.creation_timestamp = naive(one.created_at)
