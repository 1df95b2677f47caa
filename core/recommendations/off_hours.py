"""What rules that propose a schedule share: the hours of the week in which something was in use, and what it saves to be off in the others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal

import numpy as np

from core.inventory import Resource
from core.periods import midnight
from core.recommendations import tags
from core.recommendations.facts import Facts
from core.recommendations.finding import Finding, UnknownFact
from core.recommendations.profiles import DAYS, by_hour_of_week
from core.recommendations.rule import Option
from core.recommendations.shapes import OfficeHours, Shares, office_hours
from core.recommendations.usage import HOURS_PER_DAY, Matrix
from core.savings import Cost, switched_off
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.use import Flags, Use

OPTIONS = (
    Option("hours_known", 160, "hours", "Of a week's 168 hours so many must have samples."),
    Option("stray", 2, "%", "Share of the hours outside the window that may have been active."),
)

_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Told:
    """What a proposal says in words: `used` follows "it was", `unused` "and", `when` "an hour is in use"; `rest` is what else to know."""

    used: str
    unused: str
    when: str
    rest: str = ""
    evidence: Mapping[str, object] = field(default_factory=dict)


def eligible(resource: Resource, facts: Facts) -> bool:
    """Whether a schedule may be proposed: nothing switches it yet, and no tag says that it is production."""
    named = tags.environment(resource.tags)
    return resource.id not in facts.scheduled and not (named and tags.is_production(named))


def active(resources: Iterable[Resource], use: Use, facts: Facts) -> Shares:
    """Of each hour of the week, in which share of the weeks at least one of them was in use; NaN where none is known to have run.

    Raises `UnknownFact` where one of them was never sampled: it may be the one that is used at night.
    """
    observed = [_observed(each, use, facts) for each in resources]
    seen = [each for each in observed if each is not None]
    if not seen:
        raise UnknownFact("No metrics were collected for it.")
    if len(seen) < len(observed):
        raise UnknownFact("Metrics were collected for some of its instances only.")
    ran, used = (np.logical_or.reduce(flags) for flags in zip(*seen, strict=True))
    start = midnight(facts.now.date() - timedelta(days=DAYS))
    week: Shares = by_hour_of_week(start, ran[None, :], used[None, :])[0]
    return week


def _observed(resource: Resource, use: Use, facts: Facts) -> tuple[Flags, Flags] | None:
    silent = np.full(DAYS * HOURS_PER_DAY, np.nan, dtype=np.float32)
    found = {metric: facts.usage.find(resource.id, metric) for metric in use.metrics}
    if not any(found.values()):
        return None
    return use.observed({metric: silent if one is None else one.values for metric, one in found.items()})


def window(shares: Shares, facts: Facts) -> OfficeHours | None:
    """The office hours that it keeps, of the rule's options; None where it keeps none. Raises `UnknownFact` where too much was not seen."""
    if np.count_nonzero(~np.isnan(shares)) < facts.option("hours_known"):
        raise UnknownFact(f"The samples of {DAYS} days leave parts of the week unseen.")
    (found,) = office_hours(shares[None, :])
    return found if found is not None and stray(shares, found) <= facts.option("stray") else None


def stray(shares: Shares, kept: OfficeHours) -> float:
    """The share of the hours outside the window in which it was active, in %."""
    return float(np.nanmean(shares[~kept.mask()])) * 100


def paid_outside(samples: Matrix, kept: OfficeHours, facts: Facts, full: float) -> Decimal:
    """How many hours a week outside the window are paid for, of something that has `full` samples in an hour in which all of it runs.

    An hour without a sample counts as one in which nothing ran. Never more than it would be off.
    """
    start = midnight(facts.now.date() - timedelta(days=DAYS))
    week = np.roll(~kept.mask(), -start.weekday() * HOURS_PER_DAY)
    weighed = float(np.nansum(samples * np.tile(week, DAYS // 7), dtype=np.float64)) / (full * DAYS / 7)
    hours = Decimal(str(weighed)).quantize(_HUNDREDTH, ROUND_DOWN)
    return min(hours, Decimal(kept.hours_off))


def proposed(
    resource: Resource,
    shares: Shares,
    kept: OfficeHours,
    cost: Cost,
    part: Decimal,
    told: Told,
    claims: Mapping[str, Decimal] | None = None,
    saved_hours: Decimal | None = None,
) -> Finding:
    """The schedule that has it on in the window alone. `part` is USD a month of the cost that is not paid while it is off.

    `claims` are others' parts of that, USD a month by id; `saved_hours` how many hours a week of it are saved, where that is
    fewer than it is off: what is smaller by night saves less.
    """
    hours = kept.hours_off if saved_hours is None else saved_hours
    named = tags.environment(resource.tags)
    where = (
        f"environment “{named}”"
        if named
        else "no tag says which environment it is, so check that it is not production"
    )
    quiet = 100 - stray(shares, kept)
    return Finding(
        because=f"Over {DAYS} days it was {told.used} {kept.words} UTC and {told.unused} in {quiet:.0f}% of the other hours "
        f"({where}). A schedule would switch it off {kept.hours_off} of 168 hours a week.{told.rest and ' '}{told.rest}",
        saving=switched_off(Cost(part, cost.source), hours),
        cost=cost,
        part=None if claims else part,
        claims={name: switched_off(Cost(usd, cost.source), hours) for name, usd in (claims or {}).items()},
        fix_parameters={
            "name": f"Office hours {kept.words} UTC",
            "definition": schedule(kept).to_json(),
        },
        evidence={
            "hours_off_a_week": kept.hours_off,
            "window": {"weekdays": list(kept.weekdays), "begin": kept.begin, "end": kept.end},
            "environment": named,
            "threshold": f"An hour is in use {told.when}.",
            "active": [None if np.isnan(share) else round(float(share), 2) for share in shares],
            **told.evidence,
        },
    )


def schedule(kept: OfficeHours) -> ScheduleDefinition:
    """The schedule that keeps something running in the window."""
    days = tuple(day.lower() for day in kept.days)
    return ScheduleDefinition("UTC", (Period(f"{kept.begin:02d}:00", f"{kept.end:02d}:00", weekdays=days),))
