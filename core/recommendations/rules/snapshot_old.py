"""Snapshots that nobody looks after any more."""

from decimal import Decimal

from core.actions.model import ActionKind
from core.figures import usd
from core.inventory import Kind, Snapshot
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.kept_snapshots import held
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule


@rule(
    title="Delete or archive old snapshots",
    why="A snapshot made by hand is kept, and paid for, until somebody remembers it.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.NEVER,
    lever=Lever.REMOVE,
    fix=ActionKind.DELETE_SNAPSHOT,
    reads=("ec2:DescribeSnapshots", "ec2:DescribeImages", "ec2:DescribeVolumes"),
    peers=(
        "Thrifty: 90 days",
        "Flexera: 30 days",
        "CID: below and above a year",
        "Cloud Custodian: used by no image, launch template or Auto Scaling group",
    ),
    options=(
        Option("days", 90, "days", "How old, where a newer snapshot of the same volume exists."),
        Option("last_days", 365, "days", "How old, where it is the newest of its volume."),
        Option(
            "needed",
            50,
            "%",
            "Of its content taken to be needed by newer ones, which keep it: AWS does not tell before.",
        ),
    ),
)
def snapshot_old(snapshot: Snapshot, facts: Facts) -> Finding | None:
    """Snapshots hold only what changed: what a newer one of the volume needs moves there and is paid for on."""
    if snapshot.archived or snapshot.state != "completed":
        return None
    age = facts.there_for(snapshot, 0)
    days = age.days
    if days < facts.option("days") or held(snapshot, facts):
        return None
    made = facts.now - age
    newer = [
        one
        for one in facts.fleet.having(snapshot, Snapshot, "volume_id", snapshot.volume_id)
        if one.created_at is not None and one.created_at > made
    ]
    facts.seen_whole(snapshot, Kind.SNAPSHOT)
    if not newer and days < facts.option("last_days"):
        return None
    cost = facts.cost(snapshot)
    needed = Decimal(str(facts.option("needed"))) / 100 if newer else Decimal(0)
    beside = (
        f"newer ones of the same volume ({len(newer)}) are taken to need {needed:.0%} of its content"
        if newer
        else "it is the newest of its volume"
    )
    return Finding(
        because=f"Made {days} days ago by no backup service, and no image needs it; {beside}. It costs "
        f"{usd(cost.monthly)} a month on the bill. Ask whether a rule or a contract says to keep it.",
        saving=cost.monthly * (1 - needed),
        cost=cost,
        evidence={
            "days_old": days,
            "threshold_days": facts.option("days" if newer else "last_days"),
            "newer_snapshots": len(newer),
            "of_volume": snapshot.volume_id,
            "counted": f"{1 - needed:.0%} of its bill lines",
        },
    )
