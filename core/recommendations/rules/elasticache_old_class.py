"""Caches on nodes that newer ones undercut."""

import re
from collections.abc import Mapping

from core.figures import unrounded
from core.inventory import Cache
from core.recommendations.classes import parsed
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import rule
from core.savings import Cost, MoneyFrom, changing

FAMILIES: Mapping[str, str] = {
    "t2": "t4g",
    "t3": "t4g",
    "m3": "m6g",
    "m4": "m6g",
    "m5": "m6g",
    "r3": "r6g",
    "r4": "r6g",
    "r5": "r6g",
}
_SINCE: Mapping[str, tuple[int, ...]] = {"redis": (5, 0, 6), "memcached": (1, 5, 16), "valkey": (0,)}
"""The first version that runs on Graviton nodes (Amazon ElastiCache User Guide, "Supported node types")."""


@rule(
    title="Move caches to current nodes",
    why="Graviton nodes of the same size list about a twentieth lower than Intel's, and more than that against the oldest.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.EASY,
    lever=Lever.SIZE,
    by_hand="In a quiet hour: `aws elasticache modify-replication-group --replication-group-id NAME --cache-node-type TYPE --apply-immediately` "
    "(a single node: `aws elasticache modify-cache-cluster --cache-cluster-id NAME --cache-node-type TYPE --apply-immediately`; memcached loses "
    "what it holds and is made anew).",
    reads=("elasticache:DescribeCacheClusters",),
    peers=("CID: 5% of the cost for Graviton, flat", "Thrifty: anything but the current generation"),
)
def elasticache_old_class(cache: Cache, facts: Facts) -> Finding | Undetermined | None:
    """The same size of the Graviton family that follows, where the engine's version runs on it."""
    now = parsed(cache.node_type)
    if cache.state != "available" or now.family not in FAMILIES:
        return None
    version = tuple(int(part) for part in re.findall(r"\d+", cache.engine_version))
    since = _SINCE.get(cache.engine)
    if since is None or not version:
        return Undetermined("Which nodes its engine's version runs on is not known.")
    if version < since:
        return None
    then = now.of_family(FAMILIES[now.family])
    before, after = (facts.price(cache.region, f"elasticache:{one.name}") for one in (now, then))
    paid = facts.part(cache, "NodeUsage")
    if paid <= 0:
        return Undetermined("The bill has no line for its nodes yet.")
    saving = changing(Cost(paid, MoneyFrom.BILL), before, after)
    if saving <= 0:
        return None
    return Finding(
        because=f"{then.name} has the size of {now.name} and lists at {unrounded(after)} an hour instead of {unrounded(before)}; {cache.engine} {cache.engine_version} "
        "runs on it. All nodes of a replication group change together.",
        saving=saving,
        cost=facts.cost(cache),
        part=paid,
        evidence={
            "prices": {"now_usd_per_hour": str(before), "then_usd_per_hour": str(after)},
            "from": now.name,
            "to": then.name,
            "nodes": cache.nodes,
        },
    )
