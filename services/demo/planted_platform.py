"""What is planted among what the company builds on: what each rule must find, and what none may flag and why."""

from collections.abc import Mapping

from core.inventory import Kind, Resource
from services.demo.near_miss import NearMiss

GROUPS: Mapping[str, tuple[Kind, frozenset[str]]] = {
    "msk_idle": (Kind.KAFKA_CLUSTER, frozenset({"clickstream-old"})),
    "firewall_idle": (Kind.FIREWALL, frozenset({"inspection-trial"})),
    "elb_classic_idle": (Kind.CLASSIC_LOAD_BALANCER, frozenset({"old-api"})),
    "secret_unused": (Kind.SECRET, frozenset({"old-erp/password", "pilot/token"})),
    "trail_duplicate": (Kind.TRAIL, frozenset({"siem-export"})),
}
"""Each rule's kind of resource, and the groups it must find."""


def planted(rule: str, resource: Resource, group: str) -> bool:
    """Whether a rule of this file must find a resource."""
    kind, groups = GROUPS.get(rule, (None, frozenset()))
    return resource.kind is kind and group in groups


NEAR_MISSES = (
    NearMiss(
        "msk_idle", ("closing-events",), Kind.KAFKA_CLUSTER, "silent all day: its records come at night"
    ),
    NearMiss(
        "firewall_idle",
        ("perimeter",),
        Kind.FIREWALL,
        "not a packet in weeks, but a route leads to it: it stands by",
    ),
    NearMiss(
        "elb_classic_idle",
        ("partners",),
        Kind.CLASSIC_LOAD_BALANCER,
        "sixty requests a day, which is what a partner's orders are",
    ),
    NearMiss("secret_unused", ("quarter-close/key",), Kind.SECRET, "read once a quarter"),
    NearMiss("secret_unused", ("new-partner/key",), Kind.SECRET, "never read, but three weeks old"),
    NearMiss("trail_duplicate", ("audit",), Kind.TRAIL, "the first of two: its copy costs nothing"),
    NearMiss(
        "trail_duplicate", ("object-access",), Kind.TRAIL, "records data events alone, which no other does"
    ),
)
