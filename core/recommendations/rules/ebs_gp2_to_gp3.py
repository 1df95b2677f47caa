"""gp2 volumes that cost less as gp3 at the same speed."""

from core.actions.model import ActionKind
from core.figures import usd
from core.inventory import Volume
from core.recommendations import list_prices
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.list_prices import GP3_IOPS, GP3_THROUGHPUT
from core.recommendations.rule import Option, rule
from core.recommendations.volume_speed import where_known
from core.savings import changing

IOPS_PER_GB, MOST_IOPS = 3, 16_000
BURST_ABOVE_GB, BURST_THROUGHPUT = 170, 250
"""Above this size gp2 reaches 250 MiB/s, twice what gp3 has for free; keeping it is paid for."""


@rule(
    title="Move gp2 volumes to gp3",
    why="gp3 costs less per GB, and its baseline speed does not depend on size.",
    effort=Effort.LOW,
    risk=Risk.VERY_LOW,
    undo=Undo.EASY,
    lever=Lever.STORAGE,
    fix=ActionKind.MODIFY_VOLUME,
    reads=("ec2:DescribeVolumes", "cloudwatch:GetMetricData"),
    peers=(
        "AWS Compute Optimizer and Cost Optimization Hub: every gp2 volume, storage price alone",
        "Flexera: where the gp3 equivalent lists lower",
        "CID: 0.8 of gp2, plus IOPS above 3,000",
    ),
    options=(Option("days", 7, "days", "How many days must have samples to say how fast it was driven."),),
)
def ebs_gp2_to_gp3(volume: Volume, facts: Facts) -> Finding | None:
    """The same speed is priced in, whatever it is driven at: gp3 may then cost more (170 to 250 GB)."""
    if volume.type != "gp2":
        return None
    iops = max(GP3_IOPS, min(MOST_IOPS, IOPS_PER_GB * volume.size_gb))
    throughput = BURST_THROUGHPUT if volume.size_gb > BURST_ABOVE_GB else GP3_THROUGHPUT
    now = facts.list_price(volume)
    parity = list_prices.volume(facts.prices, volume.region, "gp3", volume.size_gb, iops, throughput)
    baseline = list_prices.volume(facts.prices, volume.region, "gp3", volume.size_gb)
    cost = facts.cost(volume)
    saving = changing(cost, now, parity)
    if saving <= 0:
        return None
    speed = where_known(facts, volume, facts.option("days"))
    seen = "how fast it is driven is not known" if speed is None else speed.words
    return Finding(
        because=f"{volume.size_gb} GB of gp2 cost {usd(now)} a month by list price; gp3 at the same speed "
        f"({iops} IOPS, {throughput} MiB/s) costs {usd(parity)}. Observed: {seen}.",
        saving=saving,
        cost=cost,
        fix_parameters={"type": "gp3", "iops": iops, "throughput": throughput},
        evidence={
            **({} if speed is None else {"metrics": speed.metrics(iops, throughput)}),
            "prices": {"gp2": str(now), "gp3_same_speed": str(parity), "gp3_baseline": str(baseline)},
            "size_gb": volume.size_gb,
            "variants": [
                {"name": "same speed", "iops": iops, "throughput": throughput, "list_usd": str(parity)},
                {
                    "name": "baseline",
                    "iops": GP3_IOPS,
                    "throughput": GP3_THROUGHPUT,
                    "list_usd": str(baseline),
                },
            ],
        },
    )
