"""Images that nothing starts from."""

from core import dates
from core.figures import usd
from core.inventory import Image, Kind
from core.money import ZERO, total
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo, UnknownFact
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule
from core.savings import Cost, MoneyFrom


@rule(
    title="Deregister images that nothing starts from",
    why="An image costs nothing itself, but the snapshots behind it do, and cannot be deleted before it.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.NEVER,
    lever=Lever.REMOVE,
    by_hand="Make sure that no other account or pipeline launches from it, then: aws ec2 deregister-image --image-id ID "
    "--delete-associated-snapshots.",
    reads=(
        "ec2:DescribeImages",
        "ec2:DescribeInstances",
        "ec2:DescribeLaunchTemplateVersions",
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeLaunchConfigurations",
        "ec2:DescribeSnapshots",
    ),
    peers=(
        "OptScale: not used for 7 days",
        "Cloud Custodian: used by no instance, launch template or Auto Scaling group",
        "Flexera: 30 days",
    ),
    options=(Option("days", 90, "days", "How long ago it must have been made, and last launched."),),
)
def image_unused(image: Image, facts: Facts) -> Finding | Undetermined | None:
    """What it costs are its snapshots' bill lines; those that another image is made of, too, are not counted."""
    if image.used_by is None:
        return Undetermined("What is launched from it could not be read everywhere.")
    launched = image.last_launched_at
    recently = launched is not None and (facts.now - launched).days < facts.option("days")
    if image.used_by or recently or facts.there_for(image, 0).days < facts.option("days"):
        return None
    facts.seen_whole(image, Kind.IMAGE)
    own = {
        short: f"arn:aws:ec2:{image.region}:{image.account_id}:snapshot/{short}"
        for short in image.snapshot_ids
    }
    behind = [facts.fleet.find(each) for each in own.values()]
    if any(one is not None and one.protected for one in behind):
        return None
    claims = {
        each: facts.bill[each]
        for short, each in own.items()
        if facts.bill.get(each, ZERO) > ZERO
        and len(facts.fleet.having(image, Image, "snapshot_ids", short)) == 1
    }
    if not claims:
        raise UnknownFact("Its snapshots are not on the bill, so what it costs is not known.")
    saving = total(claims.values())
    days = facts.there_for(image, 0).days
    since = "has no launch on record" if launched is None else f"was last launched on {dates.day(launched)}"
    return Finding(
        because=f"No instance, launch template or Auto Scaling group of its account and region names it; it is {days} days old "
        f"and {since}. The snapshots behind it ({len(claims)}) cost {usd(saving)} a month on the bill. What other accounts start "
        "from it cannot be seen.",
        saving=saving,
        cost=Cost(saving, MoneyFrom.BILL),
        claims=claims,
        evidence={
            "days_old": days,
            "threshold_days": facts.option("days"),
            "snapshots": sorted(claims),
            "size_gb": image.size_gb,
        },
    )
