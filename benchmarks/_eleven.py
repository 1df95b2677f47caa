"""The eleven questions: asked our way, and as the SQL that one would write by hand for the same rows.

Rows are (keys..., amounts...): where an amount is a cost, the currency stands before it.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from core.costs.scope import (
    ACCOUNT,
    CHARGE_CATEGORY,
    DAY,
    EVER,
    MONTH,
    REGION,
    SERVICE,
    Dimension,
    Filter,
    Match,
    Scope,
)
from core.periods import Period, month_back, month_of
from services.warehouse.answers import MOST_PARTS
from services.warehouse.questions import choices, spend, top_resources
from services.warehouse.scoped import filtered, within
from services.warehouse.warehouse import Pin, Rows, Tables

Ask = Callable[..., Rows]
"""Runs one question of ours with what it asks about."""
TAG = "Name"
"""A tag kept in the map alone."""
EC2 = "Amazon Elastic Compute Cloud"


@dataclass(frozen=True)
class Days:
    """The periods asked about: the bill's last day, and the last month that is whole."""

    last: date

    @property
    def whole(self) -> Period:
        """The last whole month."""
        return month_of(month_back(self.last, 1))

    @property
    def quarter(self) -> Period:
        """Ninety days."""
        return Period(self.last - timedelta(days=89), self.last + timedelta(days=1))

    @property
    def two_months(self) -> Period:
        """This month to date, and the one before."""
        return Period(month_back(self.last, 1), self.last + timedelta(days=1))


@dataclass(frozen=True)
class Question:
    """One of the eleven. `sql` is what DuckDB and PostgreSQL both understand, once {lines} and {tag} are put in."""

    name: str
    ours: Callable[[Ask], Rows]
    sql: str
    rolled: bool


def asking(pinned: Pin, *, of_lines: bool = False) -> Ask:
    """Run the question again each time, remembering no answer; `of_lines` asks the lines also where the rollup could answer.

    As in the product, the SQL of a question that was asked before is kept.
    """
    if of_lines:
        pinned = replace(pinned, tables=Tables(pinned.tables.lines, pinned.tables.lines))

    def ask(question: Callable[..., Any], *about: Hashable) -> Rows:
        return pinned.run(pinned.sql(question, *about))

    return ask


def eleven(last: date, account: str) -> tuple[Question, ...]:
    """The questions of a bill that ends on `last`; `account` is one of its accounts."""
    days = Days(last)
    four = (
        Filter(SERVICE, Match.IS, EC2),
        Filter(REGION, Match.IS, "us-east-1"),
        Filter(ACCOUNT, Match.IS, account),
        Filter(Dimension("tag:environment"), Match.IS, "production"),
    )
    filters = (
        f"ServiceName = '{EC2}' and RegionId = 'us-east-1' and SubAccountId = '{account}' "
        "and tag_environment = 'production'"
    )
    return (
        _spent("month x service", Scope(EVER), (MONTH, SERVICE), "billing_month, ServiceName"),
        _spent("daily by service, 90 days", Scope(days.quarter), (DAY, SERVICE), "charge_day, ServiceName"),
        _top("top 50 resources, a month", Scope(days.whole)),
        _top("top 50 resources, all", Scope(EVER)),
        _spent("by tag (in the map)", Scope(EVER), (Dimension(f"tag:{TAG}"),), "{tag}", rolled=False),
        _spent("account x region", Scope(EVER), (ACCOUNT, REGION), "SubAccountId, RegionId"),
        _spent(
            "month to date, and the one before",
            Scope(days.two_months),
            (DAY, CHARGE_CATEGORY),
            "charge_day, ChargeCategory",
        ),
        Question("distinct dimensions", _distinct, DISTINCT, rolled=True),
        Question("unit price trend", lambda ask: ask(unit_prices), UNIT_PRICES, rolled=False),
        Question("amortised against billed", lambda ask: ask(both), BOTH, rolled=True),
        _spent("four filters", Scope(EVER, filters=four), (DAY,), "charge_day", filters),
    )


def promoted() -> tuple[Question, Question]:
    """By service, and by a tag with a column of its own: the second is to be no slower."""
    return (
        _spent("by service", Scope(EVER), (SERVICE,), "ServiceName"),
        _spent("by a promoted tag", Scope(EVER), (Dimension("tag:team"),), "tag_team"),
    )


def during(period: Period) -> str:
    """SQL for the days of a period; true for all of them."""
    if period == EVER:
        return "true"
    return f"charge_day >= date '{period.start}' and charge_day < date '{period.end}'"


def _spent(
    name: str, scope: Scope, by: tuple[Dimension, ...], keys: str, where: str = "true", *, rolled: bool = True
) -> Question:
    sql = (
        f"select {keys}, BillingCurrency, sum({scope.cost.column}) from {{lines}} "
        f"where {during(scope.period)} and {where} group by {keys}, BillingCurrency"
    )

    def ours(ask: Ask) -> Rows:
        return tuple(row[:-1] for row in ask(spend.spend, scope, by, MOST_PARTS))

    return Question(name, ours, sql, rolled)


def _top(name: str, scope: Scope) -> Question:
    sql = (
        "select ResourceId, max(ResourceName), max(ServiceName), max(SubAccountId), max(RegionId), max(BillingCurrency), "
        f"sum(EffectiveCost) from {{lines}} where ResourceId is not null and {during(scope.period)} "
        "group by ResourceId order by 7 desc, 1 limit 50"
    )
    return Question(name, lambda ask: ask(top_resources.top_resources, scope, 50), sql, rolled=False)


def _distinct(ask: Ask) -> Rows:
    return ask(choices.several, (SERVICE, ACCOUNT, REGION), None)


DISTINCT = " union all ".join(
    f"select '{dimension.name}', {column} from (select distinct {column} from {{lines}} where {column} is not null) as found"
    for dimension in (SERVICE, ACCOUNT, REGION)
    for column in dimension.columns
)


def unit_prices(tables: Tables) -> Any:  # noqa: ANN401  Ibis is not typed here
    """Rows of (month, meter, currency, cost, quantity): what a unit cost is their quotient. No use-case asks it yet."""
    table = filtered(tables.lines, Scope(EVER))
    table = table.filter(table.ConsumedQuantity.notnull())
    return table.group_by(
        month=table.billing_month, meter=table.SkuMeter, currency=table.BillingCurrency
    ).agg(cost=table.EffectiveCost.sum(), quantity=table.ConsumedQuantity.sum())


UNIT_PRICES = (
    "select billing_month, SkuMeter, BillingCurrency, sum(EffectiveCost), sum(ConsumedQuantity) "
    "from {lines} where ConsumedQuantity is not null group by billing_month, SkuMeter, BillingCurrency"
)


def both(tables: Tables) -> Any:  # noqa: ANN401  Ibis is not typed here
    """Rows of (month, service, currency, amortised, billed). The screens show one of the two at a time."""
    table = within(tables, Scope(EVER), (MONTH, SERVICE))
    keys = {"month": table.billing_month, "service": table.ServiceName, "currency": table.BillingCurrency}
    return table.group_by(**keys).agg(amortised=table.EffectiveCost.sum(), billed=table.BilledCost.sum())


BOTH = (
    "select billing_month, ServiceName, BillingCurrency, sum(EffectiveCost), sum(BilledCost) "
    "from {lines} group by billing_month, ServiceName, BillingCurrency"
)
