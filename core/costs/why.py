"""Why did it change: a difference between two periods split into reasons, down to the resource, adding up to the last digit.

For what was billed in both periods, with cost E, contracted cost C (before commitments) and quantity q, before (0) and now (1):

    usage       (q1 - q0) * E0/q0             more or less of it, at what a unit cost before
    price       C1 - q1 * C0/q0               a unit of it became dearer or cheaper
    coverage    the rest                      more or less of it was covered by commitments, or by better ones

The first two are rounded to `SCALE` places and the third takes what is left, so that the three add up exactly.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from core.costs.focus import SCALE
from core.costs.scope import CostType
from core.money import EXACT, ZERO, difference, total
from core.periods import Period

PLACES = Decimal(1).scaleb(-SCALE)


class Reason(StrEnum):
    """Why a cost is not what it was."""

    USAGE = "usage"
    PRICE = "price"
    COVERAGE = "commitment coverage"
    NEW = "new"
    GONE = "gone"
    ONE_OFF = "one-off"
    UNMEASURED = "not measured"
    """Charges whose bill lines say no quantity, tax among them: they cannot be split."""


class Charge(StrEnum):
    """What kind of charge a bill line is, as far as reasons go."""

    USAGE = "usage"
    COMMITMENT = "commitment"
    ONE_OFF = "one-off"
    TAX = "tax"


@dataclass(frozen=True)
class Amounts:
    """What one thing cost in one period. `contracted` and `quantity` are None where a line of it has none; `there`: its resource was billed."""

    cost: Decimal = ZERO
    contracted: Decimal | None = None
    quantity: Decimal | None = None
    there: bool = False


@dataclass(frozen=True)
class Thing:
    """What is compared: one meter of one resource (or of a service, for lines that name none), in one unit."""

    service: str | None
    account: str | None
    region: str | None
    resource: str | None
    meter: str | None
    unit: str | None
    charge: Charge


@dataclass(frozen=True)
class Moved:
    """A thing in both periods."""

    thing: Thing
    before: Amounts
    now: Amounts


@dataclass(frozen=True)
class Driver:
    """One resource (None: lines that name none, by service), what it cost and why that changed; `reasons` add up to the difference."""

    resource: str | None
    service: str | None
    account: str | None
    region: str | None
    before: Decimal
    now: Decimal
    reasons: Mapping[Reason, Decimal]

    @property
    def difference(self) -> Decimal:
        """How much more it costs now."""
        return difference(self.now, self.before)


@dataclass(frozen=True)
class Touched:
    """How many resources a reason is about, and how many services' charges that name none."""

    resources: int
    charges: int


@dataclass(frozen=True)
class Why:
    """The whole difference: `reasons` add up to it, and so do `drivers` and `rest` (of `folded` smaller drivers)."""

    period: Period
    against: Period
    before: Decimal
    now: Decimal
    reasons: Mapping[Reason, Decimal]
    touched: Mapping[Reason, Touched]
    drivers: tuple[Driver, ...]
    rest: Mapping[Reason, Decimal]
    folded: int
    currency: str | None
    currencies: tuple[tuple[str, Decimal], ...]
    cost: CostType
    complete: bool

    @property
    def difference(self) -> Decimal:
        """How much more it costs now."""
        return difference(self.now, self.before)


def split(moved: Moved) -> dict[Reason, Decimal]:
    """The reasons of one thing's difference; without those that are nothing."""
    before, now, charge = moved.before, moved.now, moved.thing.charge
    change = difference(now.cost, before.cost)
    if charge is Charge.ONE_OFF:
        found = {Reason.ONE_OFF: change}
    elif charge is Charge.COMMITMENT:
        found = {Reason.COVERAGE: change}
    elif charge is Charge.TAX:
        found = {Reason.UNMEASURED: change}
    elif not before.there:
        found = {Reason.NEW: change}
    elif not now.there:
        found = {Reason.GONE: change}
    else:
        found = _of_usage(before, now, change)
    return {reason: amount for reason, amount in found.items() if amount}


