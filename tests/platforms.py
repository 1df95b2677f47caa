"""Clusters of Kafka, firewalls, old load balancers, secrets and trails for tests: say only what the test is about."""

from core.inventory import ClassicLoadBalancer, Firewall, KafkaCluster, Secret, Trail
from tests.builders import ACCOUNT, LONG_AGO, REGION


def _own(service: str, rest: str, name: str, given: dict[str, object], state: str) -> dict[str, object]:
    return {
        "id": f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}{name}",
        "account_id": ACCOUNT,
        "region": REGION,
        "name": name,
        "state": state,
        "created_at": LONG_AGO,
        **given,
    }


def a_kafka_cluster(name: str = "orders", **given: object) -> KafkaCluster:
    """Three kafka.m5.large with 100 GB each."""
    own = {"brokers": 3, "broker_type": "kafka.m5.large", "volume_gb": 100, **given}
    return KafkaCluster(**_own("kafka", "cluster/", name, own, "ACTIVE"))


def a_firewall(name: str = "guard", **given: object) -> Firewall:
    """A firewall in two zones that no route leads to."""
    own = {"vpc_id": "vpc-1", "zones": (f"{REGION}a", f"{REGION}b"), "routed": False, **given}
    return Firewall(**_own("network-firewall", "firewall/", name, own, "READY"))


def a_classic_balancer(name: str = "old-shop", **given: object) -> ClassicLoadBalancer:
    """With two instances."""
    own = {"instances": 2, **given}
    return ClassicLoadBalancer(**_own("elasticloadbalancing", "loadbalancer/", name, own, "active"))


def a_secret(name: str = "token", **given: object) -> Secret:
    """One that nobody ever read."""
    return Secret(**_own("secretsmanager", "secret:", name, given, "available"))


def a_trail(name: str = "audit", **given: object) -> Trail:
    """One of all regions that records all management events."""
    own = {"every_region": True, "reads": True, "writes": True, **given}
    return Trail(**_own("cloudtrail", "trail/", name, own, "logging"))
