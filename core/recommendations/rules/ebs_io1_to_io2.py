"""io1 volumes whose IOPS cost less on io2."""

from core.actions.model import ActionKind
from core.figures import usd
from core.inventory import Volume
from core.recommendations import list_prices
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.list_prices import IO2_TIER
from core.recommendations.rule import rule
from core.savings import changing


@rule(
    title="Move io1 volumes with many IOPS to io2",
    why="io2 sells IOPS above 32,000 for less than io1 does, and is built for a hundred times fewer failures.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.EASY,
    lever=Lever.STORAGE,
    fix=ActionKind.MODIFY_VOLUME,
    reads=("ec2:DescribeVolumes",),
    peers=("Thrifty: every io1 volume, without a saving", "Flexera: by list price"),
)
def ebs_io1_to_io2(volume: Volume, facts: Facts) -> Finding | None:
    """Up to 32,000 IOPS both cost the same: io2 is then the better volume and no saving, so nothing is said."""
    if volume.type != "io1" or not volume.iops or volume.iops <= IO2_TIER:
        return None
    now = facts.list_price(volume)
    then = list_prices.volume(facts.prices, volume.region, "io2", volume.size_gb, volume.iops)
    cost = facts.cost(volume)
    saving = changing(cost, now, then)
    if saving <= 0:
        return None
    return Finding(
        because=f"{volume.iops:,} IOPS on {volume.size_gb} GB of io1 cost {usd(now)} a month by list price; io2 with as many costs "
        f"{usd(then)}. It is changed while in use; AWS allows the next change after 6 hours.",
        saving=saving,
        cost=cost,
        fix_parameters={"type": "io2", "iops": volume.iops},
        evidence={
            "size_gb": volume.size_gb,
            "iops": volume.iops,
            "prices": {"io1": str(now), "io2": str(then)},
        },
    )
