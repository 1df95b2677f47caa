"""Scale an Auto Scaling group to nothing: its instances are terminated, its sizes are kept with the action."""

import shlex

from core.actions.kind import Call
from core.actions.model import ActionKind
from core.actions.sizing import Sized, Sizes
from core.inventory import AutoScalingGroup, Kind, Resource


def _there(resource: Resource) -> int | None:
    return len(resource.instance_ids) if isinstance(resource, AutoScalingGroup) else None


def _unfit(resource: Resource) -> str | None:
    if node_group := isinstance(resource, AutoScalingGroup) and resource.node_group:
        return f"{resource.short_id} belongs to the EKS node group {node_group}, which sets its size; change that instead."
    return None


def _call(resource: Resource, sizes: Sizes) -> str:
    said = f"MinSize={sizes['smallest']} DesiredCapacity={sizes['desired']} MaxSize={sizes['largest']}"
    return f"autoscaling:UpdateAutoScalingGroup AutoScalingGroupName={resource.short_id} {said}"


def _by_hand(resource: Resource, sizes: Sizes) -> str:
    named = f"--auto-scaling-group-name {shlex.quote(resource.short_id)}"
    said = (
        f"--min-size {sizes['smallest']} --desired-capacity {sizes['desired']} --max-size {sizes['largest']}"
    )
    return f"aws autoscaling update-auto-scaling-group {named} {said} --region {shlex.quote(resource.region)}"


SIZED = Sized(
    on=Kind.AUTOSCALING_GROUP,
    noun="Auto Scaling group",
    parts="instances",
    sizes=("smallest", "desired", "largest"),
    # a scaling policy could raise it again if its largest size stayed
    empty=lambda sizes: dict.fromkeys(sizes, 0),
    steady=frozenset({"active"}),
    there=_there,
    stop=ActionKind.STOP_AUTOSCALING_GROUP,
    start=ActionKind.START_AUTOSCALING_GROUP,
    emptying=Call.EMPTY_GROUP,
    filling=Call.FILL_GROUP,
    permissions=("autoscaling:DescribeAutoScalingGroups", "autoscaling:UpdateAutoScalingGroup"),
    call=_call,
    by_hand=_by_hand,
    terraform=lambda sizes: (
        f"aws_autoscaling_group: min_size = {sizes['smallest']}, desired_capacity = {sizes['desired']}, max_size = {sizes['largest']}"
    ),
    unfit=_unfit,
)
DECLARATION = SIZED.stopping()
