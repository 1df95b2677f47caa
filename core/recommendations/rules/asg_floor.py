"""Auto Scaling groups held above what they need by their minimum size."""

from decimal import Decimal
from math import ceil

import numpy as np

from core.inventory import AutoScalingGroup, Instance
from core.money import ZERO, total
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo, UnknownFact
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule
from core.recommendations.usage import Series
from core.savings import Cost, MoneyFrom


@rule(
    title="Lower the minimum of Auto Scaling groups that idle at it",
    why="A group never gets smaller than its minimum, however little there is to do.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.SIZE,
    by_hand="aws autoscaling update-auto-scaling-group --auto-scaling-group-name NAME --min-size N, "
    "with a scaling policy in place that adds instances when load comes.",
    reads=("autoscaling:DescribeAutoScalingGroups", "ec2:DescribeInstances", "cloudwatch:GetMetricData"),
    peers=("Flexera: at the floor with CPU below 20%, 30 days, at least 30 days old",),
    options=(
        Option("cpu_mean", 20, "%", "Average CPU of the group below which its minimum may be too high."),
        Option("target", 60, "%", "CPU that what remains may reach in the group's busiest hour."),
        Option("keep", 2, "instances", "So many stay whatever happens, so that one may fail."),
        Option("age", 30, "days", "How old the group must be."),
        Option("days", 14, "days", "Of so many days nine hours of ten must have samples.", lookback=True),
    ),
)
def asg_floor(group: AutoScalingGroup, facts: Facts) -> Finding | None:
    """All of the saving is its members' cost, shared evenly among them: which of them go is the group's to say."""
    if group.smallest <= facts.option("keep") or group.desired > group.smallest:
        return None
    facts.there_for(group, facts.option("age"))
    members = [facts.fleet.find(each) for each in group.instance_ids]
    if not members or not all(isinstance(each, Instance) for each in members):
        raise UnknownFact("Not every instance of it was seen.")
    seen = [facts.watched(each, "cpu", facts.option("days")).values for each in members if each is not None]
    stacked = np.stack(seen)
    known = ~np.isnan(stacked).all(axis=0)  # an hour in which none was sampled says nothing
    load = Series(np.nanmean(stacked[:, known], axis=0))
    needed = max(int(facts.option("keep")), ceil(len(seen) * load.highest / facts.option("target")))
    if load.mean >= facts.option("cpu_mean") or needed >= group.smallest:
        return None
    costs = {each.id: facts.cost(each) for each in members if each is not None}
    share = 1 - Decimal(needed) / Decimal(group.smallest)
    claims = {name: cost.monthly * share for name, cost in costs.items()}
    billed = all(cost.source is MoneyFrom.BILL for cost in costs.values())
    return Finding(
        because=f"Its {len(seen)} instances, its minimum, averaged {load.mean:.0f}% CPU and {load.highest:.0f}% in the busiest hour; "
        f"{needed} would have stayed under {facts.option('target'):g}%. Check that its minimum is not there for other reasons.",
        saving=total(claims.values()),
        cost=Cost(ZERO, MoneyFrom.BILL if billed else MoneyFrom.LIST),
        claims=claims,
        evidence={
            "metrics": [
                {
                    "metric": "cpu",
                    "mean": load.mean,
                    "maximum": load.highest,
                    "unit": "%",
                    "threshold": facts.option("cpu_mean"),
                }
            ],
            "minimum": {"now": group.smallest, "then": needed},
            "prices": {name: str(cost.monthly) for name, cost in costs.items()},
        },
    )