def _of_usage(before: Amounts, now: Amounts, change: Decimal) -> dict[Reason, Decimal]:
    """Of what was there in both periods. A meter that began or ended on a resource that stays is used more or less."""
    if _idle(before) or _idle(now):
        return {Reason.USAGE: change}
    if not before.quantity or not now.quantity:
        return {Reason.UNMEASURED: change}
    more = EXACT.subtract(now.quantity, before.quantity)
    usage = _per_unit(before.cost, before.quantity, more)
    rate = difference(change, usage)
    if before.contracted is None or now.contracted is None:
        return {Reason.USAGE: usage, Reason.PRICE: rate}
    if (before.contracted, now.contracted) == (before.cost, now.cost):
        return {Reason.USAGE: usage, Reason.PRICE: rate}
    price = difference(now.contracted, _per_unit(before.contracted, before.quantity, now.quantity))
    return {Reason.USAGE: usage, Reason.PRICE: price, Reason.COVERAGE: difference(rate, price)}


def _idle(amounts: Amounts) -> bool:
    """Whether nothing of it was used or paid."""
    return not amounts.cost and not amounts.quantity


def _per_unit(cost: Decimal, quantity: Decimal, units: Decimal) -> Decimal:
    """What `units` cost where `quantity` cost `cost`, rounded half-even to `SCALE` places."""
    exact = EXACT.divide(EXACT.multiply(cost, units), quantity)
    return exact.quantize(PLACES, rounding=ROUND_HALF_EVEN, context=EXACT)


def drivers(things: Iterable[Moved]) -> list[Driver]:
    """Things gathered by resource, or by service where no resource is named; the largest difference first."""
    gathered: dict[tuple[str | None, ...], list[Moved]] = {}
    for moved in things:
        thing = moved.thing
        place = (
            (thing.resource, None, thing.account, None)
            if thing.resource
            else (None, thing.service, thing.account, thing.region)
        )
        gathered.setdefault(place, []).append(moved)
    found = [_driver(parts) for parts in gathered.values()]
    return sorted(
        (driver for driver in found if driver.reasons),
        key=lambda driver: (
            driver.difference.copy_abs().copy_negate(),
            driver.resource or "",
            driver.service or "",
            driver.account or "",
            driver.region or "",
        ),
    )


def _driver(parts: Sequence[Moved]) -> Driver:
    dearest = max(parts, key=lambda moved: (moved.now.cost.copy_abs(), moved.thing.service or ""))
    return Driver(
        resource=dearest.thing.resource,
        service=dearest.thing.service,
        account=dearest.thing.account,
        region=dearest.thing.region,
        before=total(moved.before.cost for moved in parts),
        now=total(moved.now.cost for moved in parts),
        reasons=together(split(moved) for moved in parts),
    )


def together(reasons: Iterable[Mapping[Reason, Decimal]]) -> dict[Reason, Decimal]:
    """Reasons added up, in their order; without those that are nothing."""
    sums: dict[Reason, Decimal] = {}
    for each in reasons:
        for reason, amount in each.items():
            sums[reason] = EXACT.add(sums.get(reason, ZERO), amount)
    return {reason: sums[reason] for reason in Reason if sums.get(reason)}


def touched(found: Sequence[Driver]) -> dict[Reason, Touched]:
    """How many drivers have each reason."""
    counts: dict[Reason, Touched] = {}
    for driver in found:
        for reason in driver.reasons:
            so_far = counts.get(reason, Touched(0, 0))
            named = driver.resource is not None
            counts[reason] = Touched(so_far.resources + named, so_far.charges + (not named))
    return counts


def explain(
    things: Iterable[Moved],
    *,
    period: Period,
    against: Period,
    before: Decimal,
    now: Decimal,
    currency: str | None,
    currencies: tuple[tuple[str, Decimal], ...],
    cost: CostType,
    complete: bool,
    top: int,
) -> Why:
    """Split the difference between `now` and `before`; things that cost the same in both may be left out of `things`.

    Raises `ValueError` when the things do not add up to the difference: then the two questions were asked of different bills.
    """
    found = drivers(things)
    reasons = together(driver.reasons for driver in found)
    if total(reasons.values()) != difference(now, before):
        message = (
            f"The reasons add up to {total(reasons.values())}, the difference is {difference(now, before)}."
        )
        raise ValueError(message)
    return Why(
        period,
        against,
        before,
        now,
        reasons,
        touched(found),
        tuple(found[:top]),
        together(driver.reasons for driver in found[top:]),
        len(found[top:]),
        currency,
        currencies,
        cost,
        complete,
    )
