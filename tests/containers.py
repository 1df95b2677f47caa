"""Services and clusters for tests: say only what the test is about."""

from core.inventory import ContainerService, KubernetesCluster, NodeGroup
from tests.builders import ACCOUNT, LONG_AGO, REGION


def a_service(name: str = "api", **given: object) -> ContainerService:
    """Two Fargate tasks of 1 vCPU and 4 GB."""
    own = {
        "id": f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/shop/{name}",
        "account_id": ACCOUNT,
        "region": REGION,
        "name": name,
        "state": "ACTIVE",
        "created_at": LONG_AGO,
        "cluster": "shop",
        "launch": "FARGATE",
        "desired": 2,
        "cpu": 1024,
        "memory_mib": 4096,
    }
    return ContainerService(**{**own, **given})


def a_cluster(name: str = "kube", **given: object) -> KubernetesCluster:
    """A cluster without a Fargate profile, of a version in standard support."""
    own = {
        "id": f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{name}",
        "account_id": ACCOUNT,
        "region": REGION,
        "name": name,
        "state": "ACTIVE",
        "created_at": LONG_AGO,
        "version": "1.34",
        "fargate": False,
    }
    return KubernetesCluster(**{**own, **given})


def a_node_group(name: str = "workers", **given: object) -> NodeGroup:
    """Two nodes, at least one and at most four."""
    own = {
        "id": f"arn:aws:eks:{REGION}:{ACCOUNT}:nodegroup/kube/{name}/1f2e",
        "account_id": ACCOUNT,
        "region": REGION,
        "name": name,
        "state": "ACTIVE",
        "created_at": LONG_AGO,
        "cluster": "kube",
        "smallest": 1,
        "desired": 2,
        "largest": 4,
    }
    return NodeGroup(**{**own, **given})
