"""Warehouses that nobody asks anything."""

from core.actions.model import ActionKind
from core.inventory import DataWarehouse
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule


@rule(
    title="Pause warehouses that nobody asks",
    why="A Redshift cluster bills every node by the hour while it runs; paused, it bills its storage alone.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.REMOVE,
    fix=ActionKind.PAUSE_WAREHOUSE,
    reads=("redshift:DescribeClusters", "cloudwatch:GetMetricData"),
    peers=(
        "Trusted Advisor: no connection in 7 days, or CPU below 5% for 99% of 7 days",
        "Thrifty: CPU below 20%, no pause schedule",
    ),
    options=(
        Option("days", 14, "days", "How long nobody may have connected.", lookback=True),
        Option("cpu", 10, "%", "Average CPU below which it may be idle: upkeep takes some."),
    ),
)
def redshift_idle(warehouse: DataWarehouse, facts: Facts) -> Finding | Undetermined | None:
    """Only its nodes are saved: managed storage and snapshots are paid for while it is paused."""
    if warehouse.state != "available":
        return None
    days = facts.option("days")
    if facts.watched(warehouse, "connections", days).highest > 0:
        return None
    cpu = facts.watched(warehouse, "cpu", days).mean
    if cpu >= facts.option("cpu"):
        return None
    cost, nodes = facts.cost(warehouse), facts.part(warehouse, "Node:")
    if nodes <= 0:
        return Undetermined("The bill has no line for its nodes yet.")
    return Finding(
        because=f"Nobody connected in {days:.0f} days, and its CPU averaged {cpu:.1f}%. Paused, its {warehouse.nodes} {warehouse.node_type} nodes cost "
        "nothing; its storage is still paid for and not counted.",
        saving=nodes,
        cost=cost,
        evidence={
            "metrics": [
                {"metric": "connections", "maximum": 0, "unit": "count", "threshold": 0},
                {"metric": "cpu", "mean": cpu, "unit": "%", "threshold": facts.option("cpu")},
            ],
            "days": days,
            "nodes_usd": str(nodes),
        },
    )
