"""What is planted among what runs containers: what each rule must find, and what none may flag and why."""

from collections.abc import Mapping

from core.inventory import Kind, Resource
from services.demo.near_miss import NearMiss

GROUPS: Mapping[str, tuple[Kind, frozenset[str]]] = {
    "fargate_rightsizing": (Kind.CONTAINER_SERVICE, frozenset({"wishlist"})),
    "fargate_graviton": (Kind.CONTAINER_SERVICE, frozenset({"wishlist", "stock-feed", "price-cache"})),
    "ecs_off_hours": (Kind.CONTAINER_SERVICE, frozenset({"stage-catalog"})),
    "node_group_off_hours": (Kind.NODE_GROUP, frozenset({"studio"})),
    "eks_idle": (Kind.KUBERNETES_CLUSTER, frozenset({"kube-trial"})),
    "eks_extended_support": (Kind.KUBERNETES_CLUSTER, frozenset({"batch-jobs"})),
}
"""The kind of resource and the groups that each rule must find."""


def planted(rule: str, resource: Resource, group: str) -> bool:
    """Whether a rule of this family must find it."""
    kind, groups = GROUPS.get(rule, (None, frozenset()))
    return resource.kind is kind and group in groups


NEAR_MISSES = (
    NearMiss(
        "fargate_rightsizing",
        ("price-cache",),
        Kind.CONTAINER_SERVICE,
        "hardly any CPU, but its memory is full, and so much of it is sold with a whole vCPU only",
    ),
    NearMiss("fargate_rightsizing", ("stock-feed",), Kind.CONTAINER_SERVICE, "uses what it asks for"),
    NearMiss("fargate_graviton", ("ranker",), Kind.CONTAINER_SERVICE, "on Graviton already"),
    NearMiss("ecs_off_hours", ("wishlist",), Kind.CONTAINER_SERVICE, "little to do, but at all hours"),
    NearMiss(
        "ecs_off_hours",
        ("stage-images",),
        Kind.CONTAINER_SERVICE,
        "busy at all hours; a schedule switches it already",
    ),
    NearMiss("node_group_off_hours", ("previews",), Kind.NODE_GROUP, "without a node"),
    NearMiss(
        "eks_idle",
        ("preview-apps",),
        Kind.KUBERNETES_CLUSTER,
        "no node at all, but a Fargate profile runs its pods",
    ),
    NearMiss(
        "eks_extended_support",
        ("kube-trial", "preview-apps"),
        Kind.KUBERNETES_CLUSTER,
        "of a version in standard support, if only for days",
    ),
)
