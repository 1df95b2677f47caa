"""Caches on nodes larger than they need."""

from core.inventory import Cache
from core.recommendations.caches import group_of
from core.recommendations.classes import parsed, smaller, specification
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule
from core.savings import Cost, MoneyFrom, changing


@rule(
    title="Move caches to smaller nodes",
    why="Each node size down halves the price, and a cache that is mostly empty hits as often on a smaller node.",
    effort=Effort.MEDIUM,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.SIZE,
    by_hand="In a quiet hour: `aws elasticache modify-replication-group --replication-group-id NAME --cache-node-type TYPE --apply-immediately` "
    "(a single node: `aws elasticache modify-cache-cluster --cache-cluster-id NAME --cache-node-type TYPE --apply-immediately`).",
    reads=("elasticache:DescribeCacheClusters", "cloudwatch:GetMetricData"),
    peers=(
        "Flexera: CPU below 40% and free memory above 60%, 30 days",
        "Compute Optimizer: ElastiCache nodes by CPU, memory and network",
    ),
    options=(
        Option("days", 14, "days", "How long it must have been watched.", lookback=True),
        Option("percentile", 99, "% of the hours", "So many hours must fit."),
        Option("cpu", 60, "%", "CPU that these hours' averages may reach on the smaller node."),
        Option("memory", 75, "%", "Memory that may be taken on the smaller node."),
    ),
)
def elasticache_rightsizing(cache: Cache, facts: Facts) -> Finding | Undetermined | None:
    """All nodes of a group change together, so all must fit. Memcached reports no memory: it is undetermined."""
    if cache.state != "available":
        return None
    now = parsed(cache.node_type)
    has = specification(facts, now)
    if has.burstable:
        return Undetermined("Burstable nodes are bounded by CPU credits, which are not collected.")
    days, nodes = facts.option("days"), tuple(group_of(cache, facts))
    cpu = max(facts.watched(one, "cpu", days).at(facts.option("percentile")) for one in nodes)
    memory = max(facts.watched(one, "memory", days).highest for one in nodes)
    for one in smaller(facts, now, cache.region, "elasticache"):
        load = cpu * has.vcpu / one.has.vcpu
        filled = memory * has.memory_mib / one.has.memory_mib
        if load <= facts.option("cpu") and filled <= facts.option("memory"):
            break
    else:
        return None
    before = facts.price(cache.region, f"elasticache:{cache.node_type}")
    cost, paid = facts.cost(cache), facts.part(cache, "NodeUsage")
    if paid <= 0:
        return Undetermined("The bill has no line for its nodes yet.")
    return Finding(
        because=f"In {days:.0f} days its memory was never more than {memory:.0f}% full, and in {facts.option('percentile'):g}% of the hours its CPU "
        f"averaged at most {cpu:.0f}%. On {one.one.name} that is {filled:.0f}% and {load:.0f}%.",
        saving=changing(Cost(paid, MoneyFrom.BILL), before, one.usd),
        cost=cost,
        part=paid,
        evidence={
            "metrics": [
                {"metric": "cpu", "maximum": load, "unit": "%", "threshold": facts.option("cpu")},
                {"metric": "memory", "maximum": filled, "unit": "%", "threshold": facts.option("memory")},
            ],
            "days": days,
            "prices": {"now_usd_per_hour": str(before), "then_usd_per_hour": str(one.usd)},
            "from": cache.node_type,
            "to": one.one.name,
        },
    )
