"""EKS: managed node groups of every cluster."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from core.errors import NotFound
from core.inventory import Kind, NodeGroup, Resource, short_id
from services.adapters.aws.inventory.listing import AT_ONCE, Listed, Listing

CLUSTERS, NAMES, ONE = ("eks", "list_clusters"), ("eks", "list_nodegroups"), ("eks", "describe_nodegroup")


def groups(listed: Listed) -> Iterator[Resource]:
    """All of them, each asked about by itself: AWS has no other way. Raises where one would not be read."""
    clusters = [str(name) for name in listed.place.pages(*CLUSTERS, "clusters", maxResults=100)]
    named = [
        (cluster, str(name))
        for cluster in clusters
        for name in listed.place.pages(*NAMES, "nodegroups", clusterName=cluster, maxResults=100)
    ]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for found in threads.map(lambda one: _group(listed, *one), named):
            if found is not None:
                yield found


def _group(listed: Listed, cluster: str, name: str) -> NodeGroup | None:
    try:
        item = listed.place.read(*ONE, clusterName=cluster, nodegroupName=name)["nodegroup"]
    except NotFound:  # deleted since it was listed
        return None
    sizes = item.get("scalingConfig") or {}
    return NodeGroup(
        id=item["nodegroupArn"],
        account_id=listed.account_id,
        region=listed.region,
        name=item["nodegroupName"],
        state=item["status"],
        tags=dict(item.get("tags") or {}),
        created_at=item.get("createdAt"),
        cluster=item["clusterName"],
        smallest=sizes.get("minSize", 0),
        desired=sizes.get("desiredSize", 0),
        largest=sizes.get("maxSize", 0),
        instance_types=tuple(item.get("instanceTypes") or ()),
        spot=item.get("capacityType") == "SPOT",
        groups=tuple(
            sorted(each["name"] for each in (item.get("resources") or {}).get("autoScalingGroups") or ())
        ),
    )


def look(listed: Listed, resource: Resource) -> Iterator[Resource]:
    """One of them, by the cluster and the name that its ARN says."""
    cluster, name, *_ = short_id(resource.id).split("/")
    found = _group(listed, cluster, name)
    return iter(()) if found is None else iter((found,))


LISTINGS = (Listing("EKS node groups", Kind.NODE_GROUP, (CLUSTERS, NAMES, ONE), groups, look),)
