"""What runs in the cloud, as one snapshot saw it: one dataclass a kind of resource."""

from collections.abc import Mapping

from core.inventory.account import Account, ExportLocation, Gap, RegionInventory
from core.inventory.analytics import EMR_TAG, MapReduceCluster
from core.inventory.compute import AutoScalingGroup, Function, Image, Instance, ModelEndpoint
from core.inventory.containers import ContainerService, KubernetesCluster, NodeGroup
from core.inventory.databases import (
    Cache,
    Database,
    DatabaseCluster,
    DatabaseSnapshot,
    DataWarehouse,
    KafkaCluster,
    SearchDomain,
    Stream,
    Table,
)
from core.inventory.governance import Secret, Trail
from core.inventory.network import Address, ClassicLoadBalancer, Endpoint, Firewall, LoadBalancer, NatGateway
from core.inventory.resource import PROTECTED_TAG, Kind, Resource, protects, short_id
from core.inventory.storage import Bucket, LogGroup, Repository, Snapshot, Volume

__all__ = [
    "EMR_TAG",
    "KINDS",
    "PROTECTED_TAG",
    "Account",
    "Address",
    "AutoScalingGroup",
    "Bucket",
    "Cache",
    "ClassicLoadBalancer",
    "ContainerService",
    "DataWarehouse",
    "Database",
    "DatabaseCluster",
    "DatabaseSnapshot",
    "Endpoint",
    "ExportLocation",
    "Firewall",
    "Function",
    "Gap",
    "Image",
    "Instance",
    "KafkaCluster",
    "Kind",
    "KubernetesCluster",
    "LoadBalancer",
    "LogGroup",
    "MapReduceCluster",
    "ModelEndpoint",
    "NatGateway",
    "NodeGroup",
    "RegionInventory",
    "Repository",
    "Resource",
    "SearchDomain",
    "Secret",
    "Snapshot",
    "Stream",
    "Table",
    "Trail",
    "Volume",
    "protects",
    "short_id",
]

KINDS: Mapping[Kind, type[Resource]] = {
    Kind.INSTANCE: Instance,
    Kind.VOLUME: Volume,
    Kind.SNAPSHOT: Snapshot,
    Kind.ADDRESS: Address,
    Kind.DATABASE: Database,
    Kind.LOAD_BALANCER: LoadBalancer,
    Kind.NAT_GATEWAY: NatGateway,
    Kind.BUCKET: Bucket,
    Kind.LOG_GROUP: LogGroup,
    Kind.FUNCTION: Function,
    Kind.AUTOSCALING_GROUP: AutoScalingGroup,
    Kind.IMAGE: Image,
    Kind.ENDPOINT: Endpoint,
    Kind.REPOSITORY: Repository,
    Kind.DATABASE_SNAPSHOT: DatabaseSnapshot,
    Kind.CACHE: Cache,
    Kind.DATA_WAREHOUSE: DataWarehouse,
    Kind.TABLE: Table,
    Kind.SEARCH_DOMAIN: SearchDomain,
    Kind.MODEL_ENDPOINT: ModelEndpoint,
    Kind.CONTAINER_SERVICE: ContainerService,
    Kind.KUBERNETES_CLUSTER: KubernetesCluster,
    Kind.STREAM: Stream,
    Kind.DATABASE_CLUSTER: DatabaseCluster,
    Kind.NODE_GROUP: NodeGroup,
    Kind.KAFKA_CLUSTER: KafkaCluster,
    Kind.FIREWALL: Firewall,
    Kind.CLASSIC_LOAD_BALANCER: ClassicLoadBalancer,
    Kind.SECRET: Secret,
    Kind.TRAIL: Trail,
    Kind.EMR_CLUSTER: MapReduceCluster,
}
