"""What rules that judge a group by its members share: which they are, what they cost, and how many there were by night."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np

from core.inventory import EMR_TAG, AutoScalingGroup, Instance, Kind, NodeGroup
from core.measured_groups import SAMPLES
from core.money import ZERO, total
from core.periods import midnight
from core.recommendations import off_hours
from core.recommendations.facts import Facts
from core.recommendations.finding import Finding, UnknownFact
from core.recommendations.profiles import DAYS
from core.recommendations.shapes import OfficeHours
from core.savings import Cost, MoneyFrom
from core.schedules.use import GROUPS


@dataclass(frozen=True)
class Members:
    """The instances that are in a group, what running each costs (USD a month by id), and where that was learnt."""

    there: Sequence[Instance]
    costs: Mapping[str, Decimal]
    source: MoneyFrom


def office_hours(
    group: AutoScalingGroup | NodeGroup, scaled: AutoScalingGroup, rest: str, facts: Facts
) -> Finding | None:
    """The schedule of a group whose members `scaled` starts and ends; `rest` is what else to know. Raises `UnknownFact`."""
    for traffic in ("network_in", "network_out"):
        facts.watched(group, traffic, DAYS)
    shares = off_hours.active((group,), GROUPS, facts)
    kept = off_hours.window(shares, facts)
    if kept is None:
        return None
    there = _there(scaled, facts)
    if any(each.protected or EMR_TAG in each.tags for each in there):
        return None
    members = _members(there, facts)
    outside = _outside(group, members, kept, facts)
    if outside <= ZERO:
        return None
    cost = Cost(total(members.costs.values()), members.source)
    said = (
        f"Each of its {len(there)} instances ran in those hours, too."
        if outside == kept.hours_off
        else f"Of its {len(there)} instances {outside / kept.hours_off * len(there):.1f} ran in those hours on average, and only they are counted."
    )
    said = f"{said} Volumes that go with them would save more and are not counted. {rest}"
    told = off_hours.Told("busy", "quiet", GROUPS.words, said, {"instances": len(there)})
    return off_hours.proposed(
        group, shares, kept, cost, cost.monthly, told, claims=members.costs, saved_hours=outside
    )


def _there(scaled: AutoScalingGroup, facts: Facts) -> Sequence[Instance]:
    """The instances that the group says it has. Raises `UnknownFact` unless each was seen, running, and no other."""
    facts.seen_whole(scaled, Kind.INSTANCE)
    found = facts.fleet.having(scaled, Instance, "autoscaling_group", scaled.short_id)
    running = [each for each in found if each.state == "running"]
    if not running or {each.short_id for each in running} != set(scaled.instance_ids):
        raise UnknownFact("Not every instance of it was seen running.")
    return running


def _members(there: Sequence[Instance], facts: Facts) -> Members:
    """What running each costs, on demand or as Spot. Raises `UnknownFact` for Spot that the bill does not know: it has no list price."""
    found: dict[str, Decimal] = {}
    sources: set[MoneyFrom] = set()
    for each in there:
        hours = facts.part(each, "BoxUsage", "SpotUsage")
        cost = Cost(hours, MoneyFrom.BILL) if hours > ZERO else facts.cost(each)
        if each.lifecycle != "on-demand" and cost.source is MoneyFrom.LIST:
            raise UnknownFact("The bill has no line for its Spot instances yet.")
        found[each.id] = cost.monthly
        sources.add(cost.source)
    return Members(there, found, MoneyFrom.BILL if sources == {MoneyFrom.BILL} else MoneyFrom.LIST)


def _outside(
    group: AutoScalingGroup | NodeGroup, members: Members, kept: OfficeHours, facts: Facts
) -> Decimal:
    """How many hours a week of all its present members are paid for outside the window, at most as many as are off.

    Samples say how many members an hour had, if only against another hour. That other is the last that was measured, and
    stands for those of the present members that were there in it: so it is the same by day, when a group is large, as by night.
    """
    samples = facts.series(group, SAMPLES).values
    last = int(np.flatnonzero(samples > 0)[-1])
    start = midnight(facts.now.date() - timedelta(days=DAYS))
    before = [each for each in members.there if _since(each, start + timedelta(hours=last))]
    if not before:
        raise UnknownFact("Its instances are newer than what was measured of it.")
    hours = off_hours.paid_outside(samples, kept, facts, float(samples[last]))
    share = total(members.costs[each.id] for each in before) / total(members.costs.values())
    return hours * share


def _since(instance: Instance, at: datetime) -> bool:
    """Whether it ran at an instant already, as far as AWS says."""
    began = instance.launched_at or instance.created_at
    return began is not None and began <= at
