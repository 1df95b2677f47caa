"""What remains of compute use once the chosen savings are made: what a commitment is sized on, for one does not commit to what one removes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.errors import Invalid
from core.inventory import Kind
from core.money import EXACT, HOURS_PER_MONTH, ZERO, total
from core.periods import Period, midnight
from core.recommendations.lever import Lever
from core.recommendations.portfolio import Choice, Plan
from core.schedules.intervals import timeline
from core.schedules.model import ScheduleDefinition, State

SHARE = Decimal("0.01")
"""Shares are kept in hundredths, so that resources of the same fate are asked about together."""

INSTANCE = "i-"
"""How the ids of instances begin."""

Hour = tuple[date, int]
Use = Mapping[Hour, Decimal]


@dataclass(frozen=True)
class Fate:
    """What the chosen changes take of a resource's use: all of it outside its schedule's hours, and a `share` (0 to 1) of the rest."""

    share: Decimal
    schedule: ScheduleDefinition | None = None


def fates(plan: Plan) -> dict[Fate, tuple[str, ...]]:
    """Instances by what the plan does to them."""
    by_resource: dict[str, list[Choice]] = defaultdict(list)
    for choice in plan.chosen:
        if choice.finding.resource_kind is Kind.INSTANCE:
            by_resource[choice.finding.resource_id].append(choice)
    found: dict[Fate, list[str]] = defaultdict(list)
    for resource_id, choices in by_resource.items():
        fate = _fate(choices)
        if fate.share or fate.schedule:
            found[fate].append(resource_id)
    return {fate: tuple(sorted(ids)) for fate, ids in found.items()}


def claimed(plan: Plan) -> Decimal:
    """US dollars an hour of instances that findings on something else claim, such as a group's on its members: gone from every hour."""
    a_month = total(
        amount
        for choice in plan.chosen
        for name, amount in choice.finding.claims.items()
        if name.startswith(INSTANCE) and name != choice.finding.resource_id
    )
    return EXACT.divide(a_month, HOURS_PER_MONTH)


def _fate(choices: Iterable[Choice]) -> Fate:
    """What is to be paid otherwise (as Spot, by a reservation) is no plan's business any more, all of it."""
    scheduled, others, schedule = ZERO, ZERO, None
    for choice in choices:
        share = Decimal(1) if choice.finding.lever is Lever.COMMITMENT else _share(choice)
        wanted = _schedule(choice)
        if wanted is None:
            others += share
        else:
            scheduled, schedule = scheduled + share, wanted
    left = max(ZERO, 1 - scheduled)
    rest = min(Decimal(1), others / left) if left else Decimal(1)
    return Fate(rest.quantize(SHARE), schedule)


def _share(choice: Choice) -> Decimal:
    """Of what the change acts on, the resource's own cost or its running, what it takes away."""
    finding = choice.finding
    own = max(ZERO, choice.counts - total(finding.claims.values()))
    cost = finding.cost if finding.part is None else finding.part
    whole = finding.saving if cost is None else cost
    return min(Decimal(1), own / whole) if whole > ZERO else ZERO


def _schedule(choice: Choice) -> ScheduleDefinition | None:
    if choice.finding.lever is not Lever.SCHEDULE:
        return None
    try:
        return ScheduleDefinition.from_json(choice.finding.fix_parameters.get("definition"))
    except Invalid:  # it says how much it saves, and not when: a share of every hour then
        return None


@dataclass(frozen=True)
class Remaining:
    """Hour by hour from the period's first on: what remains. `taken` is what the plan takes away, over all hours."""

    hours: tuple[Decimal, ...]
    taken: Decimal


def remaining(
    on_demand: Use, fated: Iterable[tuple[Fate, Use]], period: Period, claims: Decimal = ZERO
) -> Remaining:
    """On-demand use less what resources of each fate lose, and less `claims` in every hour; what a plan covered of them is free for others, so it counts, too."""
    less: dict[Hour, Decimal] = defaultdict(Decimal)
    for fate, use in fated:
        off = _off(fate.schedule, period)
        for hour, amount in use.items():
            less[hour] = EXACT.add(less[hour], amount if hour in off else EXACT.multiply(amount, fate.share))
    each = [(day, hour) for day in period.days() for hour in range(24)]
    before = [max(ZERO, on_demand.get(hour, ZERO)) for hour in each]
    after = tuple(
        max(ZERO, EXACT.subtract(amount, EXACT.add(less.get(hour, ZERO), claims)))
        for hour, amount in zip(each, before, strict=True)
    )
    return Remaining(after, EXACT.subtract(total(before), total(after)))


def _off(schedule: ScheduleDefinition | None, period: Period) -> frozenset[Hour]:
    """The hours of the period that begin while a schedule wants it stopped."""
    if schedule is None:
        return frozenset()
    start, end, found = midnight(period.start), midnight(period.end), set()
    for segment in timeline(schedule, start, end):
        if segment.state is State.STOPPED:
            until = end if segment.end is None else min(segment.end, end)
            at = segment.start.replace(minute=0, second=0, microsecond=0)
            at += timedelta(hours=1) if at < segment.start else timedelta(0)
            while at < until:
                found.add((at.date(), at.hour))
                at += timedelta(hours=1)
    return frozenset(found)
