"""Clusters of Kafka through which nothing passes."""

from core.inventory import KafkaCluster
from core.measured_platform import MOST_BROKERS
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule


@rule(
    title="Delete Kafka clusters that nobody uses",
    why="MSK bills every broker by the hour and its volume by the month, whether or not a record passes.",
    effort=Effort.LOW,
    risk=Risk.HIGH,
    undo=Undo.NEVER,
    lever=Lever.REMOVE,
    by_hand="Copy what must be kept to S3 (MSK Connect with an S3 sink, or kafka-console-consumer), then: `aws kafka delete-cluster --cluster-arn ARN`. "
    "Its topics go with it; its configuration stays and makes another.",
    reads=("kafka:ListClustersV2", "cloudwatch:GetMetricData"),
    peers=("Finala: no activity in 7 days",),
    options=(
        Option("days", 14, "days", "How long nothing may have passed through any broker.", lookback=True),
        Option(
            "bytes",
            1000,
            "bytes a second",
            "A broker's hourly average up to this is MSK's own: its canary writes to every broker.",
        ),
    ),
)
def msk_idle(cluster: KafkaCluster, facts: Facts) -> Finding | Undetermined | None:
    """CloudWatch has no samples of brokers without a topic, so silence counts, for what is old enough and was asked about."""
    if cluster.state != "ACTIVE":
        return None
    if cluster.serverless:
        return Undetermined(
            "Of serverless clusters CloudWatch tells traffic by topic only, which is not collected."
        )
    if cluster.brokers > MOST_BROKERS:
        return Undetermined(f"It has more brokers than the {MOST_BROKERS} whose metrics are collected.")
    days, limit = facts.option("days"), facts.option("bytes")
    busiest = [_busiest(cluster, facts, way) for way in ("bytes_in", "bytes_out")]
    most = max(value for value, _ in busiest)
    if most > limit:
        return None
    cost = facts.cost(cluster)
    return Finding(
        because=f"In {days:.0f} days no hour saw more than {most:,.0f} bytes a second pass through any of its {cluster.brokers} brokers "
        f"({cluster.broker_type}); MSK's own checks are of that order. Check that nobody fills it once a quarter.",
        saving=cost.monthly,
        cost=cost,
        evidence={
            "metrics": [
                {"metric": name, "maximum": value, "unit": "B/s", "threshold": limit}
                for value, name in busiest
            ],
            "days": days,
            "brokers": cluster.brokers,
            "broker_type": cluster.broker_type,
            "prices": {"paid_usd_per_month": str(cost.monthly)},
        },
    )


def _busiest(cluster: KafkaCluster, facts: Facts, way: str) -> tuple[float, str]:
    """The highest hour of the broker through which most passed that way, and its metric. Raises `UnknownFact` where one was not asked about."""
    names = [f"{way}_{broker}" for broker in range(1, cluster.brokers + 1)]
    passed = {name: facts.quiet(cluster, name, facts.option("days")) for name in names}
    hours = {name: facts.series(cluster, name).highest if total else 0.0 for name, total in passed.items()}
    return max((value, name) for name, value in hours.items())
