"""Tables with more capacity than anybody takes."""

from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from core.inventory import Table
from core.money import ZERO, monthly
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule

SECONDS = 3600


@dataclass(frozen=True)
class _Capacity:
    """One way of a table, reading or writing: units a second provisioned, taken in the busiest hour, and needed."""

    name: str
    units: int
    taken: float
    needed: int
    saving: Decimal


@rule(
    title="Lower the capacity of tables to what is taken",
    why="Provisioned capacity is paid for by the hour, taken or not.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.EASY,
    lever=Lever.SIZE,
    by_hand="`aws dynamodb update-table --table-name NAME --provisioned-throughput ReadCapacityUnits=R,WriteCapacityUnits=W`, or let it scale by "
    "itself: `aws application-autoscaling register-scalable-target --service-namespace dynamodb`. It can be raised again at any time.",
    reads=(
        "dynamodb:DescribeTable",
        "application-autoscaling:DescribeScalableTargets",
        "cloudwatch:GetMetricData",
    ),
    peers=("Finala: less than 80% of the capacity consumed in 7 days", "Thrifty: no autoscaling"),
    options=(
        Option("days", 14, "days", "How long it must have been watched.", lookback=True),
        Option("used", 50, "%", "The busiest hour's average may take so much of the capacity that is left."),
    ),
)
def dynamodb_over_provisioned(table: Table, facts: Facts) -> Finding | Undetermined | None:
    """An hour's average hides its minutes, hence half. What indexes take and cost is theirs: at most the table's own list price is counted."""
    if table.on_demand or table.state != "ACTIVE" or table.autoscaled:
        return None
    if table.autoscaled is None:
        return Undetermined("Whether its capacity follows the load by itself could not be asked.")
    ways = [
        _way(table, facts, "reads", table.reads, "ReadCapacityUnit-Hrs", "dynamodb:rcu"),
        _way(table, facts, "writes", table.writes, "WriteCapacityUnit-Hrs", "dynamodb:wcu"),
    ]
    saving = sum((way.saving for way in ways), ZERO)
    if saving <= 0:
        return None
    reads, writes = ways
    return Finding(
        because=f"In the busiest hour of {facts.option('days'):.0f} days it took {reads.taken:.1f} of {reads.units} read units and {writes.taken:.1f} of "
        f"{writes.units} write units a second. {reads.needed} and {writes.needed} leave "
        f"{100 - facts.option('used'):g}% of them free.",
        saving=saving,
        cost=facts.cost(table),
        evidence={
            "metrics": [
                {"metric": way.name, "maximum": way.taken, "unit": "units a second", "threshold": way.needed}
                for way in ways
            ],
            "provisioned": {way.name: way.units for way in ways},
            "needed": {way.name: way.needed for way in ways},
            "prices": {"saved_usd": {way.name: str(way.saving) for way in ways}},
        },
    )


def _way(table: Table, facts: Facts, name: str, units: int, meter: str, item: str) -> _Capacity:
    """Silent hours took nothing; the busiest one decides."""
    facts.quiet(table, name, facts.option("days"))
    found = facts.usage.find(table.id, name)
    taken = found.highest / SECONDS if found is not None else 0.0
    needed = min(units, max(1, ceil(taken * 100 / facts.option("used"))))
    listed = units * monthly(facts.price(table.region, item))
    paid = min(facts.part(table, meter), listed)
    return _Capacity(name, units, taken, needed, paid * (units - needed) / units if units else ZERO)
