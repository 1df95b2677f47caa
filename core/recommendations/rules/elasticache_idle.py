"""Caches that nobody is connected to."""

from core.inventory import Cache
from core.recommendations.caches import group_of
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule


@rule(
    title="Delete caches that nobody uses",
    why="A cache is paid for by the hour, and one without clients answers nobody.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.COSTLY,
    lever=Lever.REMOVE,
    by_hand="Keep a final snapshot where it holds data: `aws elasticache delete-cache-cluster --cache-cluster-id NAME --final-snapshot-identifier "
    "NAME-final`, for a group `aws elasticache delete-replication-group --replication-group-id NAME --final-snapshot-identifier NAME-final`.",
    reads=("elasticache:DescribeCacheClusters", "cloudwatch:GetMetricData"),
    peers=(
        "Finala: no connection in 7 days",
        "Thrifty: older than 90 days and not reserved",
        "Trusted Advisor: no hits and no connections in 14 days",
    ),
    options=(
        Option("days", 14, "days", "How long nobody may have been connected.", lookback=True),
        Option("connections", 4, "connections", "ElastiCache watches its nodes over up to so many itself."),
        Option("cpu", 5, "%", "Average CPU below which it may be idle."),
    ),
)
def elasticache_idle(cache: Cache, facts: Facts) -> Finding | None:
    """A group is idle as a whole: its replicas have no clients until the primary fails."""
    if cache.state != "available":
        return None
    days, limit = facts.option("days"), facts.option("connections")
    highest = [facts.watched(one, "connections", days).highest for one in group_of(cache, facts)]
    if max(highest) > limit:
        return None
    cpu = facts.watched(cache, "cpu", days).mean
    if cpu >= facts.option("cpu"):
        return None
    cost = facts.cost(cache)
    together = f" The same goes for the other nodes of {cache.group}." if cache.group else ""
    return Finding(
        because=f"In {days:.0f} days never more than {highest[0]:.0f} connections at once were open, as many as ElastiCache opens itself, and its CPU "
        f"averaged {cpu:.1f}%.{together}",
        saving=cost.monthly,
        cost=cost,
        evidence={
            "metrics": [
                {"metric": "connections", "maximum": highest[0], "unit": "count", "threshold": limit},
                {"metric": "cpu", "mean": cpu, "unit": "%", "threshold": facts.option("cpu")},
            ],
            "days": days,
            "group": cache.group,
        },
    )
