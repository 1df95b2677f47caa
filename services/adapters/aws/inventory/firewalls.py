"""Network Firewall: firewalls, the zones of their endpoints, and whether a route leads to one."""

from collections.abc import Iterator

from core.errors import NotFound, PioneerError
from core.inventory import Firewall, Kind, Resource
from services.adapters.aws.inventory.listing import Item, Listed, Listing, plain
from services.adapters.aws.permissions import permission

NAMES, ONE = ("network-firewall", "list_firewalls"), ("network-firewall", "describe_firewall")
ROUTES = ("ec2", "describe_route_tables")


def firewalls(listed: Listed) -> Iterator[Resource]:
    """All firewalls, each asked about by itself; route tables are read only where there is one."""
    found = list(listed.place.pages(*NAMES, "Firewalls", MaxResults=100))
    named = _routed(listed) if found else frozenset()
    for item in found:
        try:
            seen = listed.place.read(*ONE, FirewallArn=item["FirewallArn"])
        except NotFound:  # deleted since it was listed
            continue
        yield _firewall(listed, seen, named)


def _firewall(listed: Listed, seen: Item, named: frozenset[str] | None) -> Firewall:
    about, status = seen["Firewall"], seen.get("FirewallStatus") or {}
    zones = status.get("SyncStates") or {}
    ends = {(zone.get("Attachment") or {}).get("EndpointId") for zone in zones.values()}
    return Firewall(
        id=about["FirewallArn"],
        account_id=listed.account_id,
        region=listed.region,
        name=about["FirewallName"],
        state=status.get("Status", ""),
        tags=plain(about.get("Tags")),
        created_at=None,  # AWS does not say
        vpc_id=about["VpcId"],
        zones=tuple(sorted(zones)),
        routed=None if named is None else not named.isdisjoint(ends),
    )


def _routed(listed: Listed) -> frozenset[str] | None:
    """Gateways and endpoints that route tables name; None, and a gap, when we may not read them."""
    try:
        tables = list(listed.place.pages(*ROUTES, "RouteTables", MaxResults=100))
    except PioneerError as error:
        listed.missing("Route tables", error, permission(*ROUTES))
        return None
    return frozenset(
        route["GatewayId"] for table in tables for route in table["Routes"] if "GatewayId" in route
    )


LISTINGS = (Listing("Network firewalls", Kind.FIREWALL, (NAMES, ONE, ROUTES), firewalls),)
