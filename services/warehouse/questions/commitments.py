"""Savings Plans and reservations on the bill: which there are, what was used of each, and what they cover, by day or hour. Asks the lines."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import ibis

from core.costs.commitments import COVERABLE, COVERABLE_CATEGORIES
from core.costs.focus import HOURS
from core.costs.scope import Dimension, Scope
from core.periods import Period
from services.warehouse.scoped import NO, filtered, value_of
from services.warehouse.warehouse import Tables

# ruff: noqa: ANN401  Ibis expressions are not typed here

HOUR, DAY = 3_600, 86_400
AWS = ("aws", "amazon web services")
COMPUTE = ("BoxUsage", "DedicatedUsage", "Fargate-")
ENDS = ("savings_plan_end_time", "reservation_end_time")
"""Where a cost and usage report says when a commitment ends, kept aside by our readers."""


def known(tables: Tables, scope: Scope) -> Any:
    """Rows of (commitment, name, type, category, provider, source, first day, last day, end of its term as text), of the scope's lines."""
    table = _committed(filtered(tables.lines, scope))
    # A fee paid once may be written for the whole term: only what is used or unused says that it still runs.
    last = (_used(table) | _unused(table)).ifelse(_last_day(table), table.charge_day)
    return table.group_by(commitment=table.CommitmentDiscountId).agg(
        name=table.CommitmentDiscountName.max(),
        type=table.CommitmentDiscountType.max(),
        category=table.CommitmentDiscountCategory.max(),
        provider=table.ProviderName.max(),
        source=table.source.max(),
        first=table.charge_day.min(),
        last=last.max(),
        ends=ibis.coalesce(*(table.x_Other[name].nullif("") for name in ENDS)).max(),
    )


def use(tables: Tables, scope: Scope, until: date) -> Any:
    """Rows of (commitment, currency, used, unused, lines without cost, covered, lines without price, billed, long lines, cut lines).

    Covered is at list price. Long lines are of what nobody used over more than a day; those cut reach out of the period, of which
    nothing is known from `until` on. They are looked for from the first of the month on.
    """
    start, end = scope.period.start, scope.period.end
    wider = Period(start.replace(day=1), end)
    table = _committed(filtered(tables.lines, scope.during(wider)))
    inside = table.charge_day >= start
    long = _unused(table) & (_seconds(table) > DAY)
    reaches = ibis.least(_last_day(table), ibis.literal(until - timedelta(days=1)))
    cut = long & (_last_day(table) >= start) & ((table.charge_day < start) | (reaches >= end))
    here = {name: each & inside for name, each in (("used", _used(table)), ("unused", _unused(table)))}
    return table.group_by(commitment=table.CommitmentDiscountId, currency=table.BillingCurrency).agg(
        used=table.EffectiveCost.sum(where=here["used"]).coalesce(0),
        unused=table.EffectiveCost.sum(where=here["unused"]).coalesce(0),
        unknown=((here["used"] | here["unused"]) & table.EffectiveCost.isnull()).sum().coalesce(0),
        covered=table.ListCost.sum(where=here["used"]).coalesce(0),
        unlisted=(here["used"] & table.ListCost.isnull()).sum().coalesce(0),
        billed=table.BilledCost.sum(where=inside & (table.ChargeCategory == "Purchase")).coalesce(0),
        long=long.sum().coalesce(0),
        cut=cut.sum().coalesce(0),
    )


def daily(tables: Tables, scope: Scope, without: Sequence[str]) -> Any:
    """Rows of (day, NULL, then as `hourly`), in order; the use of the commitments `without` is left out."""
    return _slots(tables, scope, lambda _: ibis.null("int32"), without)


def hourly(tables: Tables, scope: Scope) -> Any:
    """Rows of (day, hour, currency, used, unused, lines without cost, covered, on demand, lines without price), in order.

    Hour is NULL for lines that are longer than one.
    """
    return _slots(tables, scope, _hour, ())


def coverage(tables: Tables, scope: Scope, by: Dimension) -> Any:
    """Rows of (value, currency, covered, on demand, lines without price)."""
    table = filtered(tables.lines, scope)
    table = table.filter(_used(table) | _on_demand(table))
    return table.group_by(value=value_of(table, by).cast("string"), currency=table.BillingCurrency).agg(
        **_cover(table)
    )


def compute(tables: Tables, scope: Scope, ending: Sequence[str] = ()) -> Any:
    """Rows of (day, hour, currency, on demand, lines without price, lines longer than a day), in order: what Compute Savings Plans could cover.

    What the commitments `ending` covered counts as on demand. Hour is NULL for lines that are longer than one.
    """
    table = filtered(tables.lines, scope)
    freed = _used(table) & table.CommitmentDiscountId.isin(list(ending)).fill_null(NO) if ending else NO
    table = table.filter(_computes(table) & (_on_demand(table) | freed))
    keys = {"day": table.charge_day, "hour": _hour(table), "currency": table.BillingCurrency}
    found = table.group_by(**keys).agg(
        on_demand=table.ListCost.sum().coalesce(0),
        unlisted=table.ListCost.isnull().sum().coalesce(0),
        longer=(_seconds(table) > DAY).sum().coalesce(0),
    )
    return found.order_by("day", "hour", "currency")


