"""Fargate services that work in office hours only, and whose tasks run day and night."""

from core.actions.model import ActionKind
from core.inventory import ContainerService
from core.money import monthly
from core.recommendations import fargate, off_hours
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import rule
from core.savings import Cost, MoneyFrom
from core.schedules.use import TASKS


@rule(
    title="Run no tasks of Fargate services outside office hours",
    why="Fargate bills every task by the second for the CPU and memory that it asks for, busy or not.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.SCHEDULE,
    fix=ActionKind.ATTACH_SCHEDULE,
    reads=(
        "ecs:ListClusters",
        "ecs:ListServices",
        "ecs:DescribeServices",
        "ecs:DescribeTaskDefinition",
        "cloudwatch:GetMetricData",
    ),
    peers=("OptScale (EC2 alone): 14 days in 168 hour-of-week buckets, CPU at most 5%",),
    options=off_hours.OPTIONS,
)
def ecs_off_hours(service: ContainerService, facts: Facts) -> Finding | Undetermined | None:
    """Of what runs on instances nothing is saved by itself, so those services are left out. CloudWatch has no traffic of a service, but the peak of its tasks."""
    running = service.state == "ACTIVE" and service.desired > 0 and not service.daemon
    if not running or "FARGATE" not in service.launch or not off_hours.eligible(service, facts):
        return None
    shares = off_hours.active((service,), TASKS, facts)
    kept = off_hours.window(shares, facts)
    if kept is None:
        return None
    billed = facts.bill.get(service.id)
    if not billed and (service.launch != "FARGATE" or service.platform != "LINUX"):
        return Undetermined("List prices are known of Fargate on demand with Linux only.")
    if not billed and (service.cpu is None or service.memory_mib is None):
        return Undetermined("The size of its tasks could not be read.")
    cost = Cost(billed, MoneyFrom.BILL) if billed else _listed(service, facts)
    rest = "Check that nothing asks it for little at night."
    told = off_hours.Told("busy", "quiet", TASKS.words, rest, {"tasks": service.desired})
    return off_hours.proposed(service, shares, kept, cost, cost.monthly, told)


def _listed(service: ContainerService, facts: Facts) -> Cost:
    hour = fargate.hourly(facts, service, service.cpu or 0, service.memory_mib or 0)
    return Cost(monthly(hour) * service.desired, MoneyFrom.LIST)
