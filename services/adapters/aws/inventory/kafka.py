"""MSK: clusters of Kafka, with their brokers."""

from collections.abc import Iterator

from core.inventory import KafkaCluster, Kind, Resource
from services.adapters.aws.inventory.listing import Listed, Listing

CLUSTERS = ("kafka", "list_clusters_v2")


def clusters(listed: Listed) -> Iterator[Resource]:
    """All clusters, serverless ones too, in one paged call."""
    for item in listed.place.pages(*CLUSTERS, "ClusterInfoList", MaxResults=100):
        made = item.get("Provisioned") or {}
        group = made.get("BrokerNodeGroupInfo") or {}
        volume = (group.get("StorageInfo") or {}).get("EbsStorageInfo") or {}
        yield KafkaCluster(
            id=item["ClusterArn"],
            account_id=listed.account_id,
            region=listed.region,
            name=item["ClusterName"],
            state=item["State"],
            tags=item.get("Tags") or {},
            created_at=item.get("CreationTime"),
            serverless=item.get("ClusterType") == "SERVERLESS",
            brokers=made.get("NumberOfBrokerNodes") or 0,
            broker_type=group.get("InstanceType", ""),
            volume_gb=volume.get("VolumeSize", 0),
        )


LISTINGS = (Listing("MSK clusters", Kind.KAFKA_CLUSTER, (CLUSTERS,), clusters),)
