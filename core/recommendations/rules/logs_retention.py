"""Log groups that keep everything for ever."""

from decimal import Decimal

from core.actions.kinds.set_log_retention import DAYS as KEPT
from core.actions.model import ActionKind
from core.inventory import LogGroup
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule

STORED = "TimedStorage-ByteHrs"
DAYS_WATCHED = 7


@rule(
    title="Let log groups forget what is old",
    why="Without a retention CloudWatch keeps every line for ever, and bills it every month.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.NEVER,
    lever=Lever.STORAGE,
    fix=ActionKind.SET_LOG_RETENTION,
    reads=("logs:DescribeLogGroups", "cloudwatch:GetMetricData"),
    peers=("Thrifty: no retention set, or no line written for 90 days",),
    options=(
        Option("days", 90, "days", "What is older is given up."),
        Option(
            "compressed", 30, "%", "Of the bytes that come in taken to be stored: CloudWatch compresses them."
        ),
        Option("least", 0.5, "USD a month", "Savings below this are not worth a change."),
    ),
)
def logs_retention(group: LogGroup, facts: Facts) -> Finding | None:
    """Only storage is saved, and only of what is older: taking in lines was paid for long ago."""
    if group.retention_days is not None or group.stored_bytes == 0:
        return None
    keep = facts.option("days")
    age = facts.there_for(group, 0).days
    if age <= keep:
        return None
    cost = facts.cost(group)
    storage = facts.part(group, STORED)
    if storage < facts.option("least"):
        return None
    a_day = facts.quiet(group, "incoming", DAYS_WATCHED) / facts.usage.days
    young = min(1.0, a_day * keep * facts.option("compressed") / 100 / group.stored_bytes)
    saving = storage * (1 - Decimal(str(young)))
    if saving < facts.option("least"):
        return None
    return Finding(
        because=f"It has no retention and stores {group.stored_bytes / (1 << 30):,.0f} GB. At {a_day / (1 << 30):,.1f} GB a day, "
        f"compressed to {facts.option('compressed'):.0f}%, the last {keep:.0f} days are {young:.0%} of that; the rest is older. "
        "Only the storage of what is older is counted. Ask how long the law or the contract wants them kept.",
        saving=saving,
        cost=cost,
        fix_parameters={"days": next((days for days in KEPT if days >= keep), KEPT[-1])},
        evidence={
            "metrics": [
                {"metric": "incoming", "mean": a_day / (1 << 30), "unit": "GB a day", "threshold": None}
            ],
            "days_old": age,
            "threshold_days": keep,
            "storage_usd": str(storage),
            "older_share": f"{1 - young:.0%}",
        },
    )
