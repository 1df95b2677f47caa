"""EMR: clusters on EC2 that are there still, with their nodes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from core.inventory import EMR_TAG, PROTECTED_TAG, Kind, MapReduceCluster, Resource, protects
from services.adapters.aws.inventory.listing import AT_ONCE, Listed, Listing, plain

CLUSTERS = ("emr", "list_clusters")
CLUSTER = ("emr", "describe_cluster")
INSTANCES = ("emr", "list_instances")
NODES_OF_EC2 = ("ec2", "describe_instances")
THERE = ("STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING", "TERMINATING")
"""What has ended is listed for two months; it costs nothing."""
NODES = ("PROVISIONING", "BOOTSTRAPPING", "RUNNING")


def clusters(listed: Listed) -> Iterator[Resource]:
    """All clusters that have not ended. Raises where one of them would not be read: its nodes would be taken for nobody's."""
    names = [item["Id"] for item in listed.place.pages(*CLUSTERS, "Clusters", ClusterStates=list(THERE))]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for found in threads.map(lambda name: list(_cluster(listed, name)), names):
            yield from found


def _cluster(listed: Listed, name: str) -> Iterator[Resource]:
    """One of them; none where it has ended."""
    item = listed.place.read(*CLUSTER, ClusterId=name)["Cluster"]
    status = item["Status"]
    if status["State"] not in THERE:
        return
    nodes = listed.place.pages(*INSTANCES, "Instances", ClusterId=name, InstanceStates=list(NODES))
    yield MapReduceCluster(
        id=item["ClusterArn"],
        account_id=listed.account_id,
        region=listed.region,
        name=item["Name"],
        state=status["State"],
        tags=plain(item.get("Tags")),
        created_at=(status.get("Timeline") or {}).get("CreationDateTime"),
        release=item.get("ReleaseLabel", ""),
        applications=tuple(sorted(one["Name"] for one in item.get("Applications", ()) if one.get("Name"))),
        instance_ids=tuple(sorted(node["Ec2InstanceId"] for node in nodes if node.get("Ec2InstanceId"))),
        protected_nodes=_protected(listed, name),
        termination_protected=item.get("TerminationProtected", False),
    )


def _protected(listed: Listed, cluster: str) -> tuple[str, ...]:
    """Nodes that somebody protected by themselves, as EC2 knows them: they would end with the cluster."""
    wanted = [
        {"Name": f"tag:{EMR_TAG}", "Values": [cluster]},
        {"Name": "tag-key", "Values": [PROTECTED_TAG]},
        {"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]},
    ]
    found = listed.place.pages(*NODES_OF_EC2, "Reservations", Filters=wanted)
    nodes = (node for reservation in found for node in reservation["Instances"])
    return tuple(
        sorted(node["InstanceId"] for node in nodes if protects(plain(node.get("Tags")).get(PROTECTED_TAG)))
    )


LISTINGS = (
    Listing(
        "EMR clusters",
        Kind.EMR_CLUSTER,
        (CLUSTERS, CLUSTER, INSTANCES, NODES_OF_EC2),
        clusters,
        lambda listed, resource: _cluster(listed, resource.short_id),
    ),
)
