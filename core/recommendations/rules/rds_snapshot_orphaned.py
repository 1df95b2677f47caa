"""Database snapshots whose database is gone."""

from core.inventory import Database, DatabaseSnapshot, Kind
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule


@rule(
    title="Delete snapshots of databases that are gone",
    why="Snapshots taken by hand outlive their database, and are paid for until somebody deletes them.",
    effort=Effort.LOW,
    risk=Risk.HIGH,
    undo=Undo.NEVER,
    lever=Lever.REMOVE,
    by_hand="Ask its owner, then: `aws rds delete-db-snapshot --db-snapshot-identifier NAME`. To keep the data for less, export it to S3 "
    "first: `aws rds start-export-task`.",
    reads=("rds:DescribeDBSnapshots", "rds:DescribeDBInstances"),
    peers=(
        "Flexera: older than 30 days",
        "Vantage: orphaned longer than 30 days",
        "Thrifty (EBS): older than 90 days",
    ),
    options=(Option("days", 30, "days", "How old the snapshot must be."),),
)
def rds_snapshot_orphaned(snapshot: DatabaseSnapshot, facts: Facts) -> Finding | None:
    """Its cost is the bill's alone: a snapshot's size says nothing of what is billed."""
    if snapshot.state != "available" or facts.fleet.beside(snapshot, Database, snapshot.database) is not None:
        return None
    facts.seen_whole(snapshot, Kind.DATABASE)
    if snapshot.created_at is not None and (facts.now - snapshot.created_at).days < facts.option("days"):
        return None
    days = facts.there_for(snapshot, facts.option("days")).days
    cost = facts.cost(snapshot)
    return Finding(
        because=f"The database {snapshot.database} is gone; this snapshot of its {snapshot.size_gb} GB ({snapshot.engine}) was taken {days} days "
        "ago. It may be the last copy: ask whether it is kept for the law or an audit.",
        saving=cost.monthly,
        cost=cost,
        evidence={"database": snapshot.database, "days": days, "threshold_days": facts.option("days")},
    )
