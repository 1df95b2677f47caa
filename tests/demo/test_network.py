"""Endpoints and routes as the demo cloud serves them, and what passes through its network."""

import numpy as np
import pytest

from core.inventory import Endpoint, LoadBalancer, NatGateway
from core.periods import midnight
from services.demo import measured
from services.demo.company import ACCOUNTS, REGIONS
from services.demo.life import Lived, World
from services.demo.metrics import values
from services.demo.shapes import Samples
from services.demo.usage import DAY, HOUR, epoch
from tests.demo.conftest import BORN, RunningCloud

GB = 1 << 30


def one(world: World, name: str) -> Lived:
    return next(life for life in world.living() if life.resource.name == name)


def a_week(world: World, life: Lived, namespace: str, metric: str) -> Samples:
    end = epoch(midnight(BORN))
    series = measured.series()[namespace, metric]
    return values(world.seed, life, series, "Sum", (end - 7 * DAY, end, HOUR))[1]


def test_endpoints_look_as_the_world_says(cloud: RunningCloud, born: World) -> None:
    expected = {life.resource.short_id: life.resource for life in born.living()}
    found: set[str] = set()
    for account in ACCOUNTS:
        for region in REGIONS:
            for seen in cloud.client(account, "ec2", region).describe_vpc_endpoints()["VpcEndpoints"]:
                wanted = expected[seen["VpcEndpointId"]]
                assert isinstance(wanted, Endpoint)
                assert (seen["VpcEndpointType"], seen["ServiceName"]) == (wanted.type, wanted.service)
                assert seen["CreationTimestamp"] == wanted.created_at
                assert max(1, len(seen.get("SubnetIds", ()))) == wanted.zones
                found.add(wanted.short_id)
    assert found == {name for name, each in expected.items() if isinstance(each, Endpoint)}


def test_route_tables_name_the_gateways_in_use(cloud: RunningCloud, born: World) -> None:
    named = {
        route["NatGatewayId"]
        for account in ACCOUNTS
        for region in REGIONS
        for table in cloud.client(account, "ec2", region).describe_route_tables()["RouteTables"]
        for route in table["Routes"]
        if "NatGatewayId" in route
    }
    gateways = [life.resource for life in born.living() if isinstance(life.resource, NatGateway)]
    assert named == {each.short_id for each in gateways if each.routed}
    assert len(named) < len(gateways)


def test_a_gateway_passes_what_it_is_billed_for(world: World) -> None:
    life = one(world, "nat-a")
    ways = ("BytesOutToDestination", "BytesInFromDestination")
    measured_gb = sum(a_week(world, life, "AWS/NATGateway", way).sum() for way in ways) / GB / 7
    [flow] = life.flows
    grown = flow.per_day * (5 + 2 * flow.weekend) / 7 * (1 + flow.growth * 390)
    assert measured_gb == pytest.approx(grown, rel=0.05)


@pytest.mark.parametrize(
    ("name", "namespace", "metric"),
    [
        ("nat-spare", "AWS/NATGateway", "BytesOutToDestination"),
        ("campaign", "AWS/ApplicationELB", "RequestCount"),
        ("keys", "AWS/PrivateLinkEndpoints", "BytesProcessed"),
    ],
)
def test_what_nobody_uses_passes_nothing(world: World, name: str, namespace: str, metric: str) -> None:
    assert not a_week(world, one(world, name), namespace, metric).any()


def test_load_balancers_in_use_are_asked_at_all_hours(world: World) -> None:
    for life in world.living():
        if isinstance(life.resource, LoadBalancer) and life.flows:
            way = ("AWS/ApplicationELB", "RequestCount")
            if life.resource.type == "network":
                way = ("AWS/NetworkELB", "NewFlowCount")
            assert np.all(a_week(world, life, *way) > 0), life.resource.name