def compute_of(tables: Tables, scope: Scope, resources: Sequence[str]) -> Any:
    """Rows of (day, hour, currency, cost at list price): of these resources, on demand or under a Savings Plan, in order."""
    table = filtered(tables.lines, scope)
    planned = _used(table) & (table.CommitmentDiscountCategory == "Spend").fill_null(NO)
    mine = table.ResourceId.isin(list(resources)).fill_null(NO)
    table = table.filter(mine & _computes(table) & (planned | _on_demand(table)))
    keys = {"day": table.charge_day, "hour": _hour(table), "currency": table.BillingCurrency}
    return (
        table.group_by(**keys)
        .agg(listed=table.ListCost.sum().coalesce(0))
        .order_by("day", "hour", "currency")
    )


def compute_prices(tables: Tables, scope: Scope) -> Any:
    """Rows of (currency, paid, at list price): what Compute Savings Plans covered of compute."""
    table = filtered(tables.lines, scope)
    named = table.CommitmentDiscountType.lower().contains("compute").fill_null(NO)
    planned = _used(table) & (table.CommitmentDiscountCategory == "Spend").fill_null(NO) & named
    priced = table.EffectiveCost.notnull() & table.ListCost.notnull()
    table = table.filter(_computes(table) & planned & priced)
    return table.group_by(currency=table.BillingCurrency).agg(
        paid=table.EffectiveCost.sum(), listed=table.ListCost.sum()
    )


def _computes(table: Any) -> Any:
    """Hours of instances and of Fargate. Lambda is left out: its discount is another, smaller one."""
    aws = table.ProviderName.lower().isin(AWS)
    return (aws & ibis.or_(*(table.SkuMeter.contains(word) for word in COMPUTE))).fill_null(NO)


def _slots(tables: Tables, scope: Scope, hour: Callable[[Any], Any], without: Sequence[str]) -> Any:
    table = filtered(tables.lines, scope)
    table = table.filter(_used(table) | _unused(table) | _on_demand(table))
    keys = {"day": table.charge_day, "hour": hour(table), "currency": table.BillingCurrency}
    found = table.group_by(**keys).agg(**_use(table, without), **_cover(table))
    return found.order_by("day", "hour", "currency")


def _hour(table: Any) -> Any:
    hour = table.ChargePeriodStart.cast("timestamp").hour()
    return (_seconds(table) <= HOUR).ifelse(hour, ibis.null(hour.type()))


def _use(table: Any, without: Sequence[str]) -> dict[str, Any]:
    mine = ~table.CommitmentDiscountId.isin(list(without)).fill_null(NO) if without else ~NO
    used, unused = _used(table) & mine, _unused(table) & mine
    return {
        "used": table.EffectiveCost.sum(where=used).coalesce(0),
        "unused": table.EffectiveCost.sum(where=unused).coalesce(0),
        "unknown": ((used | unused) & table.EffectiveCost.isnull()).sum().coalesce(0),
    }


def _cover(table: Any) -> dict[str, Any]:
    used, on_demand = _used(table), _on_demand(table)
    return {
        "covered": table.ListCost.sum(where=used).coalesce(0),
        "on_demand": table.ListCost.sum(where=on_demand).coalesce(0),
        "unlisted": ((used | on_demand) & table.ListCost.isnull()).sum().coalesce(0),
    }


def _committed(table: Any) -> Any:
    return table.filter(table.CommitmentDiscountId.nullif("").notnull())


def _used(table: Any) -> Any:
    return (table.CommitmentDiscountStatus == "Used").fill_null(NO)


def _unused(table: Any) -> Any:
    return (table.CommitmentDiscountStatus == "Unused").fill_null(NO)


def _on_demand(table: Any) -> Any:
    """Usage at standard prices that a commitment could cover; no correction of another month's."""
    standard = (
        (table.PricingCategory == "Standard")
        & (table.ChargeCategory == "Usage")
        & table.CommitmentDiscountStatus.isnull()
        & (table.ChargeClass.fill_null("") != "Correction")
    )
    aws = table.ProviderName.lower().isin(AWS) & table.SkuMeter.notnull()
    metered = ibis.or_(*(table.SkuMeter.contains(word) for word in COVERABLE))
    hours = table.ServiceCategory.isin(COVERABLE_CATEGORIES) & table.ConsumedUnit.coalesce(
        table.PricingUnit
    ).isin(HOURS)
    return (standard & aws.ifelse(metered, hours)).fill_null(NO)


def _seconds(table: Any) -> Any:
    """How long a line's charge period is; one hour where it does not say."""
    long = table.ChargePeriodEnd.epoch_seconds() - table.ChargePeriodStart.epoch_seconds()
    return long.fill_null(HOUR)


def _last_day(table: Any) -> Any:
    """The last day of a line's charge period, whose end does not belong to it."""
    end = table.ChargePeriodEnd.cast("timestamp") - ibis.interval(seconds=1)
    return ibis.greatest(end.cast("date").coalesce(table.charge_day), table.charge_day)
