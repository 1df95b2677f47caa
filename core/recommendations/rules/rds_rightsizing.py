"""Databases on a class larger than they need."""

from collections.abc import Mapping

from core.actions.model import ActionKind
from core.inventory import Database
from core.prices import InstanceType
from core.recommendations import rds, sizing
from core.recommendations.classes import parsed, smaller, specification
from core.recommendations.database_demand import demand
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule
from core.recommendations.sizing import BANDWIDTH, CPU, MEMORY, NETWORK, OPERATIONS, Dimension


@rule(
    title="Move databases to a smaller class",
    why="Each class down halves the price of the instance, and a database that has room to spare answers just as fast.",
    effort=Effort.MEDIUM,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.SIZE,
    fix=ActionKind.MODIFY_DATABASE,
    reads=("rds:DescribeDBInstances", "cloudwatch:GetMetricData"),
    peers=(
        "OptScale (instances): p99 of CPU at most 80 % on the smaller one",
        "Compute Optimizer, balanced: p95 of CPU with 30 % and memory with 30 % to spare",
        "Thrifty: daily peaks of CPU average 25 % or 50 % at most, 30 days",
        "Flexera and CFM: average CPU below 40 %",
    ),
    options=(
        Option("days", 14, "days", "How long it must have been watched."),
        Option("percentile", 99, "% of the hours", "So many hours' CPU peaks and traffic must fit."),
        Option("cpu", 70, "%", "CPU and bandwidth that may be reached on the smaller class."),
        Option("memory", 80, "%", "Memory that may be taken on the smaller class."),
    ),
)
def rds_rightsizing(database: Database, facts: Facts) -> Finding | Undetermined | None:
    """Classes of the same family only. Of traffic that is not known, no class with less than there is now is proposed."""
    if not rds.runs_on_a_class(database):
        return None
    now = parsed(database.instance_class)
    has = specification(facts, now)
    if has.burstable:
        return Undetermined("Burstable classes are bounded by CPU credits, which are not collected.")
    need = demand(database, has, facts)
    kin = list(smaller(facts, now, database.region, rds.items(database)))
    chosen = next((one for one in kin if need.fits(one.has)), None)
    if chosen is None:
        if need.unknown and any(need.fits_what_is_known(one.has) for one in kin):
            return sizing.unless_known(need, "class")
        return None
    cpu, memory = (need.find(name) for name in (CPU, MEMORY))
    load, taken = (each.needed * (1 - each.free) for each in (cpu, memory))
    change = rds.class_change(database, facts, chosen.one)
    out = {one.one.name: sizing.listed(need.lacks(one.has)) for one in kin[: kin.index(chosen)]}
    missed = need.missed(chosen.has)
    return Finding(
        because=f"In {facts.option('percentile'):g} % of the hours of {facts.option('days'):.0f} days its CPU stayed below "
        f"{load / has.vcpu:.0%}, and at most {taken / 1024:.1f} of {has.memory_mib / 1024:.0f} GiB of memory were taken. On "
        f"{chosen.one.name} that is {load / chosen.has.vcpu:.0%} and {taken / chosen.has.memory_mib:.0%}; it would have been too small in "
        f"{missed:.1%} of the hours, by {sizing.judged_by(need)}.{_smaller_yet(out)} Check that its connections fit, which shrink with the class.",
        saving=change.saving,
        cost=facts.cost(database),
        fix_parameters={"instance_class": chosen.one.name},
        evidence={
            "metrics": [
                *(_share(each, name, chosen.has) for each, name in ((cpu, "cpu_peak"), (memory, "memory"))),
                *need.metrics(chosen.has, (NETWORK, BANDWIDTH, OPERATIONS)),
            ],
            "days": facts.option("days"),
            "resolution": "hourly highest samples of CPU and memory, hourly averages of traffic",
            "judged_by": list(need.known),
            "not_known": list(need.unknown),
            "percent_that_would_not_have_fitted": round(missed * 100, 2),
            "ruled_out": out,
            "prices": {"now_usd_per_hour": str(change.now), "then_usd_per_hour": str(change.then)},
            "from": database.instance_class,
            "to": chosen.one.name,
        },
    )


def _share(dimension: Dimension, name: str, then: InstanceType) -> dict[str, object]:
    """CPU or memory in per cent of the smaller class."""
    has = then.vcpu if name == "cpu_peak" else then.memory_mib
    taken = dimension.needed * (1 - dimension.free) / has * 100
    return {"metric": name, "maximum": taken, "unit": "%", "threshold": (1 - dimension.free) * 100}


def _smaller_yet(out: Mapping[str, str]) -> str:
    """Which smaller classes of the family were ruled out, and by what."""
    words = "; ".join(f"{name} has too little {lacks}" for name, lacks in out.items())
    return f" Smaller still, {words}." if words else " It is the smallest of its family that is sold."
