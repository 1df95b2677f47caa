"""io1 and io2 volumes slow enough for gp3."""

from core.actions.model import ActionKind
from core.figures import usd
from core.inventory import Volume
from core.recommendations import list_prices
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.list_prices import GP3_IOPS, GP3_THROUGHPUT
from core.recommendations.rule import Option, rule
from core.recommendations.volume_speed import where_known, with_room
from core.savings import changing

GP3_MOST_IOPS = 80_000
"""Since September 2025 (AWS What's New, "Amazon EBS increases the maximum size and provisioned performance of General Purpose (gp3)
volumes"): 80,000 IOPS and 2,000 MiB/s; before, 16,000 and 1,000."""
MIB_A_SECOND = {"io1": 1000, "io2": 2000}
"""The most that a volume of each type is given on gp3: what io1 itself can reach, and for io2 what gp3 can."""
IOPS_A_MIB, IOPS_A_GB = 4, 500
"""On gp3 each MiB/s takes so many IOPS, and each GB allows so many."""


@rule(
    title="Move io1 and io2 volumes to gp3 at the same IOPS",
    why="gp3 sells the same IOPS for a fraction, and its first 3,000 for nothing.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.STORAGE,
    fix=ActionKind.MODIFY_VOLUME,
    reads=("ec2:DescribeVolumes", "cloudwatch:GetMetricData"),
    peers=(
        "Thrifty: below 16,000 IOPS (3,000 until v0.27)",
        "AWS Compute Optimizer: by observed IOPS and throughput over 14 days",
    ),
    options=(
        Option("iops", GP3_MOST_IOPS, "IOPS", "Volumes with more stay; gp3 has no more to sell."),
        Option("days", 7, "days", "How many days must have samples for throughput to follow what was seen."),
        Option("headroom", 100, "%", "Room above the 99th percentile: an hour's average hides its minutes."),
    ),
)
def ebs_io_to_gp3(volume: Volume, facts: Facts) -> Finding | None:
    """Where throughput was not measured, as much is paid for as these IOPS can carry on gp3."""
    if volume.type not in {"io1", "io2"} or not volume.iops or volume.iops > facts.option("iops"):
        return None
    iops = max(GP3_IOPS, volume.iops)
    if iops > max(GP3_IOPS, IOPS_A_GB * volume.size_gb):
        return None
    most = max(GP3_THROUGHPUT, min(MIB_A_SECOND[volume.type], iops // IOPS_A_MIB))
    speed, headroom = where_known(facts, volume, facts.option("days")), facts.option("headroom")
    mib = most if speed is None else with_room(speed.mib.at(99), headroom, GP3_THROUGHPUT)
    if mib > most:
        return None
    now = facts.list_price(volume)
    then = list_prices.volume(facts.prices, volume.region, "gp3", volume.size_gb, iops, mib)
    cost = facts.cost(volume)
    saving = changing(cost, now, then)
    if saving <= 0:
        return None
    seen = "how fast it is driven is not known, so throughput is kept" if speed is None else speed.words
    durable = (
        ", is built for a durability of 99.8% a year instead of 99.999%," if volume.type == "io2" else ""
    )
    return Finding(
        because=f"{volume.iops:,} IOPS on {volume.size_gb} GB of {volume.type} cost {usd(now)} a month by list price; gp3 "
        f"with {iops:,} IOPS and {mib} MiB/s costs {usd(then)}; {seen}. gp3 is a little slower to answer{durable} and cannot "
        "be attached to several instances: check that nothing relies on that.",
        saving=saving,
        cost=cost,
        fix_parameters={"type": "gp3", "iops": iops, "throughput": mib},
        evidence={
            **({} if speed is None else {"metrics": speed.metrics(volume.iops, mib)}),
            "size_gb": volume.size_gb,
            "iops": volume.iops,
            "throughput_then": mib,
            "prices": {volume.type: str(now), "gp3": str(then)},
        },
    )
