"""Instances stopped for long whose volumes and addresses are still paid for."""

from collections.abc import Iterator
from decimal import Decimal

from core.inventory import Address, Instance, Kind, Resource, Volume
from core.money import ZERO, total
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo, UnknownFact
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule
from core.savings import Cost, MoneyFrom


@rule(
    title="End instances that have been stopped for long",
    why="A stopped instance computes for nothing, but its volumes and addresses are paid for as before.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.COSTLY,
    lever=Lever.REMOVE,
    by_hand="Keep an image with aws ec2 create-image --instance-id ID --name NAME, wait until it is available, then "
    "aws ec2 terminate-instances --instance-ids ID, aws ec2 delete-volume for what stays behind, and aws ec2 release-address.",
    reads=("ec2:DescribeInstances", "ec2:DescribeVolumes", "ec2:DescribeAddresses"),
    peers=("Trusted Advisor: stopped for more than 30 days", "Thrifty: any that is stopped"),
    options=(
        Option("days", 30, "days", "How long it must have been stopped."),
        Option(
            "snapshot_fill",
            50,
            "%",
            "How full its volumes are taken to be: the image kept is billed by content.",
        ),
    ),
)
def ec2_stopped_paying(instance: Instance, facts: Facts) -> Finding | None:
    """The image that is kept is subtracted. All of the saving is other resources' cost, and so it is claimed from them."""
    if instance.state != "stopped":
        return None
    days = facts.settled_for(instance, facts.option("days")).days
    if days < facts.option("days"):
        return None
    held = tuple(_held(instance, facts))
    kept = Decimal(str(facts.option("snapshot_fill"))) / 100
    claims, sources = {}, set()
    for resource in held:
        cost = facts.cost(resource)
        image = (
            kept * resource.size_gb * facts.price(resource.region, "ebs:snapshot")
            if isinstance(resource, Volume)
            else ZERO
        )
        claims[resource.id] = max(ZERO, cost.monthly - image)
        sources.add(cost.source)
    saving = total(claims.values())
    if saving <= ZERO:
        return None
    source = MoneyFrom.BILL if sources == {MoneyFrom.BILL} else MoneyFrom.LIST
    return Finding(
        because=f"Stopped for {days} days as far as we watched. What it holds is paid for: "
        f"{', '.join(sorted(each.name or each.short_id for each in held))}. An image kept for safety is subtracted.",
        saving=saving,
        cost=Cost(ZERO, source),
        claims=claims,
        evidence={
            "days_stopped": days,
            "threshold": f"stopped for {facts.option('days'):g} days",
            "prices": {each.short_id: str(facts.cost(each).monthly) for each in held},
            "snapshot_fill_percent": facts.option("snapshot_fill"),
        },
    )


def _held(instance: Instance, facts: Facts) -> Iterator[Resource]:
    """Its volumes and addresses. Raises `UnknownFact` where not all of them were seen."""
    for short_id in instance.volume_ids:
        volume = facts.fleet.beside(instance, Volume, short_id)
        if volume is None:
            raise UnknownFact("Not every volume attached to it was seen.")
        yield volume
    facts.seen_whole(instance, Kind.ADDRESS)
    yield from (each for each in facts.fleet.all(Address) if each.associated_with == instance.id)
