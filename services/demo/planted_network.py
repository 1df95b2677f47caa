"""What is planted among load balancers, gateways and endpoints: what each rule must find, and what none may flag."""

from collections.abc import Mapping

from core.inventory import Kind, Resource
from services.demo.near_miss import NearMiss

GROUPS: Mapping[str, tuple[Kind, frozenset[str]]] = {
    "elb_idle": (Kind.LOAD_BALANCER, frozenset({"campaign", "legacy-crm"})),
    "nat_idle": (Kind.NAT_GATEWAY, frozenset({"nat-pilot"})),
    "nat_instead_of_endpoint": (Kind.NAT_GATEWAY, frozenset({"nat-lake"})),
    "endpoint_idle": (Kind.ENDPOINT, frozenset({"keys"})),
    "endpoint_duplicate": (Kind.ENDPOINT, frozenset({"queues-old"})),
}
"""Each rule's kind of resource, and the groups it must find."""


def planted(rule: str, resource: Resource, group: str) -> bool:
    """Whether a rule of this file must find a resource."""
    kind, groups = GROUPS.get(rule, (None, frozenset()))
    return resource.kind is kind and group in groups


NEAR_MISSES = (
    NearMiss(
        "elb_idle",
        ("old-links",),
        Kind.LOAD_BALANCER,
        "no targets, but it redirects thousands of old links a day",
    ),
    NearMiss(
        "elb_idle", ("stage-web",), Kind.LOAD_BALANCER, "a staging site that few ask for, but some every day"
    ),
    NearMiss(
        "nat_idle",
        ("nat-spare",),
        Kind.NAT_GATEWAY,
        "nothing passes through, but a route table names it: the standby of a zone",
    ),
    NearMiss(
        "nat_instead_of_endpoint",
        ("nat-a", "nat-b", "nat-eu", "nat-lake-eu"),
        Kind.NAT_GATEWAY,
        "terabytes a month, none of them to S3: the VPC has gateway endpoints",
    ),
    NearMiss(
        "endpoint_idle", ("secrets",), Kind.ENDPOINT, "a few megabytes a day: secrets are small and asked for"
    ),
    NearMiss("endpoint_idle", ("s3",), Kind.ENDPOINT, "a gateway endpoint, which costs nothing"),
    NearMiss(
        "endpoint_duplicate",
        ("registry", "registry-eu"),
        Kind.ENDPOINT,
        "the same service, but each in a VPC of its own",
    ),
    NearMiss("endpoint_duplicate", ("queues",), Kind.ENDPOINT, "the one of two that is kept"),
)
