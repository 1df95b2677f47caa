"""Attached volumes that nothing reads or writes."""

from decimal import Decimal

from core.figures import usd
from core.inventory import Volume
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule


@rule(
    title="Detach and delete volumes that nothing reads or writes",
    why="A volume costs the same whether or not its instance uses it; a snapshot keeps its content for less.",
    effort=Effort.MEDIUM,
    risk=Risk.MEDIUM,
    undo=Undo.COSTLY,
    lever=Lever.REMOVE,
    by_hand="Unmount it in the instance, then: aws ec2 detach-volume --volume-id ID; aws ec2 create-snapshot "
    "--volume-id ID; and, once the snapshot is completed, aws ec2 delete-volume --volume-id ID.",
    reads=("ec2:DescribeVolumes", "cloudwatch:GetMetricData"),
    peers=(
        "Trusted Advisor: less than 1 operation a day over 7 days, boot volumes left out",
        "Thrifty: daily maximum at most 100 operations on average over 30 days",
        "Flexera: no operation in 30 days",
    ),
    options=(
        Option("days", 7, "days", "How many days must have samples, at least."),
        Option("operations", 100, "operations a day", "Reads and writes below which nobody uses it."),
        Option("burst", 50, "operations an hour", "No hour may have had more: a weekly backup is use."),
        Option(
            "snapshot_fill",
            50,
            "%",
            "How full it is taken to be: the snapshot kept is billed by content, which AWS does not tell before.",
        ),
    ),
)
def ebs_idle(volume: Volume, facts: Facts) -> Finding | None:
    """A boot volume is never this quiet: its system writes logs. A stopped instance's volumes have no samples: undetermined."""
    if volume.state != "in-use":
        return None
    reads = facts.watched(volume, "read_ops", facts.option("days"))
    writes = facts.watched(volume, "write_ops", facts.option("days"))
    a_day, burst = reads.a_day + writes.a_day, max(reads.highest, writes.highest)
    if a_day >= facts.option("operations") or burst > facts.option("burst"):
        return None
    snapshot = facts.price(volume.region, "ebs:snapshot") * volume.size_gb
    kept = snapshot * Decimal(str(facts.option("snapshot_fill"))) / 100
    cost = facts.cost(volume)
    if cost.monthly <= kept:
        return None
    return Finding(
        because=f"{volume.size_gb} GB of {volume.type}, attached to {volume.attached_to}: in {reads.hours} hours with "
        f"samples {a_day:.1f} reads and writes a day, {burst:.0f} in the busiest hour. Check that it is not kept for a "
        f"yearly job. A snapshot is taken first; it is counted as {usd(kept)} a month, {usd(snapshot)} at most.",
        saving=cost.monthly - kept,
        cost=cost,
        evidence={
            "metrics": [
                {
                    "metric": "operations",
                    "mean": a_day,
                    "unit": "a day",
                    "threshold": facts.option("operations"),
                },
                {
                    "metric": "busiest_hour",
                    "maximum": burst,
                    "unit": "operations an hour",
                    "threshold": facts.option("burst"),
                },
            ],
            "hours": reads.hours,
            "attached_to": volume.attached_to,
            "prices": {"snapshot_counted": str(kept), "snapshot_at_most": str(snapshot)},
        },
    )
