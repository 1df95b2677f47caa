"""Fargate services on x86, where Graviton asks less."""

from dataclasses import replace

from core.figures import usd
from core.inventory import ContainerService
from core.money import monthly
from core.recommendations import fargate
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule
from core.savings import Cost, MoneyFrom, changing


@rule(
    title="Run Fargate tasks on Graviton",
    why="Fargate asks a fifth less for a vCPU and a GB on arm64, and most images are built for both with one more flag.",
    effort=Effort.MEDIUM,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.SIZE,
    by_hand="Build its images for both (`docker buildx build --platform linux/amd64,linux/arm64`), register the task definition anew with "
    '`"runtimePlatform": {"cpuArchitecture": "ARM64"}`, then: `aws ecs update-service --cluster CLUSTER --service NAME --task-definition FAMILY`. '
    "The revision before is the way back.",
    reads=(
        "ecs:ListClusters",
        "ecs:ListServices",
        "ecs:DescribeServices",
        "ecs:DescribeTaskDefinition",
    ),
    peers=(
        "Thrifty: every ECS service whose architecture is not arm64",
        "CID: 20% of what x86 costs, flat",
    ),
    options=(Option("least", 10, "USD a month", "A saving below this is not worth building images anew."),),
)
def fargate_graviton(service: ContainerService, facts: Facts) -> Finding | Undetermined | None:
    """By list price of both, as a share of what is really paid; tasks keep their size. Spot and Windows are left alone: no price of theirs is kept."""
    if service.state != "ACTIVE" or service.desired == 0 or service.launch != "FARGATE":
        return None
    if service.platform != "LINUX" or service.architecture == "arm64":
        return None
    if service.cpu is None or service.memory_mib is None:
        return Undetermined("The size of its tasks could not be read.")
    size = service.cpu, service.memory_mib
    now = fargate.hourly(facts, service, *size)
    then = fargate.hourly(facts, replace(service, architecture="arm64"), *size)
    billed = facts.bill.get(service.id)
    cost = Cost(billed, MoneyFrom.BILL) if billed else Cost(monthly(now) * service.desired, MoneyFrom.LIST)
    saving = changing(cost, now, then)
    if saving < facts.option("least"):
        return None
    return Finding(
        because=f"Its {service.desired} tasks of {service.cpu / 1024:g} vCPU and {service.memory_mib / 1024:g} GB list at {usd(now, 4)} an hour "
        f"each on x86 and at {usd(then, 4)} on Graviton. Check that every image of the task, sidecars too, is built for arm64.",
        saving=saving,
        cost=cost,
        evidence={
            "tasks": service.desired,
            "task_definition": service.task_definition,
            "cpu": service.cpu,
            "memory_mib": service.memory_mib,
            "prices": {"now_usd_per_task_hour": str(now), "then_usd_per_task_hour": str(then)},
        },
    )
