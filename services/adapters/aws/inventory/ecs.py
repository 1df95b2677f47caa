"""ECS: services, and the size of the tasks they run."""

from collections.abc import Iterator

from core.errors import PioneerError
from core.inventory import ContainerService, Kind, Resource
from services.adapters.aws.inventory.listing import Item, Listed, Listing
from services.adapters.aws.permissions import permission

CLUSTERS, NAMES = ("ecs", "list_clusters"), ("ecs", "list_services")
SOME, TASK = ("ecs", "describe_services"), ("ecs", "describe_task_definition")
AT_ONCE = 10
"""Services that AWS describes in one call."""


def services(listed: Listed) -> Iterator[Resource]:
    """All services of all clusters, ten a call; a task definition is asked for once, however many run it."""
    tasks: dict[str, Item | None] = {}
    for cluster in listed.place.pages(*CLUSTERS, "clusterArns", maxResults=100):
        names = [
            str(name) for name in listed.place.pages(*NAMES, "serviceArns", cluster=cluster, maxResults=100)
        ]
        for start in range(0, len(names), AT_ONCE):
            found = listed.place.read(
                *SOME, cluster=cluster, services=names[start : start + AT_ONCE], include=["TAGS"]
            )
            for item in found["services"]:
                yield _service(listed, item, _task(listed, item.get("taskDefinition"), tasks))


def _task(listed: Listed, arn: str | None, known: dict[str, Item | None]) -> Item:
    """Empty where it could not be read, and a gap."""
    if arn is None:
        return {}
    if arn not in known:
        try:
            known[arn] = listed.place.read(*TASK, taskDefinition=arn)["taskDefinition"]
        except PioneerError as error:
            listed.missing("ECS task definitions", error, permission(*TASK))
            known[arn] = None
    return known[arn] or {}


def _launch(item: Item) -> str:
    """How its tasks are launched: as it says, or as its capacity providers are called."""
    providers = {one["capacityProvider"] for one in item.get("capacityProviderStrategy") or ()}
    if not providers:
        return str(item.get("launchType") or "EC2")
    fargate = {"FARGATE", "FARGATE_SPOT"}
    return "+".join(sorted({one if one in fargate else "EC2" for one in providers}))


def _service(listed: Listed, item: Item, task: Item) -> ContainerService:
    runs_on = task.get("runtimePlatform") or {}
    cpu, memory = task.get("cpu"), task.get("memory")
    return ContainerService(
        id=item["serviceArn"],
        account_id=listed.account_id,
        region=listed.region,
        name=item["serviceName"],
        state=item["status"],
        tags={
            tag["key"]: tag.get("value", "") for tag in item.get("tags") or ()
        },  # keys in small letters here
        created_at=item.get("createdAt"),
        cluster=item["clusterArn"].rpartition("/")[2],
        launch=_launch(item),
        desired=item.get("desiredCount", 0),
        cpu=int(cpu) if cpu else None,
        memory_mib=int(memory) if memory else None,
        architecture=(runs_on.get("cpuArchitecture") or "X86_64").lower(),
        platform=(runs_on.get("operatingSystemFamily") or "LINUX").partition("_")[0],
        running=item.get("runningCount"),
        daemon=item.get("schedulingStrategy") == "DAEMON",
        task_definition=(item.get("taskDefinition") or "").rpartition("/")[2],
    )


def look(listed: Listed, resource: Resource) -> Iterator[Resource]:
    """One service, by its ARN and the cluster that this names; one that was deleted is gone."""
    cluster = resource.cluster if isinstance(resource, ContainerService) else ""
    found = listed.place.read(*SOME, cluster=cluster, services=[resource.id], include=["TAGS"])
    for item in found["services"]:
        if item["status"] != "INACTIVE":
            yield _service(listed, item, _task(listed, item.get("taskDefinition"), {}))


LISTINGS = (Listing("ECS services", Kind.CONTAINER_SERVICE, (CLUSTERS, NAMES, SOME, TASK), services, look),)
