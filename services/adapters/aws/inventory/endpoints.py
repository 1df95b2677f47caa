"""EC2: the endpoints of VPCs."""

from collections.abc import Iterator

from core.inventory import Endpoint, Kind, Resource
from services.adapters.aws.inventory.listing import Listed, Listing, plain

PAGE = 1000
_ENDED = frozenset({"deleting", "deleted", "rejected", "expired", "failed"})
"""States, as AWS writes them or in lower case, in which an endpoint serves nobody and costs nothing."""


def endpoints(listed: Listed) -> Iterator[Resource]:
    """All endpoints but those that ended; an interface has a network card in each zone, which is what is paid for."""
    for item in listed.place.pages("ec2", "describe_vpc_endpoints", "VpcEndpoints", MaxResults=PAGE):
        if item["State"].lower() in _ENDED:
            continue
        tags, own = plain(item.get("Tags")), item["VpcEndpointId"]
        yield Endpoint(
            id=listed.arn("ec2", f"vpc-endpoint/{own}"),
            account_id=listed.account_id,
            region=listed.region,
            name=tags.get("Name") or own,
            state=item["State"],
            tags=tags,
            created_at=item.get("CreationTimestamp"),
            type=item.get("VpcEndpointType", "Gateway"),
            service=item["ServiceName"],
            vpc_id=item["VpcId"],
            zones=max(1, len(item.get("SubnetIds", ()))),
        )


LISTINGS = (Listing("VPC endpoints", Kind.ENDPOINT, (("ec2", "describe_vpc_endpoints"),), endpoints),)
