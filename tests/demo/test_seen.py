"""The demo cloud through the very adapters that reach AWS: what they collect is the company as it was made up."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from core.inventory import (
    Address,
    ClassicLoadBalancer,
    Endpoint,
    Firewall,
    LoadBalancer,
    NatGateway,
    RegionInventory,
    Resource,
    SearchDomain,
    Stream,
)
from services.adapters.aws.cloud import AwsCloud
from services.adapters.aws.session import Sessions
from services.demo.company import ACCOUNTS, EXPORT, REGIONS, STAGING, connection
from services.demo.life import World
from services.settings import Settings
from tests.demo.conftest import RunningCloud


@pytest.fixture
def aws(cloud: RunningCloud) -> AwsCloud:
    """The adapter, pointed at the demo cloud."""
    return AwsCloud(
        Sessions(Settings(_env_file=None, PIONEER_MODE="demo", PIONEER_AWS_ENDPOINT=cloud.endpoint))
    )


def collected(aws: AwsCloud) -> Iterator[RegionInventory]:
    """Every account and region."""
    places = [(connection(account), region) for account in ACCOUNTS for region in REGIONS]
    with ThreadPoolExecutor(4) as pool:
        yield from pool.map(lambda place: aws.inventory(*place), places)


def comparable(one: Resource) -> Resource:
    """Without what only a cloud can know: the network around it, and how many targets answer."""
    if isinstance(one, SearchDomain | Stream | ClassicLoadBalancer):  # the stand-in's tagging leaves them out
        return replace(one, tags={})
    if isinstance(one, NatGateway):
        return replace(one, subnet_id="", vpc_id="")
    if isinstance(one, Endpoint | Firewall):
        return replace(one, vpc_id="")
    if isinstance(one, LoadBalancer):
        return replace(one, target_count=None)
    if (
        isinstance(one, Address)
        and one.associated_with is not None
        and not one.associated_with.startswith("i-")
    ):
        return replace(one, associated_with="a NAT gateway")
    return replace(one, tags=dict(one.tags))


def test_what_is_collected_is_what_was_made_up(aws: AwsCloud, born: World) -> None:
    found = {one.id: comparable(one) for place in collected(aws) for one in place.resources}
    expected = {life.resource.id: comparable(life.resource) for life in born.living()}

    assert found.keys() - expected.keys() == {EXPORT.bucket}
    for key, one in expected.items():
        assert found[key] == one


def test_nothing_is_left_unseen(aws: AwsCloud) -> None:
    assert [gap for place in collected(aws) for gap in place.gaps] == []


def test_the_connections_pass_their_check(aws: AwsCloud) -> None:
    checked = aws.check(connection(STAGING))
    assert checked.ok
    for words in ("a wrong ExternalId", "no ExternalId"):
        assert (True, f"The role refuses {words}, as it should.") in checked.lines
