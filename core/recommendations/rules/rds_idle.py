"""Databases that nobody connects to."""

from decimal import Decimal

from core.figures import usd
from core.inventory import Database
from core.recommendations import rds
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule


@rule(
    title="Delete databases that nobody connects to",
    why="A database is paid for by the hour whether or not anybody asks it anything; a final snapshot keeps its content.",
    effort=Effort.LOW,
    risk=Risk.HIGH,
    undo=Undo.COSTLY,
    lever=Lever.REMOVE,
    by_hand="Keep a final snapshot and delete it: `aws rds delete-db-instance --db-instance-identifier NAME "
    "--final-db-snapshot-identifier NAME-final`. A whole Aurora cluster goes with `aws rds delete-db-cluster`. Stopping it (`aws rds stop-db-instance`) saves the instance alone, "
    "and AWS starts it again after seven days.",
    reads=("rds:DescribeDBInstances", "cloudwatch:GetMetricData"),
    peers=(
        "Trusted Advisor and Finala: no connection in 7 days",
        "Cloud Custodian: no connection in 14 days",
        "Compute Optimizer: no connection, low CPU and I/O in 14 days, not a replica",
        "CloudAware: CPU below 5%, no connections, IOPS below 1, 30 days",
    ),
    options=(
        Option("days", 14, "days", "How long nobody may have connected.", lookback=True),
        Option("cpu", 5, "%", "Average CPU below which it may be idle."),
        Option("iops", 5, "operations a second", "Average reads and writes below which it may be idle."),
        Option("snapshot_fill", 50, "%", "How full its storage is taken to be, for the final snapshot."),
    ),
)
def rds_idle(database: Database, facts: Facts) -> Finding | None:
    """A replica stands by for another, and what has replicas feeds them: both are left alone. A cluster is idle as a whole."""
    if database.service != "rds" or database.state != "available":
        return None
    if database.replica_of or rds.has_replicas(database, facts):
        return None
    days = facts.option("days")
    if any(facts.watched(one, "connections", days).highest > 0 for one in rds.cluster_of(database, facts)):
        return None
    cpu = facts.watched(database, "cpu", days).mean
    iops = sum(facts.watched(database, metric, days).mean for metric in ("read_iops", "write_iops"))
    if cpu >= facts.option("cpu") or iops >= facts.option("iops"):
        return None
    snapshot = facts.price(database.region, "rds:backup") * database.storage_gb
    kept = snapshot * Decimal(str(facts.option("snapshot_fill"))) / 100
    cost = facts.cost(database)
    if cost.monthly <= kept:
        return None
    return Finding(
        because=f"Nobody connected in {days:.0f} days; its CPU averaged {cpu:.1f}% and its storage {iops:.1f} operations "
        f"a second. A final snapshot is counted as {usd(kept)} a month, {usd(snapshot)} at most. Merely stopped, it "
        "is started again by AWS after 7 days.",
        saving=cost.monthly - kept,
        cost=cost,
        evidence={
            "metrics": [
                {"metric": "connections", "maximum": 0, "unit": "count", "threshold": 0},
                {"metric": "cpu", "mean": cpu, "unit": "%", "threshold": facts.option("cpu")},
                {"metric": "iops", "mean": iops, "unit": "a second", "threshold": facts.option("iops")},
            ],
            "days": days,
            "prices": {"snapshot_counted": str(kept), "snapshot_at_most": str(snapshot)},
        },
    )
