"""Why an instance should be this type and no other: what it was judged by, how often it would not have fitted, what was ruled out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.inventory import Instance
from core.prices import InstanceType
from core.recommendations import replacing, sizing
from core.recommendations.facts import Facts
from core.recommendations.machine_demand import MachineDemand
from core.recommendations.sizing import BANDWIDTH, CPU, MEMORY, NETWORK, OPERATIONS

NEAREST = 3
"""Types ruled out that are told one by one: those that cost just less than the one chosen."""


@dataclass(frozen=True)
class Choice:
    """Parts of the sentence that tells of it, and the evidence."""

    memory: str
    risk: str
    words: str
    evidence: Mapping[str, object]


def chosen(
    instance: Instance,
    now: InstanceType,
    need: MachineDemand,
    facts: Facts,
    found: Sequence[replacing.Offer],
) -> Choice:
    """The choice of the first of the types found, explained."""
    best = found[0].type
    out = _ruled_out(instance, now, need, facts, found[0])
    counts = sizing.ruled_out(out.values())
    nearest = list(out.items())[-NEAREST:]
    words = f"It is the cheapest of {len(found)} types that fit; "
    words += (
        f"{len(out)} cheaper ones were ruled out by {sizing.in_words(counts)}."
        if out
        else "none lists for less."
    )
    return Choice(
        memory="how much memory it uses is not known, so it keeps all it has"
        if need.memory is None
        else f"its memory under {need.memory:.0f}% at all times",
        risk=f"{need.missed(best):.1%} of the {need.resolution}, by {sizing.judged_by(need)}",
        words=words,
        evidence={
            "metrics": _metrics(need, facts, best),
            "hours": need.hours,
            "resolution": need.resolution,
            "judged_by": list(need.known),
            "not_known": list(need.unknown),
            "percentile": facts.option("percentile"),
            "cpu_at_percentile": need.cpu,
            "percent_that_would_not_have_fitted": {
                each.type.name: round(need.missed(each.type) * 100, 2) for each in found[:4]
            },
            "types_that_fit": len(found),
            "ruled_out": counts,
            "ruled_out_nearest": {name: sizing.listed(reasons) for name, reasons in nearest},
        },
    )


def _ruled_out(
    instance: Instance, now: InstanceType, need: MachineDemand, facts: Facts, best: replacing.Offer
) -> Mapping[str, Sequence[str]]:
    """Types that cost less than the one chosen, the cheapest first, and what each has too little of."""
    found = {}
    for each in replacing.cheaper(facts, instance, best):
        lacks = list(need.lacks(each.type))
        if each.type.burstable and (not now.burstable or each.type.vcpu < need.burst):
            lacks.append("CPU credits")
        found[each.type.name] = lacks or ["the same size"]
    return found


def _metrics(need: MachineDemand, facts: Facts, then: InstanceType) -> list[dict[str, object]]:
    """What was measured beside the most that the type would take: CPU and memory in per cent of the present one."""
    now = need.find(CPU).now or 1
    told: list[dict[str, object]] = [
        {
            "metric": "cpu",
            "mean": need.mean,
            "maximum": need.highest,
            "unit": "%",
            "threshold": (100 - facts.option("headroom")) * then.vcpu / now,
            "says": f"fits a {then.name} below",
        }
    ]
    if need.memory is not None:
        share = then.memory_mib / (need.find(MEMORY).now or 1)
        least = (100 - facts.option("memory_headroom")) * share
        told.append({"metric": "memory", "maximum": need.memory, "unit": "%", "threshold": least})
    return [*told, *need.metrics(then, (NETWORK, BANDWIDTH, OPERATIONS))]
