"""Fargate services whose tasks are larger than what they do."""

from core.inventory import ContainerService
from core.money import monthly
from core.recommendations import fargate
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule
from core.savings import Cost, MoneyFrom, changing


@rule(
    title="Give Fargate tasks the size they need",
    why="Fargate bills the CPU and memory that a task asks for, whether or not its containers use any of it.",
    effort=Effort.MEDIUM,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.SIZE,
    by_hand="Register the task definition anew with the smaller `cpu` and `memory` (its containers' own limits too), then: aws ecs update-service "
    "--cluster CLUSTER --service NAME --task-definition FAMILY. The revision before is the way back.",
    reads=(
        "ecs:ListClusters",
        "ecs:ListServices",
        "ecs:DescribeServices",
        "ecs:DescribeTaskDefinition",
        "cloudwatch:GetMetricData",
    ),
    peers=(
        "Compute Optimizer: CPU and memory of the service over 14 days",
        "Thrifty (ECS): daily peaks of CPU average 20% or 35% at most, 30 days",
    ),
    options=(
        Option("days", 14, "days", "How long it must have been watched.", lookback=True),
        Option("percentile", 99, "% of the hours", "So many hours' CPU peaks must fit."),
        Option("cpu", 70, "%", "CPU that those peaks may reach on the smaller size."),
        Option("memory", 80, "%", "Memory that may be taken on the smaller size."),
        Option("least", 5, "USD a month", "A saving below this is not worth a new revision."),
    ),
)
def fargate_rightsizing(service: ContainerService, facts: Facts) -> Finding | Undetermined | None:
    """CloudWatch has the peak over all tasks, so one hot task among many is enough to stay. Scaling by CPU follows the smaller size by itself."""
    if service.state != "ACTIVE" or service.desired == 0 or "FARGATE" not in service.launch:
        return None
    if service.launch != "FARGATE" or service.platform != "LINUX":
        return Undetermined("List prices are known of Fargate on demand with Linux only.")
    if service.cpu is None or service.memory_mib is None:
        return Undetermined("The size of its tasks could not be read.")
    days = facts.option("days")
    cpu = facts.watched(service, "cpu_peak", days).at(facts.option("percentile"))
    memory = facts.watched(service, "memory", days).highest
    taken = service.cpu * cpu / 100, service.memory_mib * memory / 100
    now = fargate.hourly(facts, service, service.cpu, service.memory_mib)
    fitting = [
        (fargate.hourly(facts, service, *size), size)
        for size in fargate.sizes()
        if taken[0] <= size[0] * facts.option("cpu") / 100
        and taken[1] <= size[1] * facts.option("memory") / 100
    ]
    then, (wanted_cpu, wanted_mib) = min(fitting, default=(now, (service.cpu, service.memory_mib)))
    billed = facts.bill.get(service.id)
    cost = Cost(billed, MoneyFrom.BILL) if billed else Cost(monthly(now) * service.desired, MoneyFrom.LIST)
    saving = changing(cost, now, then)
    if saving < facts.option("least"):
        return None
    return Finding(
        because=f"Its {service.desired} tasks of {service.cpu / 1024:g} vCPU and {service.memory_mib / 1024:g} GB: in "
        f"{facts.option('percentile'):g}% of the hours of {days:.0f} days CPU peaked below {cpu:.0f}%, and memory never passed {memory:.0f}%. "
        f"{wanted_cpu / 1024:g} vCPU and {wanted_mib / 1024:g} GB would do. Check that nothing in it sizes itself by the memory it is given.",
        saving=saving,
        cost=cost,
        evidence={
            "metrics": [
                {"metric": "cpu_peak", "maximum": cpu, "unit": "%", "threshold": taken[0] / wanted_cpu * 100},
                {"metric": "memory", "maximum": memory, "unit": "%", "threshold": facts.option("memory")},
            ],
            "days": days,
            "tasks": service.desired,
            "task_definition": service.task_definition,
            "now": {"cpu": service.cpu, "memory_mib": service.memory_mib},
            "then": {"cpu": wanted_cpu, "memory_mib": wanted_mib},
            "prices": {"now_usd_per_task_hour": str(now), "then_usd_per_task_hour": str(then)},
        },
    )
