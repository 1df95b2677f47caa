"""Databases that people connect to in office hours only, and that run day and night."""

from core.actions.model import ActionKind
from core.inventory import Database, Kind
from core.recommendations import off_hours, rds
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import rule
from core.schedules.use import USES


@rule(
    title="Stop databases outside office hours",
    why="A database of a test environment is paid for in 168 hours a week and asked in about 50 of them.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.SCHEDULE,
    fix=ActionKind.ATTACH_SCHEDULE,
    reads=("rds:DescribeDBInstances", "cloudwatch:GetMetricData"),
    peers=(
        "OptScale (EC2 alone): 14 days in 168 hour-of-week buckets",
        "CloudAware, Trusted Advisor: only databases that nobody connects to at all",
    ),
    options=off_hours.OPTIONS,
)
def rds_off_hours(database: Database, facts: Facts) -> Finding | None:
    """One that an application stays connected to shows no hours and is left alone, as is what RDS does not stop."""
    if not _stoppable(database, facts) or not off_hours.eligible(database, facts):
        return None
    use = USES[Kind.DATABASE]
    shares = off_hours.active((database,), use, facts)
    kept = off_hours.window(shares, facts)
    if kept is None:
        return None
    instance = rds.part_cost(database, facts, "instance", *rds.INSTANCE)
    rest = "Its storage is still paid for and not counted; RDS takes minutes to start it."
    told = off_hours.Told("connected to", "left alone", use.words, rest)
    return off_hours.proposed(database, shares, kept, facts.cost(database), instance.monthly, told)


def _stoppable(database: Database, facts: Facts) -> bool:
    """Whether RDS stops it by itself: no member of a cluster, nothing with or of a replica, no SQL Server in two zones."""
    plain = database.service == "rds" and database.state == "available" and database.cluster is None
    two_zones = database.multi_az and database.engine.startswith("sqlserver")
    replicated = database.replica_of or database.replicas
    return plain and not two_zones and not replicated and not rds.has_replicas(database, facts)
