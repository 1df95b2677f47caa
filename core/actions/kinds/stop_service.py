"""Scale an ECS service to nothing: its tasks end, its desired count is kept with the action."""

import shlex

from core.actions.kind import Call
from core.actions.model import ActionKind
from core.actions.sizing import Sized, Sizes
from core.inventory import ContainerService, Kind, Resource


def _there(resource: Resource) -> int | None:
    return resource.running if isinstance(resource, ContainerService) else None


def _unfit(resource: Resource) -> str | None:
    if isinstance(resource, ContainerService) and resource.daemon:
        return f"{resource.short_id} runs one task on each machine of its cluster: it has no count to set."
    return None


def _call(resource: Resource, sizes: Sizes) -> str:
    cluster = resource.cluster if isinstance(resource, ContainerService) else ""
    return f"ecs:UpdateService Cluster={cluster} Service={resource.short_id} DesiredCount={sizes['desired']}"


def _by_hand(resource: Resource, sizes: Sizes) -> str:
    cluster = resource.cluster if isinstance(resource, ContainerService) else ""
    named = f"--cluster {shlex.quote(cluster)} --service {shlex.quote(resource.short_id)}"
    return f"aws ecs update-service {named} --desired-count {sizes['desired']} --region {shlex.quote(resource.region)}"


SIZED = Sized(
    on=Kind.CONTAINER_SERVICE,
    noun="ECS service",
    parts="tasks",
    sizes=("desired",),
    empty=lambda sizes: dict.fromkeys(sizes, 0),
    steady=frozenset({"ACTIVE"}),
    there=_there,
    stop=ActionKind.STOP_SERVICE,
    start=ActionKind.START_SERVICE,
    emptying=Call.EMPTY_SERVICE,
    filling=Call.FILL_SERVICE,
    permissions=(
        "ecs:ListClusters",
        "ecs:ListServices",
        "ecs:DescribeServices",
        "ecs:DescribeTaskDefinition",
        "ecs:UpdateService",
    ),
    call=_call,
    by_hand=_by_hand,
    terraform=lambda sizes: f"aws_ecs_service: desired_count = {sizes['desired']}",
    unfit=_unfit,
)
DECLARATION = SIZED.stopping()
