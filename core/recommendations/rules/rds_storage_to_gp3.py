"""Databases whose storage costs more than gp3, which is fast enough."""

from core.actions.model import ActionKind
from core.figures import usd
from core.inventory import Database
from core.recommendations import rds
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule
from core.recommendations.usage import Series
from core.savings import changing

FAST_FROM_GB, FAST_IOPS, IOPS = 400, 12_000, 3000
"""gp3 of RDS has 3,000 IOPS for nothing, and 12,000 from 400 GB on (MySQL, MariaDB, PostgreSQL)."""
METERS = {"gp2": "GP2-Storage", "io1": "PIOPS", "io2": "PIOPS"}


@rule(
    title="Move the storage of databases to gp3",
    why="gp3 of RDS has thousands of operations a second in its price, where provisioned IOPS are paid for one by one.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.EASY,
    lever=Lever.STORAGE,
    fix=ActionKind.MODIFY_DATABASE_STORAGE,
    reads=("rds:DescribeDBInstances", "cloudwatch:GetMetricData"),
    peers=(
        "CID: gp2 and io1 to gp3 by price",
        "Thrifty (EBS): io1 and io2 below 16,000 IOPS",
        "Compute Optimizer: RDS storage by IOPS and throughput used",
    ),
    options=(
        Option("days", 14, "days", "How long it must have been watched.", lookback=True),
        Option("iops", 50, "%", "The busiest hour's average may take so much of what gp3 gives for nothing."),
    ),
)
def rds_storage_to_gp3(database: Database, facts: Facts) -> Finding | None:
    """An hour's average hides its peaks: hence half. RDS sells gp2 and gp3 at one price in most regions, and then nothing is said."""
    if database.storage_type not in METERS or database.cluster is not None or database.service != "rds":
        return None
    rds.demand_prices(database)
    family = rds.items(database)
    now = database.storage_gb * facts.price(database.region, f"{family}:storage-{database.storage_type}")
    if database.storage_type != "gp2":
        now += (database.iops or 0) * facts.price(database.region, f"{family}:{database.storage_type}-iops")
    then = database.storage_gb * facts.price(database.region, f"{family}:storage-gp3")
    if then >= now:
        return None
    days, given = facts.option("days"), FAST_IOPS if database.storage_gb >= FAST_FROM_GB else IOPS
    reads, writes = (facts.watched(database, metric, days) for metric in ("read_iops", "write_iops"))
    busiest = Series(reads.values + writes.values).highest
    allowed = given * facts.option("iops") / 100
    if busiest > allowed:
        return None
    paid = rds.part_cost(database, facts, "storage", METERS[database.storage_type])
    return Finding(
        because=f"{database.storage_gb} GB of {database.storage_type} with {database.iops or 0} IOPS list at {usd(now)} a month; gp3 lists at "
        f"{usd(then)} and has {given} IOPS. The busiest hour of {days:.0f} days averaged {busiest:.0f}.",
        saving=changing(paid, now, then),
        cost=facts.cost(database),
        part=paid.monthly,
        fix_parameters={"storage_type": "gp3"},
        evidence={
            "metrics": [{"metric": "iops", "maximum": busiest, "unit": "a second", "threshold": allowed}],
            "days": days,
            "prices": {"now_usd": str(now), "gp3_usd": str(then)},
            "size_gb": database.storage_gb,
        },
    )
