"""Databases on Intel classes that Graviton would run for less."""

from collections.abc import Mapping

from core.actions.model import ActionKind
from core.figures import unrounded
from core.inventory import Database
from core.recommendations import rds
from core.recommendations.classes import parsed
from core.recommendations.engines import runs_on_graviton
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import rule

FAMILIES: Mapping[str, str] = {
    "t3": "t4g",
    "m5": "m6g",
    "m5d": "m6gd",
    "m6i": "m6g",
    "r5": "r6g",
    "r5d": "r6gd",
    "r6i": "r6g",
}


@rule(
    title="Run databases on Graviton",
    why="RDS runs the same engine on ARM classes, which cost about a tenth less for the same size.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.EASY,
    lever=Lever.SIZE,
    fix=ActionKind.MODIFY_DATABASE,
    reads=("rds:DescribeDBInstances",),
    peers=(
        "Thrifty: every database whose architecture is not ARM",
        "CID: 10% of the cost of RDS, flat",
        "Trusted Advisor and Cost Optimization Hub: by list price",
    ),
)
def rds_graviton(database: Database, facts: Facts) -> Finding | None:
    """Only where the engine's version surely runs there."""
    if not rds.runs_on_a_class(database):
        return None
    now = parsed(database.instance_class)
    if now.family not in FAMILIES or not runs_on_graviton(database):
        return None
    then = now.of_family(FAMILIES[now.family])
    change = rds.class_change(database, facts, then)
    if change.saving <= 0:
        return None
    return Finding(
        because=f"{database.engine} {database.engine_version} runs on {then.name} as well, which has the same vCPUs and memory and lists "
        f"at {unrounded(change.then)} an hour where {now.name} lists at {unrounded(change.now)}.",
        saving=change.saving,
        cost=facts.cost(database),
        part=change.part,
        fix_parameters={"instance_class": then.name},
        evidence={
            "prices": {"now_usd_per_hour": str(change.now), "then_usd_per_hour": str(change.then)},
            "from": now.name,
            "to": then.name,
        },
    )
