"""Warehouses that people ask in office hours only, and that run day and night."""

from core.actions.model import ActionKind
from core.inventory import DataWarehouse, Kind
from core.recommendations import off_hours
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import rule
from core.schedules.use import USES


@rule(
    title="Pause warehouses outside office hours",
    why="A Redshift cluster bills every node by the hour while it runs; paused, it bills its storage alone.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.SCHEDULE,
    fix=ActionKind.ATTACH_SCHEDULE,
    reads=("redshift:DescribeClusters", "cloudwatch:GetMetricData"),
    peers=(
        "Thrifty: every cluster without a pause schedule, CPU below 20%",
        "OptScale (EC2 alone): 14 days in 168 hour-of-week buckets",
    ),
    options=off_hours.OPTIONS,
)
def redshift_off_hours(warehouse: DataWarehouse, facts: Facts) -> Finding | Undetermined | None:
    """Only its nodes are saved: managed storage and snapshots are paid for while it is paused."""
    if warehouse.state != "available" or not off_hours.eligible(warehouse, facts):
        return None
    use = USES[Kind.DATA_WAREHOUSE]
    shares = off_hours.active((warehouse,), use, facts)
    kept = off_hours.window(shares, facts)
    if kept is None:
        return None
    nodes = facts.part(warehouse, "Node:")
    if nodes <= 0:
        return Undetermined("The bill has no line for its nodes yet.")
    rest = "Its storage is still paid for and not counted; Redshift takes minutes to resume it."
    told = off_hours.Told("connected to", "left alone", use.words, rest)
    return off_hours.proposed(warehouse, shares, kept, facts.cost(warehouse), nodes, told)
