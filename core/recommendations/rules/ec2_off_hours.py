"""Instances used in office hours only that run day and night."""

from core.actions.model import ActionKind
from core.inventory import Instance, Kind
from core.recommendations import off_hours, replacing
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.profiles import DAYS
from core.recommendations.rule import rule
from core.schedules.use import USES


@rule(
    title="Switch instances off outside office hours",
    why="A week has 168 hours and an office about 50; the others are paid for without being used.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.EASY,
    lever=Lever.SCHEDULE,
    fix=ActionKind.ATTACH_SCHEDULE,
    reads=("ec2:DescribeInstances", "cloudwatch:GetMetricData"),
    peers=("OptScale: 14 days in 168 hour-of-week buckets, CPU at most 5% and network at most 1,000 B/s",),
    options=off_hours.OPTIONS,
)
def ec2_off_hours(instance: Instance, facts: Facts) -> Finding | Undetermined | None:
    """Production is left out; where no tag names the environment, the reason says so."""
    if not _switchable(instance) or not off_hours.eligible(instance, facts):
        return None
    profile = facts.profile(instance)
    if profile.hours_of_week_known < facts.option("hours_known"):
        return Undetermined(f"The samples of {DAYS} days leave parts of the week unseen.")
    kept = profile.office
    if kept is None or off_hours.stray(profile.active, kept) > facts.option("stray"):
        return None
    running = replacing.running(facts, instance).monthly
    told = _told(kept.alike)
    return off_hours.proposed(instance, profile.active, kept, facts.cost(instance), running, told)


def _told(alike: int) -> off_hours.Told:
    return off_hours.Told("busy", "quiet", USES[Kind.INSTANCE].words, evidence={"instances_alike": alike})


def _switchable(instance: Instance) -> bool:
    """Whether stopping it loses nothing and nobody else starts it again."""
    plain = (
        instance.lifecycle == "on-demand"
        and instance.root_device == "ebs"
        and instance.autoscaling_group is None
    )
    return plain and instance.state == "running"
