"""Databases on a class larger than they need."""

from core.actions.model import ActionKind
from core.inventory import Database
from core.recommendations import rds
from core.recommendations.classes import parsed, smaller, specification
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule

MIB = 1 << 20


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
        Option("percentile", 99, "% of the hours", "So many hours' CPU peaks must fit."),
        Option("cpu", 70, "%", "CPU that those peaks may reach on the smaller class."),
        Option("memory", 80, "%", "Memory that may be taken on the smaller class."),
    ),
)
def rds_rightsizing(database: Database, facts: Facts) -> Finding | Undetermined | None:
    """Memory counts as taken where it is not free, caches too: MySQL's buffer pool grows to what it is given, so this errs on the safe side."""
    if not rds.runs_on_a_class(database):
        return None
    now = parsed(database.instance_class)
    has = specification(facts, now)
    if has.burstable:
        return Undetermined("Burstable classes are bounded by CPU credits, which are not collected.")
    days = facts.option("days")
    cpu = facts.watched(database, "cpu_peak", days).at(facts.option("percentile"))
    free = facts.watched(database, "free_memory", days).lowest / MIB
    taken = max(0.0, has.memory_mib - free)
    for one in smaller(facts, now, database.region, rds.items(database)):
        load = cpu * has.vcpu / one.has.vcpu
        memory = taken / one.has.memory_mib * 100
        if load <= facts.option("cpu") and memory <= facts.option("memory"):
            break
    else:
        return None
    change = rds.class_change(database, facts, one.one)
    return Finding(
        because=f"In {facts.option('percentile'):g} % of the hours of {days:.0f} days its CPU stayed below {cpu:.0f} %, and at most "
        f"{taken / 1024:.1f} of {has.memory_mib / 1024:.0f} GiB of memory were taken. On {one.one.name} that is {load:.0f} % and "
        f"{memory:.0f} %. Check that its connections and I/O fit, which shrink with the class.",
        saving=change.saving,
        cost=facts.cost(database),
        fix_parameters={"instance_class": one.one.name},
        evidence={
            "metrics": [
                {"metric": "cpu_peak", "maximum": load, "unit": "%", "threshold": facts.option("cpu")},
                {"metric": "memory", "maximum": memory, "unit": "%", "threshold": facts.option("memory")},
            ],
            "days": days,
            "prices": {"now_usd_per_hour": str(change.now), "then_usd_per_hour": str(change.then)},
            "from": database.instance_class,
            "to": one.one.name,
        },
    )
