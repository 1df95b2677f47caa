"""io1 and io2 volumes with far more IOPS than they are driven at."""

from core.actions.model import ActionKind
from core.figures import usd
from core.inventory import Volume
from core.recommendations import list_prices
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule
from core.recommendations.volume_speed import STEP, observed, with_room
from core.savings import changing


@rule(
    title="Lower IOPS that io1 and io2 volumes do not use",
    why="Provisioned IOPS are paid for by the month, each of them, whether or not it is ever used.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.EASY,
    lever=Lever.STORAGE,
    fix=ActionKind.MODIFY_VOLUME,
    reads=("ec2:DescribeVolumes", "cloudwatch:GetMetricData"),
    peers=(
        "Flexera: used less than 40% over 30 days",
        "AWS Compute Optimizer: by observed IOPS over 14 days",
        "Thrifty: above 32,000, to be looked at",
    ),
    options=(
        Option("days", 7, "days", "How many days must have samples, at least."),
        Option("used", 40, "%", "Share of the provisioned IOPS that the 99th percentile stays below."),
        Option("headroom", 100, "%", "Room above the 99th percentile: an hour's average hides its minutes."),
    ),
)
def ebs_over_provisioned_iops(volume: Volume, facts: Facts) -> Finding | None:
    """Throughput follows IOPS on these volumes (256 KiB an operation), so what was carried is kept possible, too."""
    if volume.type not in {"io1", "io2"} or not volume.iops:
        return None
    speed, headroom = observed(facts, volume, facts.option("days")), facts.option("headroom")
    driven = max(speed.iops.at(99), speed.mib.at(99) * 4)
    wanted = with_room(driven, headroom, STEP, STEP)
    if driven >= volume.iops * facts.option("used") / 100 or wanted >= volume.iops:
        return None
    now = facts.list_price(volume)
    then = list_prices.volume(facts.prices, volume.region, volume.type, volume.size_gb, wanted)
    cost = facts.cost(volume)
    saving = changing(cost, now, then)
    if saving <= 0:
        return None
    return Finding(
        because=f"{volume.iops:,} IOPS are provisioned; {speed.words}. {wanted:,} would do with {headroom:.0f}% room, "
        f"for {usd(then)} instead of {usd(now)} a month by list price. AWS allows the next change after 6 hours.",
        saving=saving,
        cost=cost,
        fix_parameters={"type": volume.type, "iops": wanted},
        evidence={
            "metrics": speed.metrics(volume.iops * facts.option("used") / 100),
            "hours": speed.iops.hours,
            "iops_now": volume.iops,
            "iops_then": wanted,
            "prices": {"now": str(now), "then": str(then)},
        },
    )
