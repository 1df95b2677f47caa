"""Node groups of EKS used in office hours only whose nodes run day and night."""

from core.actions.model import ActionKind
from core.inventory import AutoScalingGroup, NodeGroup
from core.recommendations import members, off_hours
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import rule
from core.schedules.switch import RUNNING, observed_of


@rule(
    title="Scale EKS node groups to nothing outside office hours",
    why="A cluster's nodes are paid for in 168 hours a week, whether or not a pod of a test environment has work on them.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.SCHEDULE,
    fix=ActionKind.ATTACH_SCHEDULE,
    reads=(
        "eks:ListClusters",
        "eks:ListNodegroups",
        "eks:DescribeNodegroup",
        "autoscaling:DescribeAutoScalingGroups",
        "ec2:DescribeInstances",
        "cloudwatch:GetMetricData",
    ),
    peers=("OptScale (single instances alone): 14 days in 168 hour-of-week buckets, CPU at most 5%",),
    options=off_hours.OPTIONS,
)
def node_group_off_hours(nodes: NodeGroup, facts: Facts) -> Finding | Undetermined | None:
    """All of the saving is its nodes' cost; the control plane is paid for on. CloudWatch measures one Auto Scaling group, so one with several is left out."""
    if len(nodes.groups) != 1 or observed_of(nodes) != RUNNING or not off_hours.eligible(nodes, facts):
        return None
    scaled = facts.fleet.beside(nodes, AutoScalingGroup, nodes.groups[0])
    if scaled is None:
        return Undetermined("The Auto Scaling group that EKS made for it was not seen.")
    if scaled.protected or scaled.id in facts.scheduled:
        return None
    rest = "Nodes are drained and ended each time: what must run at night needs a node group of its own."
    return members.office_hours(nodes, scaled, rest, facts)
