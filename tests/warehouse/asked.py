"""Every question as somebody asks it: what engines are compared by. Each is (name, question, what it is asked about, whether its order counts)."""

from collections.abc import Callable, Hashable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from core.costs.filters import dimension, parse_all
from core.costs.lines import Order
from core.costs.members import NOBODY, Members, of_group, of_service
from core.costs.scope import (
    CHARGE_CATEGORY,
    DAY,
    EVER,
    MONTH,
    OWNER,
    SERVICE,
    WEEK,
    CostType,
    Dimension,
    Scope,
)
from core.costs.virtual_tags import Method, Rule, SharedCost, VirtualTag, resolved
from core.periods import Period
from services.warehouse.questions import (
    allocation,
    bill_lines,
    choices,
    commitments,
    freshness,
    invoice_parts,
    member_costs,
    resource_costs,
    resource_days,
    resource_profile,
    spend,
    top_resources,
    why,
)

Asked = tuple[str, Callable[..., Any], tuple[Hashable, ...], bool]
SEPTEMBER = Period(date(2024, 9, 1), date(2024, 10, 1))
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
MOST = 100_000
TAG = VirtualTag(
    "Team",
    (
        Rule(parse_all(["service~lambda"]), "platform"),
        Rule(parse_all(["tag:team=checkout", "account=222222222222"]), "shop"),
        Rule((), of=Dimension("tag:squad")),
        Rule((), of=OWNER),
    ),
    date(2024, 1, 1),
)
LATER = VirtualTag("Team", (Rule((), of=Dimension("tag:team")),), date(2026, 3, 6))
BY_ID = Members((("i-1", "web"), ("i-2", "i-2"), ("i-3", NOBODY)))
BY_TAG = Members(
    BY_ID.by_id,
    ((of_group("222222222222", "us-east-1", "web"), "web"), (of_service("1", "x", "shop", "api"), "api")),
)
TEAM = resolved(Dimension("virtual:Team"), (TAG, LATER))
TAX = SharedCost("Team", "Tax", parse_all(["charge category=Tax"]), Method.EVEN, date(2024, 1, 1))
CUTS = (
    *(
        dimension(name)
        for name in ("service", "service category", "account", "region", "zone", "resource", "resource type")
    ),
    *(
        dimension(name)
        for name in ("sku", "pricing category", "commitment", "provider", "publisher", "invoice", "source")
    ),
    *(
        dimension(name)
        for name in ("cluster", "namespace", "workload", "tag:team", "tag:squad", "tag:absent")
    ),
    dimension("cost category:department"),
    OWNER,
    DAY,
    WEEK,
    MONTH,
    TEAM,
)
FILTERS = (
    ("service=Amazon Elastic Compute Cloud",),
    ("service!=Amazon Elastic Compute Cloud",),
    ("service~COMPUTE",),
    ("service=", "account!="),
    ("tag:team=",),
    ("tag:squad!=red",),
    ("tag:team=checkout", "tag:team=data"),
    ("owner~A",),
    ("day=2026-03-05", "week=2026-03-02"),
    ("cluster=",),
    ("workload~a",),
    ("cost category:department!=",),
    ("resource~i-",),
)


def every() -> Iterator[Asked]:
    """All of them, each in the ways that make a difference to an engine."""
    ever = Scope(EVER)
    yield from _spend(ever)
    yield from _others(ever)
    for period in (SEPTEMBER, MARCH):
        scope = Scope(period)
        yield f"resource spend {period}", resource_costs.resource_spend, (scope,), False
        yield f"resource meters {period}", resource_costs.resource_meters, (scope, None), False
        yield f"resource costs {period}", resource_costs.resource_costs, (scope, None), False
        yield f"commitments known {period}", commitments.known, (scope,), False
        yield f"commitments used {period}", commitments.use, (scope, period.end), False
        yield f"commitments by day {period}", commitments.daily, (scope, ("a", "b")), True
        yield f"commitments by hour {period}", commitments.hourly, (scope,), True
        yield f"commitments cover {period}", commitments.coverage, (scope, SERVICE), False
        yield f"compute {period}", commitments.compute, (scope,), True
        yield f"compute of some {period}", commitments.compute_of, (scope, ("i-1", "i-2")), True
        yield f"compute prices {period}", commitments.compute_prices, (scope,), False
        yield f"why {period}", why.why, (scope.in_currency("USD"), period.previous()), False
    listed = Scope(EVER, cost=CostType.LIST, currency="USD")
    yield "why at list price", why.why, (listed.during(MARCH), MARCH.previous()), False


