"""Tables that nobody reads or writes."""

from decimal import Decimal

from core.figures import usd
from core.inventory import Table
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule

GIB = 1 << 30


@rule(
    title="Delete tables that nobody reads or writes",
    why="A table is paid for by what it stores and what it could answer; a backup keeps its items for less than half.",
    effort=Effort.LOW,
    risk=Risk.HIGH,
    undo=Undo.COSTLY,
    lever=Lever.REMOVE,
    by_hand="`aws dynamodb create-backup --table-name NAME --backup-name NAME-final`, and once it is available `aws dynamodb delete-table "
    "--table-name NAME`; `restore-table-from-backup` brings it back.",
    reads=("dynamodb:DescribeTable", "cloudwatch:GetMetricData"),
    peers=("Thrifty: not changed in 90 days", "Finala: nothing consumed in 7 days"),
    options=(
        Option(
            "days",
            14,
            "days",
            "Days of metrics in which nothing may have been read or written.",
            lookback=True,
        ),
        Option("age", 30, "days", "How old the table must be."),
    ),
)
def dynamodb_unused(table: Table, facts: Facts) -> Finding | Undetermined | None:
    """A table that is silent reports nothing, so silence counts as zero only where the metrics were asked for."""
    if table.state != "ACTIVE":
        return None
    days = facts.option("days")
    if any(facts.quiet(table, metric, days) > 0 for metric in ("reads", "writes")):
        return None
    if table.replicated:
        return Undetermined("It is part of a global table, whose replicated writes are not collected.")
    age = facts.there_for(table, facts.option("age")).days
    kept = facts.price(table.region, "dynamodb:backup") * Decimal(table.stored_bytes) / GIB
    cost = facts.cost(table)
    if cost.monthly <= kept:
        return None
    return Finding(
        because=f"Nothing was read or written in {days:.0f} days; the table is {age} days old and holds {table.stored_bytes / GIB:.1f} GiB. A backup is "
        f"counted as {usd(kept)} a month. Ask whether it is needed once a year.",
        saving=cost.monthly - kept,
        cost=cost,
        evidence={
            "metrics": [
                {"metric": "reads", "maximum": 0, "unit": "units", "threshold": 0},
                {"metric": "writes", "maximum": 0, "unit": "units", "threshold": 0},
            ],
            "days": days,
            "age_days": age,
            "prices": {"backup_usd": str(kept)},
        },
    )
