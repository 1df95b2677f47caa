"""Fargate services that work in office hours only, and whose tasks run day and night."""

from decimal import Decimal

from core.actions.model import ActionKind
from core.inventory import ContainerService
from core.measured_groups import SAMPLES
from core.money import monthly
from core.recommendations import fargate, off_hours
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.profiles import DAYS
from core.recommendations.rule import rule
from core.recommendations.shapes import OfficeHours
from core.recommendations.usage import HOURS_PER_DAY
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
    hours = _paid_outside(service, kept, facts)
    if hours <= 0:
        return None
    rest = "Check that nothing asks it for little at night."
    told = off_hours.Told("busy", "quiet", TASKS.words, rest, {"tasks": service.desired})
    return off_hours.proposed(service, shares, kept, cost, cost.monthly, told, saved_hours=hours)


def _paid_outside(service: ContainerService, kept: OfficeHours, facts: Facts) -> Decimal:
    """Hours a week of tasks outside the window: by night a service may run fewer. Where CloudWatch's samples do not say, as many as by day.

    The bill is of as many tasks as ran on average, the list price of as many as it runs now, which are no more than its most.
    """
    found = facts.usage.find(service.id, SAMPLES)
    if found is None:
        return Decimal(kept.hours_off)
    full = found.total / (DAYS * HOURS_PER_DAY) if facts.bill.get(service.id) else found.highest
    return off_hours.paid_outside(found.values, kept, facts, full)


def _listed(service: ContainerService, facts: Facts) -> Cost:
    hour = fargate.hourly(facts, service, service.cpu or 0, service.memory_mib or 0)
    return Cost(monthly(hour) * service.desired, MoneyFrom.LIST)
