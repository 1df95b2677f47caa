"""Which classes a database could run on, and why it should be this one and no other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.inventory import Database
from core.prices import InstanceType
from core.recommendations import engines, rds, sizing
from core.recommendations.classes import Sold, parsed, sold
from core.recommendations.facts import Facts
from core.recommendations.sizing import BANDWIDTH, CPU, MEMORY, NETWORK, OPERATIONS, Demand, Dimension

NEAREST = 3
"""Classes ruled out that are told in words: those that cost just less than the one chosen."""


def offered(database: Database, now: InstanceType, facts: Facts) -> Sequence[Sold]:
    """Classes of all families that its engine runs on, smaller in vCPUs or memory and of a lower list price, the cheapest first.

    Old families are offered to none but their own; burstable ones are left out, because how much CPU they earn is not in the table.
    Raises `UnknownFact` where the price of its own class is not known.
    """
    own, family = parsed(database.instance_class), rds.items(database)
    price = facts.price(database.region, f"{family}:{own.name}")
    return [
        each
        for each in sold(facts, own, database.region, family)
        if each.usd < price
        and (each.has.vcpu < now.vcpu or each.has.memory_mib < now.memory_mib)
        and not each.has.burstable
        and (each.one.family not in rds.SUCCESSORS or each.one.family == own.family)
        and engines.runs_on(database, each.has)
    ]


@dataclass(frozen=True)
class Choice:
    """The sentence that tells of it, and the evidence."""

    words: str
    evidence: Mapping[str, object]


def explained(offers: Sequence[Sold], fitting: Sequence[Sold], need: Demand, now: InstanceType) -> Choice:
    """The choice of the first of those that fit, explained to somebody who has `now`."""
    best = fitting[0]
    out = {one.one.name: sizing.listed(need.lacks(one.has)) for one in offers[: offers.index(best)]}
    told = "; ".join(f"{name} has too little {lacks}" for name, lacks in list(out.items())[-NEAREST:])
    words = f"It is the cheapest of {len(fitting)} classes that fit" if fitting[1:] else "No other class fits"
    words += (
        f"; ruled out, though cheaper: {told}." if out else "; none that its engine runs on lists for less."
    )
    if best.has.architecture == "arm64" and now.architecture != "arm64":
        words += " It is a Graviton class, which its engine and version run on."
    return Choice(
        f"{words} vCPUs of all families are taken as equal.",
        {
            "judged_by": list(need.known),
            "not_known": list(need.unknown),
            "percent_that_would_not_have_fitted": round(need.missed(best.has) * 100, 2),
            "classes_that_fit": len(fitting),
            "ruled_out": out,
            "runners_up": [
                {
                    "type": one.one.name,
                    "vcpu": one.has.vcpu,
                    "memory_mib": one.has.memory_mib,
                    "usd_per_hour": str(one.usd),
                }
                for one in fitting[1 : NEAREST + 1]
            ],
        },
    )


def metrics(need: Demand, then: InstanceType) -> list[dict[str, object]]:
    """What was measured beside the most that the class would take of each: CPU and memory in per cent of it."""
    shares = [
        _share(need.find(name), metric, then) for name, metric in ((CPU, "cpu_peak"), (MEMORY, "memory"))
    ]
    return [*shares, *need.metrics(then, (NETWORK, BANDWIDTH, OPERATIONS))]


def _share(dimension: Dimension, metric: str, then: InstanceType) -> dict[str, object]:
    has = then.vcpu if metric == "cpu_peak" else then.memory_mib
    taken = dimension.needed * (1 - dimension.free) / has * 100
    return {"metric": metric, "maximum": taken, "unit": "%", "threshold": (1 - dimension.free) * 100}
