"""gp3 volumes that pay for speed they do not use."""

from core.actions.model import ActionKind
from core.figures import usd
from core.inventory import Volume
from core.recommendations import list_prices
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.list_prices import GP3_IOPS, GP3_THROUGHPUT
from core.recommendations.rule import Option, rule
from core.recommendations.volume_speed import STEP, observed, with_room
from core.savings import changing

IOPS_A_MIB = 4
"""gp3 gives at most 0.25 MiB/s for each of its IOPS: throughput above the baseline needs these."""


@rule(
    title="Lower speed that gp3 volumes pay for and do not use",
    why="gp3 has 3,000 IOPS and 125 MiB/s at no extra cost; what is above is paid for by the month.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.EASY,
    lever=Lever.STORAGE,
    fix=ActionKind.MODIFY_VOLUME,
    reads=("ec2:DescribeVolumes", "cloudwatch:GetMetricData"),
    peers=(
        "AWS Compute Optimizer: by observed IOPS and throughput over 14 days",
        "Flexera: provisioned IOPS used less than 40% over 30 days",
    ),
    options=(
        Option("days", 7, "days", "How many days must have samples, at least."),
        Option("headroom", 100, "%", "Room above the 99th percentile: an hour's average hides its minutes."),
        Option("least", 1, "USD a month", "Savings below this are not worth a change."),
    ),
)
def ebs_gp3_over_provisioned(volume: Volume, facts: Facts) -> Finding | None:
    """Never below the baseline, which costs nothing, and never above what there is."""
    iops, throughput = volume.iops or GP3_IOPS, volume.throughput or GP3_THROUGHPUT
    if volume.type != "gp3" or (iops <= GP3_IOPS and throughput <= GP3_THROUGHPUT):
        return None
    speed, headroom = observed(facts, volume, facts.option("days")), facts.option("headroom")
    mib = min(throughput, with_room(speed.mib.at(99), headroom, GP3_THROUGHPUT))
    wanted = min(iops, max(with_room(speed.iops.at(99), headroom, GP3_IOPS, STEP), IOPS_A_MIB * mib))
    now = facts.list_price(volume)
    then = list_prices.volume(facts.prices, volume.region, "gp3", volume.size_gb, wanted, mib)
    cost = facts.cost(volume)
    saving = changing(cost, now, then)
    if saving < facts.option("least"):
        return None
    return Finding(
        because=f"It pays for {iops:,} IOPS and {throughput} MiB/s; {speed.words}. {wanted:,} IOPS and {mib} MiB/s would "
        f"do with {headroom:.0f}% room, for {usd(then)} instead of {usd(now)} a month by list price.",
        saving=saving,
        cost=cost,
        fix_parameters={"type": "gp3", "iops": wanted, "throughput": mib},
        evidence={
            "metrics": speed.metrics(iops, throughput),
            "hours": speed.iops.hours,
            "iops_now": iops,
            "iops_then": wanted,
            "throughput_now": throughput,
            "throughput_then": mib,
            "prices": {"now": str(now), "then": str(then)},
        },
    )