def _spend(ever: Scope) -> Iterator[Asked]:
    for cut in CUTS:
        yield f"spend by {cut.name}", spend.spend, (ever, (cut,), MOST), False
    yield "spend by two", spend.spend, (ever, (SERVICE, CHARGE_CATEGORY), MOST), False
    for cost in CostType:
        yield (
            f"{cost} by cluster",
            spend.spend,
            (Scope(EVER, cost=cost), (dimension("cluster"),), MOST),
            False,
        )
    for written in FILTERS:
        narrowed = Scope(EVER, filters=parse_all(written), credits=False, refunds=False, tax=False)
        yield f"spend where {' '.join(written)}", spend.spend, (narrowed, (SERVICE,), MOST), False
        yield (
            f"lines where {' '.join(written)}",
            bill_lines.page,
            (narrowed, Order.NEWEST, 20, 0, Decimal(0)),
            True,
        )
    yield "ranked", spend.ranked, (ever, (SERVICE,), 5), False
    yield "ranked by two", spend.ranked, (ever, (SERVICE, dimension("tag:team")), 3), False
    shown: tuple[tuple[str, object], ...] = (("USD", "Amazon Elastic Compute Cloud"), ("USD", None))
    for step in (DAY, WEEK, MONTH):
        yield f"stepped by {step.name}", spend.stepped, (ever, step, SERVICE, shown), False
    some = Scope(EVER, accounts=("222222222222",))
    yield "one account", spend.spend, (some, (SERVICE,), MOST), False
    yield "no account", spend.spend, (Scope(EVER, accounts=()), (SERVICE,), MOST), False


def _others(ever: Scope) -> Iterator[Asked]:
    yield "days", bill_lines.days, (ever,), True
    yield "size", bill_lines.size_at, (ever, 3), True
    for order in Order:
        yield f"lines, {order}", bill_lines.page, (ever, order, 50, 7, Decimal(0)), True
    yield "large lines", bill_lines.page, (ever, Order.LARGEST, 20, 0, Decimal("0.25")), True
    for cut in CUTS:
        yield f"values of {cut.name}", choices.values, (cut, None), True
    yield "values containing", choices.values, (SERVICE, ("222222222222",), "AMAZON", 3), True
    yield "several values", choices.several, ((SERVICE, dimension("region"), TEAM), None), True
    for column in ("Tags", "x_CostCategories"):
        yield f"keys of {column}", choices.keys, (column, None), True
    yield "accounts", choices.accounts_and_names, (None,), True
    yield "currencies", choices.currencies, (None,), True
    yield "freshness", freshness.freshness, (), True
    yield "freshness of some", freshness.freshness, (("222222222222",),), True
    for cost in CostType:
        yield f"invoices, {cost}", invoice_parts.invoice_parts, (cost,), False
    yield "days of invoices", invoice_parts.days, (), False
    yield "top resources", top_resources.top_resources, (ever, 20), True
    yield "without resource", top_resources.without_resource, (ever,), False
    yield "hours", resource_profile.hours, (ever,), True
    yield "resource days", resource_days.resource_days, (ever, BY_TAG), False
    yield "meter prices", resource_days.meter_prices, (ever, ("BoxUsage:m5.large", ""), BY_ID), False
    for name, whose in {"ids": BY_ID, "tags too": BY_TAG}.items():
        yield f"costs of members by {name}", member_costs.member_costs, (ever, whose), False
        yield f"hours of members by {name}", member_costs.member_hours, (ever, whose), False
    yield "tags over time", resource_profile.tags, (Scope(MARCH),), False  # a day may come several times
    yield "commitments that paid", resource_profile.commitments, (ever,), True
    yield "allocation", allocation.allocation, (ever, (TAG, LATER), (TAX,), MOST), False
    yield "left", allocation.left, (ever, (TAG,), (TAX,), SERVICE, MOST), False
    yield "taken", allocation.taken, (ever, TAG.rules, MOST), False
    yield "covered", allocation.covered, (ever, (TAG, LATER)), False
    yield "by tag key", allocation.by_tag_key, (ever,), False
    yield "by month", allocation.by_month, (ever,), False
