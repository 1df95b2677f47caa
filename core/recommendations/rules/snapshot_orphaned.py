"""Snapshots of volumes that are gone."""

from core.actions.model import ActionKind
from core.figures import usd
from core.inventory import Kind, Snapshot, Volume
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.kept_snapshots import held
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule

COPIED = "vol-ffffffff"
"""What AWS calls the volume of a snapshot that was copied."""


@rule(
    title="Delete or archive snapshots of volumes that are gone",
    why="What was backed up does not exist any more; mostly its backup is kept because nobody asked.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.NEVER,
    lever=Lever.REMOVE,
    fix=ActionKind.DELETE_SNAPSHOT,
    reads=("ec2:DescribeSnapshots", "ec2:DescribeVolumes", "ec2:DescribeImages"),
    peers=(
        "OptScale: not used for 3 days",
        "Flexera: 30 days",
        "Cloud Custodian: used by no image, launch template or Auto Scaling group",
    ),
    options=(Option("days", 30, "days", "How old it must be: it may just have replaced its volume."),),
)
def snapshot_orphaned(snapshot: Snapshot, facts: Facts) -> Finding | Undetermined | None:
    """Only where every volume of its account and region was seen is one that is missing gone."""
    if snapshot.archived or snapshot.state != "completed":
        return None
    days = facts.there_for(snapshot, 0).days
    if days < facts.option("days") or snapshot.made_by is not None:
        return None
    if not snapshot.volume_id or snapshot.volume_id.startswith(COPIED):
        return Undetermined("It was copied, and AWS does not say of which volume.")
    facts.seen_whole(snapshot, Kind.VOLUME)
    if facts.fleet.beside(snapshot, Volume, snapshot.volume_id) is not None or held(snapshot, facts):
        return None
    cost = facts.cost(snapshot)
    return Finding(
        because=f"Its volume {snapshot.volume_id} is gone, no image needs it, and no backup service made it; it is {days} days "
        f"old and costs {usd(cost.monthly)} a month on the bill. It may be the last copy: look into it before deleting.",
        saving=cost.monthly,
        cost=cost,
        evidence={
            "of_volume": snapshot.volume_id,
            "volume_size_gb": snapshot.size_gb,
            "days_old": days,
            "threshold_days": facts.option("days"),
        },
    )
