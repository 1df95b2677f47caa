"""What is measured of what others build on: brokers of Kafka, firewalls, EMR clusters, load balancers of the first generation."""

from collections.abc import Callable, Mapping

from core.inventory import Firewall, KafkaCluster, Kind, Resource
from core.metric import Metric

MOST_BROKERS, MOST_ZONES = 6, 6
"""Of so many brokers and zones metrics are pulled, each by itself: CloudWatch has none for the whole."""


def _has_broker(number: int) -> Callable[[Resource], bool]:
    return lambda resource: isinstance(resource, KafkaCluster) and resource.brokers >= number


def _in_zone(number: int) -> Callable[[Resource], bool]:
    return lambda resource: isinstance(resource, Firewall) and len(resource.zones) > number


def _of_broker(number: int, metric: str, title: str, name: str) -> Metric:
    return Metric(
        f"{metric}_{number}",
        f"{title}, broker {number}",
        "B/s",
        "AWS/Kafka",
        name,
        "Cluster Name",
        "Average",
        also=(("Broker ID", str(number)),),
        of=_has_broker(number),
    )


def _of_zone(number: int) -> Metric:
    zone = f"{{0.zones[{number}]}}"
    return Metric(
        f"packets_{number + 1}",
        f"Packets, zone {number + 1}",
        "count",
        "AWS/NetworkFirewall",
        "ReceivedPackets",
        "FirewallName",
        "Sum",
        also=(("AvailabilityZone", zone), ("Engine", "Stateless")),
        of=_in_zone(number),
    )


def _of_emr(metric: str, title: str, unit: str, name: str) -> Metric:
    return Metric(metric, title, unit, "AWS/ElasticMapReduce", name, "JobFlowId", "Average")


PLATFORM: Mapping[Kind, tuple[Metric, ...]] = {
    Kind.KAFKA_CLUSTER: tuple(
        _of_broker(number, *told)
        for number in range(1, MOST_BROKERS + 1)
        for told in (
            ("bytes_in", "Received", "BytesInPerSec"),
            ("bytes_out", "Sent", "BytesOutPerSec"),
        )
    ),
    Kind.FIREWALL: tuple(_of_zone(number) for number in range(MOST_ZONES)),
    Kind.EMR_CLUSTER: (
        _of_emr("idle", "Idle", "share of time", "IsIdle"),
        _of_emr("applications", "Applications running", "count", "AppsRunning"),
        _of_emr("yarn_memory_free", "YARN memory free", "%", "YARNMemoryAvailablePercentage"),
    ),
    Kind.CLASSIC_LOAD_BALANCER: (
        Metric("requests", "Requests", "count", "AWS/ELB", "RequestCount", "LoadBalancerName", "Sum"),
    ),
}
"""By kind, as `core.measured` has them all. Every packet meets a firewall's stateless engine first."""
