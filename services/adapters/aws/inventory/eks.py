"""EKS: clusters, and where their nodes may come from."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from core.errors import NotFound, PioneerError
from core.inventory import Kind, KubernetesCluster, Resource
from services.adapters.aws.inventory.listing import AT_ONCE, Listed, Listing
from services.adapters.aws.permissions import permission

NAMES, ONE, PROFILES = ("eks", "list_clusters"), ("eks", "describe_cluster"), ("eks", "list_fargate_profiles")


def clusters(listed: Listed) -> Iterator[Resource]:
    """All clusters. Raises where one of them would not be read. Their nodes are instances, which carry their name in a tag."""
    names = [str(name) for name in listed.place.pages(*NAMES, "clusters", maxResults=100)]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for found in threads.map(lambda name: _cluster(listed, name), names):
            if found is not None:
                yield found


def _cluster(listed: Listed, name: str) -> KubernetesCluster | None:
    try:
        item = listed.place.read(*ONE, name=name)["cluster"]
    except NotFound:  # deleted since it was listed
        return None
    return KubernetesCluster(
        id=item["arn"],
        account_id=listed.account_id,
        region=listed.region,
        name=item["name"],
        state=item["status"],
        tags=dict(item.get("tags") or {}),
        created_at=item.get("createdAt"),
        version=item.get("version", ""),
        fargate=_profiles(listed, name),
        auto=bool((item.get("computeConfig") or {}).get("enabled")),
        hybrid=bool(item.get("remoteNetworkConfig")),
    )


def _profiles(listed: Listed, name: str) -> bool | None:
    """Whether it has a Fargate profile; None, and a gap, where we may not ask."""
    try:
        return bool(list(listed.place.pages(*PROFILES, "fargateProfileNames", clusterName=name)))
    except PioneerError as error:
        listed.missing("EKS Fargate profiles", error, permission(*PROFILES))
        return None


LISTINGS = (Listing("EKS clusters", Kind.KUBERNETES_CLUSTER, (NAMES, ONE, PROFILES), clusters),)
