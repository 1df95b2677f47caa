"""On-demand instances of groups that could buy Spot."""

from decimal import Decimal

from core.inventory import AutoScalingGroup, Instance
from core.recommendations import replacing, tags
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo, UnknownFact
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule


@rule(
    title="Buy Spot capacity for groups that replace their instances anyway",
    why="Spot capacity costs a fraction of on-demand for work that survives a two-minute warning.",
    effort=Effort.MEDIUM,
    risk=Risk.HIGH,
    undo=Undo.EASY,
    lever=Lever.COMMITMENT,
    by_hand="Allow Spot in the group: aws autoscaling update-auto-scaling-group --auto-scaling-group-name NAME "
    "--mixed-instances-policy with several types and OnDemandPercentageAboveBaseCapacity below 100.",
    reads=("ec2:DescribeInstances", "autoscaling:DescribeAutoScalingGroups"),
    peers=(
        "CID: 55% of what is eligible",
        "OptScale: lived less than 6 hours in the last 3 days; 72% of the type's price",
    ),
    options=(
        Option("discount", 55, "%", "What Spot is taken to save: its price changes and is not in the table."),
    ),
)
def ec2_spot_candidate(instance: Instance, facts: Facts) -> Finding | Undetermined | None:
    """Only members of Auto Scaling groups, which somebody replaces when Spot takes them; never production."""
    running = instance.state == "running" and instance.lifecycle == "on-demand"
    named = tags.environment(instance.tags)
    if not running or instance.autoscaling_group is None or (named and tags.is_production(named)):
        return None
    group = facts.fleet.beside(instance, AutoScalingGroup, instance.autoscaling_group)
    if group is None:
        raise UnknownFact("Its Auto Scaling group was not seen.")
    if group.spot_allowed is None:
        return Undetermined("Whether its Auto Scaling group may use Spot could not be read.")
    if group.spot_allowed:
        return None
    paid = replacing.running(facts, instance)
    share = facts.option("discount")
    where = f"environment “{named}”" if named else "no tag says which environment it is"
    return Finding(
        because=f"The group {group.name} ({where}) starts another instance when one ends, and buys on demand only. Spot is taken to "
        f"save {share:g}%; its price changes by the hour. Check that its work may be interrupted with two minutes' notice.",
        saving=paid.monthly * Decimal(str(share)) / 100,
        cost=facts.cost(instance),
        part=paid.monthly,
        evidence={
            "group": group.name,
            "environment": named,
            "discount_percent": share,
            "prices": {"paid_usd_per_month": str(paid.monthly)},
        },
    )
