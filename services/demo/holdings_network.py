"""From the network's tables to load balancers, gateways with their addresses, and endpoints, each with its life."""

from collections.abc import Iterator
from datetime import date

from core.inventory import Endpoint
from services.demo import estate_network, holdings
from services.demo.company import BY_KEY
from services.demo.estate_network import EndpointRow
from services.demo.life import Charge, Flow, Lived
from services.demo.machines import short
from services.demo.stories import ago
from services.demo.tags import tagged


def network(seed: int, born: date) -> Iterator[Lived]:
    """All of it."""
    yield from holdings.gateway_addresses(seed, born, estate_network.GATEWAYS)
    yield from holdings.gateways(seed, born, estate_network.GATEWAYS)
    yield from holdings.balancers(seed, born, estate_network.BALANCERS)
    for row in estate_network.INTERFACES:
        yield _endpoint(seed, born, row, "Interface")
    for account, region in estate_network.WITH_GATEWAYS:
        for service in estate_network.GATEWAY_SERVICES:
            row = EndpointRow(service, account, region, service, 1, 0, estate_network.GATEWAYS_AGE)
            yield _endpoint(seed, born, row, "Gateway")


def _endpoint(seed: int, born: date, row: EndpointRow, kind: str) -> Lived:
    account, began = BY_KEY[row.account].id, ago(born, row.age)
    own = short("vpce", seed, row.account, row.region, row.name)
    seen = Endpoint(
        id=f"arn:aws:ec2:{row.region}:{account}:vpc-endpoint/{own}",
        account_id=account,
        region=row.region,
        name=row.name,
        state="available",
        tags=tagged(seed, row.name, "network", "platform", row.account),
        created_at=began,
        type=kind,
        service=f"com.amazonaws.{row.region}.{row.service}",
        vpc_id=short("vpc", seed, row.account, row.region),
        zones=row.zones,
    )
    charges = (Charge("vpce:hour", began, None, row.zones),) if seen.by_the_hour else ()
    flows = (Flow("vpce:gb", row.gb, began, weekend=0.7),) if row.gb else ()
    return Lived(seen, began, None, charges, flows, group=row.name)
