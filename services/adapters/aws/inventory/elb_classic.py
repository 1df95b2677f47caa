"""Elastic Load Balancing: load balancers of the first generation."""

from collections.abc import Iterator

from core.inventory import ClassicLoadBalancer, Kind, Resource
from services.adapters.aws.inventory.listing import TAGGING, Listed, Listing

BALANCERS = ("elb", "describe_load_balancers")


def load_balancers(listed: Listed) -> Iterator[Resource]:
    """All of them, with how many instances are registered, healthy or not."""
    for item in listed.place.pages(*BALANCERS, "LoadBalancerDescriptions", PageSize=400):
        arn = listed.arn("elasticloadbalancing", f"loadbalancer/{item['LoadBalancerName']}")
        yield ClassicLoadBalancer(
            id=arn,
            account_id=listed.account_id,
            region=listed.region,
            name=item["LoadBalancerName"],
            state="active",  # AWS has no other word for one
            tags=listed.tags_by_arn.get(arn, {}),
            created_at=item.get("CreatedTime"),
            instances=len(item.get("Instances") or ()),
        )


LISTINGS = (
    Listing("Classic Load Balancers", Kind.CLASSIC_LOAD_BALANCER, (BALANCERS, TAGGING), load_balancers),
)
