"""What a saving came to on the bill: each day's cost against what the day would have cost, normalised for use and price.

A change of *rate* (another size, another storage type) is measured on the use there really was: each hour or GB of a day after it,
at what one cost before. A change of *quantity* (stopped, deleted, scheduled) is measured on the use there would have been: that of
the weeks before, working days and weekends apart, at what a unit costs. What is done to a group or a service is always the latter: it
saves by having fewer members, or smaller ones, for fewer hours. Where prices of a meter moved on the rest of the bill,
what is expected moves with them, so that a price cut is nobody's saving; and where commitments cover more or less of the resource
than before, what is expected is covered alike: that saving is the commitment's.

The interval is that of a sum of n future days whose mean was estimated from m days before: z s sqrt(n + n*n/m), with s the spread
of those days around what they are expected to be (a normal prediction interval; any textbook on regression).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from uuid import UUID

from core import dates
from core.costs.members import is_grouped
from core.ledger.entry import Entry, Proof, Realised, RealisedDay
from core.ledger.expected import Billed, Model, Prices, Quantity, Rate
from core.money import ZERO, total
from core.recommendations.lever import Lever

BEFORE = 28
"""Days before that what is expected is learnt from: whole weeks."""
LEAST_BEFORE, LEAST_AFTER = 3, 3
"""Fewer full days than this, before or after, prove nothing."""
Z = Decimal("1.645")
"""Nine of ten, two-sided."""
LEAST = Decimal("0.01")
"""Less than this share of the cost is within what rounding and the months' lengths do: nothing is claimed."""
RETURNED, RETURNED_DAYS = Decimal("0.1"), 4
"""Saved less than this share of what it used to, on so many days to the end: somebody undid it."""
_RATE = frozenset({Lever.SIZE, Lever.STORAGE, Lever.COMMITMENT})


def ledger(
    entries: Sequence[Entry], billed: Sequence[Billed], until: date, prices: Prices
) -> dict[UUID, Realised]:
    """What each of the entries on one resource came to. Together they save what the first expects less what it costs.

    What a later one expects is what an earlier one is held against from then on. A change of rate ends with a later change of
    quantity: what is gone is no longer cheaper by the hour.
    """
    found: dict[UUID, Realised] = {}
    level: dict[date, Decimal] = {}
    ends: date | None = None
    for entry in sorted(entries, key=lambda each: (each.applied_at, str(each.id)), reverse=True):
        rate = _is_rate(entry)
        last = min(until, ends) if rate and ends is not None else until
        if entry.ended_at is not None:
            last = min(last, entry.ended_at.date())
        found[entry.id] = one = realised(entry, billed, last, prices, level)
        level |= {day.day: day.expected for day in one.days}
        if not rate:
            ends = entry.applied_at.date()
    return found


def realised(
    entry: Entry,
    billed: Sequence[Billed],
    until: date,
    prices: Prices,
    level: Mapping[date, Decimal] | None = None,
) -> Realised:
    """What the entry saved on each full day from the one after it until `until` (excluded).

    `level` replaces the actual cost from the day on which a later entry changed the same resource again, by what that one expects:
    so both add up and nothing is counted twice.
    """
    done = entry.applied_at.date()
    first = done - timedelta(days=BEFORE)
    before = [each for each in billed if first <= each.day < done]
    after = [each for each in billed if done < each.day < until]
    days = [done + timedelta(days=offset) for offset in range(1, (until - done).days)]
    # from its first line on, a day without lines is a day that cost nothing
    began = min((each.day for each in before), default=done)
    known = [began + timedelta(days=offset) for offset in range((done - began).days)]
    if not billed:
        return Realised(Proof.UNKNOWN, "The bill does not know the resource.")
    if len(known) < LEAST_BEFORE:
        return Realised(
            Proof.WAITING, f"The bill knows it for {len(known)} days before; {LEAST_BEFORE} are needed."
        )
    if len(days) < LEAST_AFTER:
        return Realised(
            Proof.WAITING, f"{max(len(days), 0)} full days on the bill since; {LEAST_AFTER} are needed."
        )
    model = Rate(before, known, prices) if _is_rate(entry) else Quantity(before, known, prices)
    by_day: dict[date, list[Billed]] = defaultdict(list)
    for each in after:
        by_day[each.day].append(each)
    covered = _covered(before, by_day, days)
    found = tuple(
        RealisedDay(
            day,
            model.expected(day, by_day[day]) * covered[day],
            (level or {}).get(day, total(each.cost for each in by_day[day])),
        )
        for day in days
    )
    return _judged(found, model, len(known))


def _is_rate(entry: Entry) -> bool:
    """Whether it changes what a unit costs; of a group, how many units there are: smaller members count as many hours of a cheaper meter."""
    return entry.lever in _RATE and not is_grouped(entry.resource_id)


def _covered(
    before: Sequence[Billed], by_day: Mapping[date, Sequence[Billed]], days: Sequence[date]
) -> Mapping[date, Decimal]:
    """How much more or less of its cost commitments take off on each day than in the weeks before; days without use are as the last."""
    usual = _paid(before)
    latest, found = Decimal(1), dict[date, Decimal]()
    for day in days:
        share = _paid(by_day[day])
        if usual is not None and share is not None:
            latest = share / usual
        found[day] = latest
    return found


def _paid(billed: Sequence[Billed]) -> Decimal | None:
    """Effective cost as a share of what it would be without commitments; None where that is not known or nothing."""
    known = [each for each in billed if each.contracted]
    contracted = total(each.contracted or ZERO for each in known)
    cost = total(each.cost for each in known)
    return cost / contracted if contracted > ZERO and cost > ZERO else None


def _judged(days: tuple[RealisedDay, ...], model: Model, known: int) -> Realised:
    saved = total(day.saved for day in days)
    n = Decimal(len(days))
    half = Z * model.spread * (n + n * n / known).sqrt()
    low, high = saved - half, saved + half
    floor = LEAST * total(day.expected for day in days)
    back = _returned(days)
    if back is not None:
        gone = total(day.saved for day in days if day.day < back)
        proof = Proof.UNDONE if gone > max(half, floor) else Proof.UNPROVEN
        why = (
            f"Since {dates.day(back)} it costs again what it would have."
            if proof is Proof.UNDONE
            else _NOTHING
        )
    elif low > floor:
        proof, why = (
            Proof.PROVEN,
            f"On {len(days)} full days of the bill: it saved even by the lowest estimate.",
        )
    else:
        proof, why = Proof.UNPROVEN, _NOTHING
    undone = back if proof is Proof.UNDONE else None
    return Realised(proof, why, days, saved, low, high, undone, model.words())


_NOTHING = "What it costs cannot be told from what it would have cost: nothing is claimed."


def _returned(days: Sequence[RealisedDay]) -> date | None:
    """The first of the days, to the end, on which next to nothing is saved any more; None where it still is, or never was."""
    saved = [day.saved for day in days]
    usual = median(sorted(saved, reverse=True)[: max(1, len(saved) // 4)])
    if usual <= ZERO:
        return None
    quiet = 0
    for amount in reversed(saved):
        if amount >= RETURNED * usual:
            break
        quiet += 1
    return days[len(days) - quiet].day if RETURNED_DAYS <= quiet < len(days) else None
