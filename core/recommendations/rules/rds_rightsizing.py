"""Databases on a class larger than they need."""

from core.actions.model import ActionKind
from core.inventory import Database
from core.recommendations import database_choice, rds, sizing
from core.recommendations.classes import parsed, specification
from core.recommendations.database_demand import demand
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule
from core.recommendations.sizing import CPU, MEMORY


@rule(
    title="Move databases to a class that fits what they do",
    why="What a database never uses of its vCPUs and memory is paid for all the same; with room to spare it answers just as fast.",
    effort=Effort.MEDIUM,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.SIZE,
    fix=ActionKind.MODIFY_DATABASE,
    reads=("rds:DescribeDBInstances", "cloudwatch:GetMetricData"),
    peers=(
        "OptScale (instances): p99 of CPU at most 80% on the smaller one",
        "Compute Optimizer, balanced: p95 of CPU with 30% and memory with 30% to spare",
        "Thrifty: daily peaks of CPU average 25% or 50% at most, 30 days",
        "Flexera and CFM: average CPU below 40%",
    ),
    options=(
        Option("days", 14, "days", "How long it must have been watched.", lookback=True),
        Option("percentile", 99, "% of the hours", "So many hours' CPU peaks and traffic must fit."),
        Option("cpu", 70, "%", "CPU and bandwidth that may be reached on the new class."),
        Option("memory", 80, "%", "Memory that may be taken on the new class."),
    ),
)
def rds_rightsizing(database: Database, facts: Facts) -> Finding | Undetermined | None:
    """Of all classes of every family that its engine runs on. Of traffic that is not known, no class with less than there is now is proposed."""
    if not rds.runs_on_a_class(database):
        return None
    has = specification(facts, parsed(database.instance_class))
    if has.burstable:
        return Undetermined("Burstable classes are bounded by CPU credits, which are not collected.")
    need = demand(database, has, facts)
    offered = database_choice.offered(database, has, facts)
    fitting = [one for one in offered if need.fits(one.has)]
    if not fitting:
        if need.unknown and any(need.fits_what_is_known(one.has) for one in offered):
            return sizing.unless_known(need, "class")
        return None
    best = fitting[0]
    cpu, memory = (need.find(name) for name in (CPU, MEMORY))
    load, taken = (each.needed * (1 - each.free) for each in (cpu, memory))
    change = rds.class_change(database, facts, best.one)
    why = database_choice.explained(offered, fitting, need, has)
    return Finding(
        because=f"In {facts.option('percentile'):g}% of the hours of {facts.option('days'):.0f} days its CPU stayed below "
        f"{load / has.vcpu:.0%}, and at most {taken / 1024:.1f} of {has.memory_mib / 1024:.0f} GiB of memory were taken. On "
        f"{best.one.name} that is {load / best.has.vcpu:.0%} and {taken / best.has.memory_mib:.0%}; it would have been too small in "
        f"{need.missed(best.has):.1%} of the hours, by {sizing.judged_by(need)}. {why.words} Check that its connections fit, which shrink "
        "with the memory of the class.",
        saving=change.saving,
        cost=facts.cost(database),
        part=change.part,
        fix_parameters={"instance_class": best.one.name},
        evidence={
            "metrics": database_choice.metrics(need, best.has),
            "days": facts.option("days"),
            "resolution": "hourly highest samples of CPU and memory, hourly averages of traffic",
            **why.evidence,
            "prices": {"now_usd_per_hour": str(change.now), "then_usd_per_hour": str(change.then)},
            "from": database.instance_class,
            "to": best.one.name,
        },
    )
