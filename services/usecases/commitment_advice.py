"""How much to commit to: a Compute Savings Plan sized on the hours of on-demand use that remain after the chosen savings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np

from core.access.roles import Permission, User
from core.costs.commitments import largest
from core.costs.month import full_until
from core.costs.scope import EVER, Scope
from core.errors import Forbidden, Invalid
from core.money import EXACT, ZERO, total
from core.periods import Period, last_days
from core.recommendations.advice import FEWEST_HOURS, Advice, DiscountFrom, curve, monthly, sized
from core.recommendations.residual import Hour, claimed, fates, remaining
from services.context import Context
from services.usecases import recommendations, renewals
from services.warehouse import answers
from services.warehouse.questions import commitments as question
from services.warehouse.questions.resource_costs import MANY
from services.warehouse.warehouse import Pin, Rows

DAYS = 56
"""Eight weeks: long enough for weeks to differ, short enough to be about what runs today."""
ASSUMED = Decimal("0.27")
"""What a one-year Compute Savings Plan without upfront payment takes off m5 on Linux in us-east-1; others differ."""
MOST = Decimal("0.9")
SEED = 730
"""Futures are drawn with it: the same question gets the same answer."""
A_DAY = Decimal(24)


@dataclass(frozen=True)
class _Compute:
    """On-demand compute of one currency: by hour, and how much of it was billed by the day and is spread evenly."""

    hours: Mapping[Hour, Decimal]
    spread: Decimal = ZERO
    unlisted: int = 0
    longer: int = 0


def advise(
    ctx: Context,
    user: User,
    period: Period | None = None,
    *,
    discount: Decimal | None = None,
    currency: str | None = None,
    at: str | None = None,
) -> Advice:
    """The commitment for a year that would have cost least over the period (the last eight weeks unless said), in one currency.

    Raises `Forbidden` for who does not see every account: a Savings Plan serves them all, and `Invalid` for a discount out of (0, 90%].
    """
    user.require(Permission.VIEW_COSTS)
    user.require(Permission.VIEW_RECOMMENDATIONS)
    if user.accounts is not None:
        raise Forbidden(
            "A Savings Plan serves every account of the organisation, and you see only some.",
            mend="Ask somebody who sees all accounts.",
        )
    if discount is not None and not ZERO < discount <= MOST:
        raise Invalid("A discount is above 0 and at most 90%.")
    pinned = ctx.warehouse.pin(user.organisation_id, at)
    scope = Scope(_period(ctx, pinned, period))
    freed = renewals.ending(pinned, ctx.now(), scope.period.start)
    found = _compute(pinned.ask(question.compute, scope, freed))
    chosen = largest({named: total(each.hours.values()) for named, each in found.items()}, currency)
    rate, source = _discount(pinned, scope, chosen, discount)
    told = Advice(scope.period, chosen, rate, source)
    compute = found.get(chosen or "", _Compute({}))
    missing = _missing(scope.period, compute)
    if missing is not None:
        return replace(told, missing=missing)
    plan = recommendations.plan(ctx, user)
    fated = fates(plan)
    uses = [(fate, _use_of(pinned, scope, ids, chosen)) for fate, ids in fated.items()]
    before = remaining(compute.hours, (), scope.period).hours
    after = remaining(compute.hours, uses, scope.period, claimed(plan))
    sizing = sized(after.hours, rate)
    return replace(
        told,
        on_demand=monthly(before),
        taken=monthly(before) - monthly(after.hours),
        resources=len({each for ids in fated.values() for each in ids}),
        sizing=sizing,
        unplanned=sized(before, rate),
        curve=curve(after.hours, sizing, np.random.default_rng(SEED)),
        freed=freed,
        remarks=_remarks(compute),
    )


def _period(ctx: Context, pinned: Pin, period: Period | None) -> Period:
    """The days asked for, else the last full ones; never before the bill begins or after it ends, where nothing would be taken for zero."""
    first, last = answers.span(pinned, None)
    today = ctx.now().date()
    until = full_until(today, last)
    if first is None or until is None:
        return period or last_days(today, DAYS)
    wanted = period or last_days(until, DAYS)
    start = max(first, wanted.start)
    return Period(start, max(start, min(until, wanted.end)))


def _compute(rows: Rows) -> dict[str, _Compute]:
    """By currency."""
    found: dict[str, _Compute] = {}
    for named in {row[2] for row in rows}:
        mine = [row for row in rows if row[2] == named]
        found[named] = _Compute(
            _by_hour((day, hour, amount) for day, hour, _, amount, *_ in mine),
            total(row[3] for row in mine if row[1] is None),
            sum(int(row[4]) for row in mine),
            sum(int(row[5]) for row in mine),
        )
    return found


def _by_hour(rows: Iterable[tuple[date, int | None, Decimal]]) -> dict[Hour, Decimal]:
    """What is billed by the day is spread over its hours evenly."""
    hours: dict[Hour, Decimal] = defaultdict(Decimal)
    for day, hour, amount in rows:
        if hour is not None:
            hours[day, int(hour)] = EXACT.add(hours[day, int(hour)], amount)
            continue
        part = EXACT.divide(amount, A_DAY)
        for each in range(24):
            hours[day, each] = EXACT.add(hours[day, each], part)
    return dict(hours)


def _use_of(pinned: Pin, scope: Scope, ids: tuple[str, ...], currency: str | None) -> dict[Hour, Decimal]:
    rows = [
        (day, hour, amount)
        for start in range(0, len(ids), MANY)
        for day, hour, named, amount in pinned.ask(question.compute_of, scope, ids[start : start + MANY])
        if named == currency
    ]
    return _by_hour(rows)


def _discount(
    pinned: Pin, scope: Scope, currency: str | None, asked: Decimal | None
) -> tuple[Decimal, DiscountFrom]:
    """As asked for; else what the bill's own plans give, looked up in all of it that is seen; else what is assumed."""
    if asked is not None:
        return asked, DiscountFrom.ASKED
    for looked_at in (scope, Scope(EVER)):
        for named, paid, listed in pinned.ask(question.compute_prices, looked_at):
            if named == currency and ZERO < paid < listed:
                found = (1 - EXACT.divide(paid, listed)).quantize(Decimal("0.0001"))
                if ZERO < found <= MOST:
                    return found, DiscountFrom.BILL
    return ASSUMED, DiscountFrom.ASSUMED


def _missing(period: Period, compute: _Compute) -> str | None:
    if period.length * 24 < FEWEST_HOURS:
        return f"The bill has {period.length} full days in it; fourteen are needed to tell one week from another."
    if not compute.hours:
        return "Nothing ran on demand that a Compute Savings Plan could cover."
    if compute.longer:
        return "Compute is billed by the month, so how much of it runs in an hour is unknown."
    if compute.unlisted:
        return f"{compute.unlisted:,} bill lines of compute say no on-demand price."
    return None


def _remarks(compute: _Compute) -> tuple[str, ...]:
    whole = total(compute.hours.values())
    if not compute.spread or whole <= ZERO:
        return ()
    share = EXACT.divide(compute.spread, whole)
    return (f"{share * 100:.0f}% of it is billed by the day and taken to run evenly through it.",)
