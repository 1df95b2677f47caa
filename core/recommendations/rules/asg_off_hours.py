"""Auto Scaling groups used in office hours only whose instances run day and night."""

from core.actions.model import ActionKind
from core.inventory import AutoScalingGroup
from core.recommendations import members, off_hours
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import rule
from core.schedules.switch import RUNNING, observed_of


@rule(
    title="Scale Auto Scaling groups to nothing outside office hours",
    why="A group keeps its instances running for 168 hours a week; those of a test environment have work in about 50 of them.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.SCHEDULE,
    fix=ActionKind.ATTACH_SCHEDULE,
    reads=("autoscaling:DescribeAutoScalingGroups", "ec2:DescribeInstances", "cloudwatch:GetMetricData"),
    peers=("OptScale (single instances alone): 14 days in 168 hour-of-week buckets, CPU at most 5%",),
    options=off_hours.OPTIONS,
)
def asg_off_hours(group: AutoScalingGroup, facts: Facts) -> Finding | None:
    """All of the saving is its members' cost. The group that EKS makes is left out: its node group is switched, and proposed."""
    if group.node_group is not None or observed_of(group) != RUNNING or not off_hours.eligible(group, facts):
        return None
    rest = "What its instances keep on their own disks is lost each time."
    return members.office_hours(group, group, rest, facts)
