"""Clusters of EMR that wait for work."""

from collections.abc import Iterator

from core.actions.model import ActionKind
from core.inventory import Instance, MapReduceCluster, Resource, Volume
from core.money import total
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo, UnknownFact
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule
from core.savings import Cost, MoneyFrom

_BESIDE_YARN = frozenset({"HBase", "Presto", "PrestoSQL", "Trino"})
"""What works on the nodes without YARN, so that EMR calls the cluster idle while it answers queries."""


@rule(
    title="End EMR clusters that do nothing",
    why="EMR bills every node, and EC2 its instance, for as long as the cluster waits for work.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.NEVER,
    lever=Lever.REMOVE,
    fix=ActionKind.TERMINATE_EMR_CLUSTER,
    reads=(
        "elasticmapreduce:ListClusters",
        "elasticmapreduce:DescribeCluster",
        "elasticmapreduce:ListInstances",
        "ec2:DescribeInstances",
        "cloudwatch:GetMetricData",
    ),
    peers=("Thrifty: idle for 30 minutes", "Finala: no activity in 7 days"),
    options=(
        Option(
            "hours", 168, "hours", "How long it must have been idle without a break, counted in full days."
        ),
    ),
)
def emr_idle(cluster: MapReduceCluster, facts: Facts) -> Finding | Undetermined | None:
    """What its nodes and their volumes cost is claimed: no other rule counts it, and rules on instances leave nodes to their cluster."""
    if cluster.state != "WAITING":
        return None
    if beside := sorted(_BESIDE_YARN.intersection(cluster.applications)):
        return Undetermined(
            f"{' and '.join(beside)} works without YARN, by which EMR tells whether it is idle."
        )
    hours = int(facts.option("hours"))
    facts.there_for(cluster, hours / 24)
    idle = facts.watched(cluster, "idle", hours / 24).lately(hours)
    if idle.hours < 0.9 * hours:
        return Undetermined(
            f"Of the last {hours} hours fewer than nine of ten have samples of whether it is idle."
        )
    if idle.lowest < 1:
        return None
    fee, claims, sources = facts.cost(cluster), {}, set()
    for each in _held(cluster, facts):
        if each.protected:
            return None
        cost = facts.cost(each)
        claims[each.id] = cost.monthly
        sources.add(cost.source)
    source = MoneyFrom.LIST if MoneyFrom.LIST in sources else fee.source
    return Finding(
        because=f"In the last {hours} hours of which metrics are known nothing ran on it, while its {len(cluster.instance_ids)} nodes are "
        "paid for. What it holds in HDFS goes with it; what is in S3 stays. Check that nobody comes back to it, as to a notebook.",
        saving=fee.monthly + total(claims.values()),
        cost=Cost(fee.monthly, source),
        claims=claims,
        evidence={
            "metrics": [{"metric": "idle", "mean": idle.mean, "unit": "share of time", "threshold": 1}],
            "hours": hours,
            "nodes": len(cluster.instance_ids),
            "release": cluster.release,
            "applications": list(cluster.applications),
            "prices": {
                "emr_usd_per_month": str(fee.monthly),
                "nodes_usd_per_month": str(total(claims.values())),
            },
        },
    )


def _held(cluster: MapReduceCluster, facts: Facts) -> Iterator[Resource]:
    """Its nodes and what is attached to them. Raises `UnknownFact` where not all of them were seen."""
    if not cluster.instance_ids:
        raise UnknownFact("None of its nodes was seen.")
    for name in cluster.instance_ids:
        node = facts.fleet.beside(cluster, Instance, name)
        if node is None:
            raise UnknownFact("Not every node of it was seen.")
        yield node
        for volume_id in node.volume_ids:
            volume = facts.fleet.beside(node, Volume, volume_id)
            if volume is None:
                raise UnknownFact("Not every volume of its nodes was seen.")
            yield volume
