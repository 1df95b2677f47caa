"""Clusters of databases that people connect to in office hours only, and that run day and night."""

from core.actions.model import ActionKind
from core.inventory import Database, DatabaseCluster, Kind
from core.money import ZERO, total
from core.recommendations import off_hours, rds
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import rule
from core.savings import Cost, MoneyFrom
from core.schedules.use import USES


@rule(
    title="Stop database clusters outside office hours",
    why="Every instance of a cluster is paid for in 168 hours a week; those of a test environment are asked in about 50 of them.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.SCHEDULE,
    fix=ActionKind.ATTACH_SCHEDULE,
    reads=("rds:DescribeDBClusters", "rds:DescribeDBInstances", "cloudwatch:GetMetricData"),
    peers=("OptScale (EC2 alone): 14 days in 168 hour-of-week buckets",),
    options=off_hours.OPTIONS,
)
def rds_cluster_off_hours(cluster: DatabaseCluster, facts: Facts) -> Finding | Undetermined | None:
    """In use while any of its instances is. All of the saving is theirs: storage is billed to the cluster and paid for while it is off."""
    if not _stoppable(cluster) or not off_hours.eligible(cluster, facts):
        return None
    members = facts.fleet.having(cluster, Database, "cluster", cluster.short_id)
    if any(each.state != "available" or each.replica_of or each.protected for each in members):
        return None
    use = USES[Kind.DATABASE]
    shares = off_hours.active(members, use, facts)
    kept = off_hours.window(shares, facts)
    if kept is None:
        return None
    parts = {each.id: facts.part(each, *rds.INSTANCE) for each in members}
    if total(parts.values()) <= ZERO:
        return Undetermined("The bill has no line for its instances yet.")
    rest = "Its storage is still paid for and not counted; it takes minutes to start."
    told = off_hours.Told("connected to", "left alone", use.words, rest, {"instances": len(members)})
    cost = Cost(total(parts.values()), MoneyFrom.BILL)  # what a second person's approval goes by, too
    return off_hours.proposed(cluster, shares, kept, cost, cost.monthly, told, claims=parts)


def _stoppable(cluster: DatabaseCluster) -> bool:
    """Whether RDS stops it: it is up, no part of a global database, and does not pause by itself."""
    return cluster.state == "available" and not cluster.global_cluster and cluster.mode != "serverless"
