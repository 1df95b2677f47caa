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
    if isinstance(resource, Instance):
        yield (*here, Kind.INSTANCE, resource.short_id)
    if isinstance(resource, AutoScalingGroup | MapReduceCluster):
        yield from ((*here, Kind.INSTANCE, member) for member in resource.instance_ids)
    if isinstance(resource, Volume) and resource.attached_to:
        yield (*here, Kind.INSTANCE, resource.attached_to)
    if isinstance(resource, Address) and resource.associated_with:
        yield (*here, Kind.INSTANCE, resource.associated_with)
    if isinstance(resource, Image):
        yield from ((*here, Kind.SNAPSHOT, short_id) for short_id in resource.snapshot_ids)
    if isinstance(resource, Snapshot):
        yield (*here, Kind.SNAPSHOT, resource.short_id)
        yield (*here, Kind.VOLUME, resource.volume_id)
    if isinstance(resource, Database) and resource.cluster:
        yield (*here, Kind.DATABASE, resource.cluster)
    if isinstance(resource, DatabaseCluster):
        yield (*here, Kind.DATABASE, resource.short_id)
    if isinstance(resource, Cache) and resource.group:
        yield (*here, Kind.CACHE, resource.group)
