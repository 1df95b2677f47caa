"""DocumentDB instances that nobody connects to."""

from core.inventory import Database
from core.recommendations import rds
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule


@rule(
    title="Delete DocumentDB clusters that nobody connects to",
    why="Every instance of a DocumentDB cluster is paid for by the hour, asked or not; a final snapshot keeps the documents.",
    effort=Effort.LOW,
    risk=Risk.HIGH,
    undo=Undo.COSTLY,
    lever=Lever.REMOVE,
    by_hand="Delete its instances (`aws docdb delete-db-instance --db-instance-identifier NAME`), then the cluster: `aws docdb delete-db-cluster "
    "--db-cluster-identifier CLUSTER --final-db-snapshot-identifier CLUSTER-final`. Stopped (`aws docdb stop-db-cluster`), it is started again by "
    "AWS after seven days.",
    reads=("rds:DescribeDBInstances", "cloudwatch:GetMetricData"),
    peers=("Finala: no connection in 7 days", "Trusted Advisor (RDS): no connection in 7 days"),
    options=(
        Option(
            "days",
            14,
            "days",
            "How long nobody may have connected to any instance of the cluster.",
            lookback=True,
        ),
        Option("cpu", 10, "%", "Average CPU below which it may be idle: upkeep takes some."),
    ),
)
def docdb_idle(database: Database, facts: Facts) -> Finding | None:
    """A cluster is idle as a whole; each of its instances is a finding of its own. Its storage is billed to the cluster and not counted."""
    if database.service != "docdb" or database.state != "available" or database.replica_of:
        return None
    days = facts.option("days")
    members = tuple(rds.cluster_of(database, facts))
    if any(facts.watched(one, "connections", days).highest > 0 for one in members):
        return None
    cpu = facts.watched(database, "cpu", days).mean
    if cpu >= facts.option("cpu"):
        return None
    cost = facts.cost(database)
    whole = "" if len(members) == 1 else f", nor to the {len(members) - 1} others of its cluster"
    return Finding(
        because=f"Nobody connected to it{whole} in {days:.0f} days; its CPU averaged {cpu:.1f}%. Only the instance is counted: the cluster's "
        "storage goes with the last of them, and its final snapshot costs less.",
        saving=cost.monthly,
        cost=cost,
        evidence={
            "metrics": [
                {"metric": "connections", "maximum": 0, "unit": "count", "threshold": 0},
                {"metric": "cpu", "mean": cpu, "unit": "%", "threshold": facts.option("cpu")},
            ],
            "days": days,
            "cluster": database.cluster,
            "instances": len(members),
            "prices": {"paid_usd_per_month": str(cost.monthly)},
        },
    )
