"""Running instances that do nothing."""

from core.actions.model import ActionKind
from core.inventory import Instance
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.profiles import DAYS
from core.recommendations.rule import Option, rule

MB = 1_000_000


@rule(
    title="Stop idle instances",
    why="An instance that neither computes nor talks is paid for like one that does.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.REMOVE,
    fix=ActionKind.STOP_INSTANCE,
    reads=("ec2:DescribeInstances", "cloudwatch:GetMetricData"),
    peers=(
        "Trusted Advisor: daily CPU at most 10% and network at most 5 MB on 4 of 14 days",
        "Compute Optimizer: peak CPU below 5% and network below 5 MB a day over 14 days",
        "OptScale: CPU at most 5% and network at most 1,000 B/s over 7 days",
    ),
    options=(
        Option("cpu_mean", 5, "%", "Average CPU below which it may be idle."),
        Option("cpu_max", 10, "%", "No hour's average CPU may reach this."),
        Option("network", 5, "MB a day", "Traffic in and out below which it may be idle."),
        Option("hours", 168, "hours", "Hourly samples needed to say anything."),
    ),
)
def ec2_idle(instance: Instance, facts: Facts) -> Finding | Undetermined | None:
    """CPU and network must both be quiet: a proxy needs little CPU, a batch job is quiet most of the day."""
    if instance.state != "running" or instance.autoscaling_group is not None:
        return None
    profile = facts.profile(instance)
    if profile.hours < facts.option("hours") or profile.cpu_mean is None or profile.cpu_max is None:
        return Undetermined(f"Fewer than {facts.option('hours'):.0f} hourly CPU samples in {DAYS} days.")
    if profile.cpu_mean >= facts.option("cpu_mean") or profile.cpu_max >= facts.option("cpu_max"):
        return None
    if profile.network_per_day is None:
        return Undetermined("CPU is quiet, but its network traffic is not known.")
    if profile.network_per_day >= facts.option("network") * MB:
        return None
    cost = facts.cost(instance)
    return Finding(
        because=f"In {profile.hours} hours with samples its CPU averaged {profile.cpu_mean:.1f}% and never passed "
        f"{profile.cpu_max:.1f}% in any hour, with {profile.network_per_day / MB:.1f} MB of traffic a day. "
        "Its volumes and addresses keep costing while it is stopped and are not counted.",
        saving=cost.monthly,
        cost=cost,
        evidence={
            "hours": profile.hours,
            "metrics": [
                {
                    "metric": "cpu",
                    "mean": profile.cpu_mean,
                    "maximum": profile.cpu_max,
                    "unit": "%",
                    "threshold": facts.option("cpu_max"),
                },
                {
                    "metric": "network",
                    "mean": profile.network_per_day / MB,
                    "unit": "MB a day",
                    "threshold": facts.option("network"),
                },
            ],
        },
    )
