"""Databases on classes that AWS has replaced."""

from core.actions.model import ActionKind
from core.figures import unrounded
from core.inventory import Database
from core.recommendations import rds
from core.recommendations.classes import parsed
from core.recommendations.engines import runs_on_graviton
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo, UnknownFact
from core.recommendations.lever import Lever
from core.recommendations.rule import rule


@rule(
    title="Move databases off old classes",
    why="AWS prices current classes at or below the ones they replace, and the old ones are slower and no longer everywhere sold.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.EASY,
    lever=Lever.SIZE,
    fix=ActionKind.MODIFY_DATABASE,
    reads=("rds:DescribeDBInstances",),
    peers=(
        "Thrifty: t2 and m3",
        "OptScale (instances): the cheapest current type with the same vCPUs and memory",
        "CID: 5% of the cost, flat",
    ),
)
def rds_old_class(database: Database, facts: Facts) -> Finding | None:
    """The cheapest successor of the same size that the engine runs on; where none costs less, nothing is said."""
    if not rds.runs_on_a_class(database):
        return None
    now = parsed(database.instance_class)
    successors = rds.SUCCESSORS.get(now.family)
    if successors is None:
        return None
    rds.demand_prices(database)
    sold = [now.of_family(family) for family in successors[: 2 if runs_on_graviton(database) else 1]]
    prices = {one: facts.prices.find(database.region, f"{rds.items(database)}:{one.name}") for one in sold}
    known = {one: price.usd for one, price in prices.items() if price is not None}
    if not known:
        message = "No list price is known for the classes that replace its own."
        raise UnknownFact(message)
    then = min(known, key=lambda one: (known[one], one.name))
    change = rds.class_change(database, facts, then)
    if change.saving <= 0:
        return None
    return Finding(
        because=f"{then.name} replaces {now.name}: the same size, newer hardware, {unrounded(change.then)} an hour by list price instead of "
        f"{unrounded(change.now)}.",
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
