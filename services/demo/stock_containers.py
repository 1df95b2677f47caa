"""Fills moto with the company's ECS services and EKS clusters."""

from collections.abc import Iterable

from moto.ecs.models import ecs_backends
from moto.eks.models import eks_backends

from core.inventory import ContainerService, KubernetesCluster, NodeGroup
from services.demo.company import ROLE_NAME
from services.demo.life import Lived


def stock_containers(lives: Iterable[Lived]) -> None:
    """Create them all."""
    for life in lives:
        if isinstance(life.resource, ContainerService):
            _service(life.resource)
        if isinstance(life.resource, KubernetesCluster):
            _cluster(life.resource)
        if isinstance(life.resource, NodeGroup):
            _nodes(life.resource)


def _service(one: ContainerService) -> None:
    backend = ecs_backends[one.account_id][one.region]
    if one.cluster not in backend.clusters:
        backend.create_cluster(one.cluster)
    backend.register_task_definition(
        one.name,
        [{"name": one.name, "image": f"{one.name}:latest", "memory": one.memory_mib}],
        network_mode="awsvpc",
        requires_compatibilities=["FARGATE"],
        cpu=str(one.cpu),
        memory=str(one.memory_mib),
        runtime_platform={"cpuArchitecture": one.architecture.upper(), "operatingSystemFamily": one.platform},
    )
    made = backend.create_service(
        one.cluster,
        one.name,
        one.desired,
        one.name,
        tags=[{"key": key, "value": value} for key, value in one.tags.items()],
        launch_type=one.launch,
    )
    made.running_count, made.pending_count = one.desired, 0
    made.created_at = one.created_at
    for deployment in made.deployments:
        deployment["createdAt"] = deployment["updatedAt"] = one.created_at


def _cluster(one: KubernetesCluster) -> None:
    backend = eks_backends[one.account_id][one.region]
    role = f"arn:aws:iam::{one.account_id}:role/{ROLE_NAME}"
    made = backend.create_cluster(one.name, role, {"subnetIds": []}, version=one.version, tags=dict(one.tags))
    made.created_at = one.created_at
    if one.fargate:
        backend.create_fargate_profile("default", one.name, [{"namespace": "default"}], role)


def _nodes(one: NodeGroup) -> None:
    made = eks_backends[one.account_id][one.region].create_nodegroup(
        one.cluster,
        f"arn:aws:iam::{one.account_id}:role/{ROLE_NAME}",
        one.name,
        [],
        {"minSize": one.smallest, "desiredSize": one.desired, "maxSize": one.largest},
        instance_types=list(one.instance_types),
        tags=dict(one.tags),
    )
    made.created_at, made.arn = one.created_at, one.id
    made.resources["autoScalingGroups"] = [{"name": name} for name in one.groups]
