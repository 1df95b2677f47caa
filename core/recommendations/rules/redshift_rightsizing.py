"""Warehouses with more nodes than they need."""

import math

from core.inventory import DataWarehouse
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule
from core.savings import Cost, MoneyFrom, changing

FEWEST = 2
"""An elastic resize leaves at least so many nodes: a single one is another kind of cluster."""


@rule(
    title="Give warehouses the nodes they need",
    why="Redshift bills each node by the hour, and an elastic resize takes minutes.",
    effort=Effort.MEDIUM,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.SIZE,
    by_hand="In a quiet hour: `aws redshift resize-cluster --cluster-identifier NAME --number-of-nodes N --no-classic`; queries wait for some minutes. "
    "The same call with the number before is the way back.",
    reads=("redshift:DescribeClusters", "cloudwatch:GetMetricData"),
    peers=(
        "Thrifty: daily peaks of CPU average 20% or 35% at most, 30 days",
        "Flexera: CPU that may reach 90% on fewer nodes",
        "Trusted Advisor: CPU below 5% for 99% of 7 days",
    ),
    options=(
        Option("days", 14, "days", "How long it must have been watched.", lookback=True),
        Option("percentile", 99, "% of the hours", "So many hours must fit."),
        Option("cpu", 60, "%", "CPU that these hours' averages may reach on fewer nodes."),
        Option("disk", 70, "%", "Storage that may be taken on fewer nodes."),
    ),
)
def redshift_rightsizing(warehouse: DataWarehouse, facts: Facts) -> Finding | Undetermined | None:
    """At most half of the nodes go at once, as an elastic resize allows of every node type."""
    fewest = max(FEWEST, math.ceil(warehouse.nodes / 2))
    if warehouse.state != "available" or warehouse.nodes <= fewest:
        return None
    days, percentile = facts.option("days"), facts.option("percentile")
    cpu = facts.watched(warehouse, "cpu", days).at(percentile)
    disk = facts.watched(warehouse, "disk", days).highest
    needed = max(cpu / facts.option("cpu"), disk / facts.option("disk")) * warehouse.nodes
    nodes = max(fewest, math.ceil(needed))
    if nodes >= warehouse.nodes:
        return None
    paid = facts.part(warehouse, "Node:")
    if paid <= 0:
        return Undetermined("The bill has no line for its nodes yet.")
    load, taken = (each * warehouse.nodes / nodes for each in (cpu, disk))
    price = facts.price(warehouse.region, f"redshift:{warehouse.node_type}")
    return Finding(
        because=f"In {percentile:g}% of the hours of {days:.0f} days the CPU of its {warehouse.nodes} {warehouse.node_type} nodes averaged at most "
        f"{cpu:.0f}%, and storage never passed {disk:.0f}%. On {nodes} that is {load:.0f}% and {taken:.0f}%. Check that its nightly load "
        "may take longer.",
        saving=changing(Cost(paid, MoneyFrom.BILL), warehouse.nodes * price, nodes * price),
        cost=facts.cost(warehouse),
        part=paid,
        evidence={
            "metrics": [
                {"metric": "cpu", "maximum": load, "unit": "%", "threshold": facts.option("cpu")},
                {"metric": "disk", "maximum": taken, "unit": "%", "threshold": facts.option("disk")},
            ],
            "days": days,
            "nodes_now": warehouse.nodes,
            "nodes_then": nodes,
            "prices": {"node_usd_per_hour": str(price)},
        },
    )
