"""Volumes attached to nothing."""

from decimal import Decimal

from core.actions.model import ActionKind
from core.figures import usd
from core.inventory import Volume
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule


@rule(
    title="Delete volumes attached to nothing",
    why="A volume is paid for whether or not anything can read it; a snapshot keeps its content for less.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.COSTLY,
    lever=Lever.REMOVE,
    fix=ActionKind.DELETE_VOLUME,
    reads=("ec2:DescribeVolumes",),
    peers=(
        "Trusted Advisor: unattached",
        "OptScale: longer than 1 day",
        "Cloud Custodian: 30 days",
        "Compute Optimizer: 32 days",
    ),
    options=(
        Option("days", 7, "days", "How long it must have been attached to nothing."),
        Option(
            "snapshot_fill",
            50,
            "%",
            "How full it is taken to be: the snapshot kept is billed by content, which AWS does not tell before.",
        ),
    ),
)
def ebs_unattached(volume: Volume, facts: Facts) -> Finding | None:
    """The snapshot that is taken first is subtracted from the saving."""
    if volume.state != "available":
        return None
    days = facts.settled_for(volume, facts.option("days")).days
    if days < facts.option("days"):
        return None
    snapshot = facts.price(volume.region, "ebs:snapshot") * volume.size_gb
    kept = snapshot * Decimal(str(facts.option("snapshot_fill"))) / 100
    cost = facts.cost(volume)
    if cost.monthly <= kept:
        return None
    since = (
        f"seen {days} days ago" if volume.id in facts.changed_at else f"never seen attached in {days} days"
    )
    return Finding(
        because=f"{volume.size_gb} GB of {volume.type}, attached to nothing: {since}. "
        f"A snapshot is taken first; it is counted as {usd(kept)} a month, {usd(snapshot)} at most.",
        saving=cost.monthly - kept,
        cost=cost,
        evidence={
            "days_unattached": days,
            "threshold_days": facts.option("days"),
            "observed": volume.id in facts.changed_at,
            "prices": {"snapshot_counted": str(kept), "snapshot_at_most": str(snapshot)},
        },
    )
