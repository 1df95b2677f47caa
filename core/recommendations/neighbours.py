"""What rules look up beside the resource that they judge: so that a few can be judged again without the whole fleet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from core.inventory import (
    Address,
    AutoScalingGroup,
    Cache,
    Database,
    DatabaseCluster,
    Image,
    Instance,
    Kind,
    MapReduceCluster,
    NodeGroup,
    Resource,
    Snapshot,
    Volume,
)

LOOKED_UP: Mapping[Kind, frozenset[Kind]] = {
    Kind.INSTANCE: frozenset({Kind.VOLUME, Kind.ADDRESS, Kind.AUTOSCALING_GROUP}),
    Kind.AUTOSCALING_GROUP: frozenset({Kind.INSTANCE}),
    Kind.SNAPSHOT: frozenset({Kind.SNAPSHOT, Kind.VOLUME, Kind.IMAGE}),
    Kind.IMAGE: frozenset({Kind.IMAGE, Kind.SNAPSHOT}),
    Kind.DATABASE: frozenset({Kind.DATABASE}),
    Kind.DATABASE_CLUSTER: frozenset({Kind.DATABASE}),
    Kind.DATABASE_SNAPSHOT: frozenset({Kind.DATABASE}),
    Kind.CACHE: frozenset({Kind.CACHE}),
    Kind.NAT_GATEWAY: frozenset({Kind.TABLE, Kind.ENDPOINT}),
    Kind.ENDPOINT: frozenset({Kind.ENDPOINT}),
    Kind.TRAIL: frozenset({Kind.TRAIL}),
    Kind.EMR_CLUSTER: frozenset({Kind.INSTANCE, Kind.VOLUME}),
    Kind.NODE_GROUP: frozenset({Kind.INSTANCE, Kind.AUTOSCALING_GROUP}),
    Kind.KUBERNETES_CLUSTER: frozenset({Kind.INSTANCE, Kind.AUTOSCALING_GROUP}),
}
"""By the kind judged, the kinds whose resources, in the same account, its rules ask the fleet for."""


def looked_up(judged: Iterable[Resource]) -> frozenset[Kind]:
    """The kinds that rules about these ask for."""
    kinds = {resource.kind for resource in judged}
    return frozenset().union(*(LOOKED_UP.get(kind, frozenset()) for kind in kinds))


def neighbours(judged: Sequence[Resource], others: Iterable[Resource]) -> Iterator[Resource]:
    """Those of the others whose metrics or cost the rules about these ask for, too: members of groups, what is attached."""
    own = {resource.id for resource in judged}
    belongs = {place for resource in judged for place in _places(resource)}
    for other in others:
        if other.id not in own and not belongs.isdisjoint(_places(other)):
            yield other


def _places(resource: Resource) -> Iterator[tuple[object, ...]]:
    """Where a resource belongs: two that share one of these belong together."""
    here = (resource.account_id, resource.region)
    for kind, name in (*_of_machines(resource), *_of_stores(resource)):
        yield (*here, kind, name)


def _of_machines(resource: Resource) -> Iterator[tuple[Kind, str]]:
    if isinstance(resource, Instance):
        yield Kind.INSTANCE, resource.short_id
        if resource.autoscaling_group:
            yield Kind.AUTOSCALING_GROUP, resource.autoscaling_group
    if isinstance(resource, AutoScalingGroup | MapReduceCluster):
        yield from ((Kind.INSTANCE, member) for member in resource.instance_ids)
    if isinstance(resource, AutoScalingGroup | NodeGroup):
        yield from ((Kind.AUTOSCALING_GROUP, name) for name in resource.groups)
    if isinstance(resource, Volume) and resource.attached_to:
        yield Kind.INSTANCE, resource.attached_to
    if isinstance(resource, Address) and resource.associated_with:
        yield Kind.INSTANCE, resource.associated_with


def _of_stores(resource: Resource) -> Iterator[tuple[Kind, str]]:
    if isinstance(resource, Image):
        yield from ((Kind.SNAPSHOT, short_id) for short_id in resource.snapshot_ids)
    if isinstance(resource, Snapshot):
        yield Kind.SNAPSHOT, resource.short_id
        yield Kind.VOLUME, resource.volume_id
    if isinstance(resource, Database) and resource.cluster:
        yield Kind.DATABASE, resource.cluster
    if isinstance(resource, DatabaseCluster):
        yield Kind.DATABASE, resource.short_id
    if isinstance(resource, Cache) and resource.group:
        yield Kind.CACHE, resource.group
