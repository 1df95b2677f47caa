"""What is measured of groups of instances that come and go: CloudWatch adds up their EC2 metrics by the Auto Scaling group's name.

Source: "List the available CloudWatch metrics for your instances" in the EC2 user guide (the dimension `AutoScalingGroupName`).
"""

from collections.abc import Callable, Mapping

from core.inventory import AutoScalingGroup, Kind, NodeGroup, Resource
from core.metric import Metric

SAMPLES = "cpu_samples"
"""How many samples of CPU an hour has: as many more as there are more members, so that hours of one group can be weighed."""
DIMENSION = "AutoScalingGroupName"
_EC2 = "AWS/EC2"


def _of_group(called: str, of: Callable[[Resource], bool]) -> tuple[Metric, ...]:
    def one(metric: str, title: str, unit: str, name: str, statistic: str) -> Metric:
        return Metric(metric, title, unit, _EC2, name, DIMENSION, statistic, of=of, called=called)

    return (
        one("cpu", "CPU", "%", "CPUUtilization", "Average"),
        one("network_in", "Network in", "bytes", "NetworkIn", "Sum"),
        one("network_out", "Network out", "bytes", "NetworkOut", "Sum"),
        one(SAMPLES, "Members, as samples of CPU", "count", "CPUUtilization", "SampleCount"),
    )


def _alone(resource: Resource) -> bool:
    """Whether it is nobody else's: the group that EKS makes is measured as its node group."""
    return isinstance(resource, AutoScalingGroup) and resource.node_group is None


def _one(resource: Resource) -> bool:
    """Whether one Auto Scaling group stands for all of it: what several add up to, CloudWatch does not say."""
    return isinstance(resource, NodeGroup) and len(resource.groups) == 1


GROUPS: Mapping[Kind, tuple[Metric, ...]] = {
    Kind.AUTOSCALING_GROUP: _of_group("{0.short_id}", _alone),
    Kind.NODE_GROUP: _of_group("{0.groups[0]}", _one),
}
"""By kind, as `core.measured` has them all."""
