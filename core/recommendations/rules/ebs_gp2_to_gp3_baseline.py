"""gp2 volumes that gp3 at its baseline would serve: what they are driven at, not what they could do."""

from core.actions.model import ActionKind
from core.figures import usd
from core.inventory import Volume
from core.recommendations import list_prices
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.list_prices import GP3_IOPS, GP3_THROUGHPUT
from core.recommendations.rule import Option, rule
from core.recommendations.volume_speed import observed, with_room
from core.savings import changing

BURST_ABOVE_GB = 170
"""Up to here gp3's baseline is as fast as gp2 ever gets, so that the same speed is the baseline: the other rule's."""


@rule(
    title="Move gp2 volumes to gp3 at its baseline",
    why="gp3 gives 3,000 IOPS and 125 MiB/s at no extra cost, and most volumes never need more.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.EASY,
    lever=Lever.STORAGE,
    fix=ActionKind.MODIFY_VOLUME,
    reads=("ec2:DescribeVolumes", "cloudwatch:GetMetricData"),
    peers=(
        "AWS Compute Optimizer: by observed IOPS and throughput over 14 days",
        "Thrifty: every gp2 volume",
        "CID: 0.8 of gp2, plus IOPS above 3,000",
    ),
    options=(
        Option("days", 7, "days", "How many days must have samples, at least."),
        Option("headroom", 100, "%", "Room above the 99th percentile: an hour's average hides its minutes."),
    ),
)
def ebs_gp2_to_gp3_baseline(volume: Volume, facts: Facts) -> Finding | None:
    """Where nothing was measured this cannot be told; the rule that keeps the speed still can."""
    if volume.type != "gp2" or volume.size_gb <= BURST_ABOVE_GB:
        return None
    speed, headroom = observed(facts, volume, facts.option("days")), facts.option("headroom")
    iops = with_room(speed.iops.at(99), headroom, 1)
    throughput = with_room(speed.mib.at(99), headroom, 1)
    if iops > GP3_IOPS or throughput > GP3_THROUGHPUT:
        return None
    now = facts.list_price(volume)
    then = list_prices.volume(facts.prices, volume.region, "gp3", volume.size_gb)
    cost = facts.cost(volume)
    saving = changing(cost, now, then)
    if saving <= 0:
        return None
    return Finding(
        because=f"Observed: {speed.words}; with {headroom:.0f}% more that is {iops:,} IOPS and {throughput} MiB/s, and "
        f"gp3 has {GP3_IOPS:,} and {GP3_THROUGHPUT} at no extra cost. {volume.size_gb} GB cost {usd(now)} a month by list "
        f"price as gp2 and {usd(then)} as gp3. Bursts shorter than an hour are not seen: ask whether it ever needs more.",
        saving=saving,
        cost=cost,
        fix_parameters={"type": "gp3", "iops": GP3_IOPS, "throughput": GP3_THROUGHPUT},
        evidence={
            "metrics": speed.metrics(GP3_IOPS, GP3_THROUGHPUT),
            "hours": speed.iops.hours,
            "headroom": f"{headroom:.0f}%",
            "size_gb": volume.size_gb,
            "prices": {"gp2": str(now), "gp3_baseline": str(then)},
        },
    )
