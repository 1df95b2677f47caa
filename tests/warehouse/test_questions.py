"""Every dimension cuts and filters the bill without losing or doubling a line, from the rollup as from the lines."""

import itertools
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from core.costs.filters import parse, parse_all
from core.costs.lines import Order
from core.costs.scope import (
    COLUMNS,
    DAY,
    EVER,
    MONTH,
    OWNER,
    REGION,
    RESOURCE,
    SERVICE,
    STEPS,
    WEEK,
    CostType,
    Dimension,
    Filter,
    Match,
    Scope,
)
from core.money import total
from services.warehouse import answers
from services.warehouse.questions import choices
from services.warehouse.scoped import rolled
from services.warehouse.staging import Staged
from services.warehouse.warehouse import Pin, Warehouse
from tests.bills import FOCUS_SAMPLE, a_bill, a_line

Loader = Callable[..., Staged]
CLUSTER, NAMESPACE = Dimension("cluster"), Dimension("namespace")
BILLED = Scope(EVER, cost=CostType.BILLED)
SAMPLED = 3
"""Values of each dimension that are tried: the first of them, and none."""


@pytest.fixture
def sample(warehouse: Warehouse, organisation: UUID, take: Loader) -> Pin:
    """The FOCUS sample: real lines with gaps in almost every column."""
    take(FOCUS_SAMPLE)
    return warehouse.pin(organisation)


@pytest.fixture
def shared(warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path) -> Pin:
    """An instance for 10 dollars, used by two pods for 6 and 3; the second one's list cost is not known."""
    pod = {"BilledCost": "0", "EffectiveCost": "0", "ListCost": "0", "ContractedCost": "0"}
    lines = [
        a_line(cost="10"),
        a_line(**pod, x_Cluster="prod", x_Namespace="shop", x_SplitCost="6", x_SplitListCost="7"),
        a_line(**pod, x_Cluster="prod", x_Namespace="search", x_SplitCost="3"),
        a_line(cost="5", ServiceName="Amazon Simple Storage Service"),
    ]
    take(a_bill(tmp_path / "split.csv", lines))
    return warehouse.pin(organisation)


def amount(pinned: Pin, *filters: Filter, scope: Scope = BILLED) -> Decimal:
    return total(part.cost for part in answers.parts(pinned, scope.where(*filters), ()))


def cut(pinned: Pin, *by: Dimension, scope: Scope = BILLED) -> dict[tuple[object, ...], Decimal]:
    return {part.keys: part.cost for part in answers.parts(pinned, scope, by)}


DIMENSIONS = [
    *(Dimension(name) for name in COLUMNS),
    Dimension("tag:environment"),
    Dimension("tag:business_unit"),
    Dimension("cost category:team"),
]


def test_every_dimension_cuts_the_bill_and_its_filters_part_it_in_two(sample: Pin) -> None:
    whole = Decimal("20.52022672899")
    for dimension in DIMENSIONS:
        found = cut(sample, dimension)
        assert total(found.values()) == whole, dimension
        values = [None if key is None else str(key) for (key,) in list(found)[:SAMPLED]]
        for value in {*values, None, "no such value"} - ({"no such value"} if dimension in STEPS else set()):
            mine = amount(sample, Filter(dimension, Match.IS, value))
            others = amount(sample, Filter(dimension, Match.IS_NOT, value))
            assert mine + others == whole, (dimension, value)
            assert mine == total(cost for (key,), cost in found.items() if key == value or str(key) == value)
            both = amount(sample, Filter(dimension, Match.IS, value), Filter(dimension, Match.IS, values[0]))
            assert both == mine + (
                amount(sample, Filter(dimension, Match.IS, values[0])) if value != values[0] else 0
            )


def test_contains_heeds_no_case_and_reads_no_wildcards(sample: Pin) -> None:
    names = [str(key) for (key,) in cut(sample, SERVICE)]
    expected = total(cost for (key,), cost in cut(sample, SERVICE).items() if "elastic" in str(key).lower())
    assert any("elastic" in name.lower() for name in names)
    assert amount(sample, parse("service~ELASTIC")) == expected
    assert amount(sample, parse("service~%")) == 0
    assert amount(sample, parse("day~2024-09")) == amount(sample, parse("day!=")) - amount(
        sample, parse("day~2024-08")
    ) - amount(sample, parse("day~2024-10"))


def test_filters_of_different_dimensions_must_hold_together(sample: Pin) -> None:
    found = cut(sample, SERVICE, REGION)
    (service, region), cost = max(
        ((keys, cost) for keys, cost in found.items() if None not in keys), key=lambda item: item[1]
    )
    assert amount(sample, parse(f"service={service}"), parse(f"region={region}")) == cost


def test_a_filter_s_text_is_never_sql(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path
) -> None:
    values = ["'", "\\", "--", "\u202e", "\n", '"; drop', "%", "a,b", "{}", "\u00e9", "$1", "?", ":x"]
    take(a_bill(tmp_path / "b.csv", [a_line(ServiceName=f"<{value}>") for value in values]))
    pinned = warehouse.pin(organisation)
    for value in values:
        assert amount(pinned, parse(f"service=<{value}>")) == 1, value
        assert amount(pinned, parse(f"service~{value}")) == 1, value


def test_a_week_is_named_by_its_monday(sample: Pin) -> None:
    weeks = cut(sample, WEEK)
    assert all(isinstance(key, date) and type(key) is date and key.weekday() == 0 for (key,) in weeks)
    days = cut(sample, DAY)
    for (monday,), cost in weeks.items():
        assert isinstance(monday, date)
        assert cost == total(
            c for (day,), c in days.items() if isinstance(day, date) and (day - monday).days in range(7)
        )


def test_the_owner_is_the_first_of_its_tags_with_a_value(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path
) -> None:
    tags = ['{"owner": "ann", "team": "web"}', '{"owner": "", "Owner": "bob"}', '{"team": "web"}', ""]
    take(a_bill(tmp_path / "b.csv", [a_line(cost=str(2**n), Tags=text) for n, text in enumerate(tags)]))
    assert cut(warehouse.pin(organisation), OWNER) == {("ann",): 1, ("bob",): 2, ("web",): 4, (None,): 8}


def test_shares_take_from_what_nobody_shares_and_the_total_stays_the_bill_s(shared: Pin) -> None:
    scope = Scope(EVER)
    assert cut(shared, CLUSTER, scope=scope) == {("prod",): 9, (None,): 6}
    assert cut(shared, NAMESPACE, SERVICE, scope=scope) == {
        ("shop", "Amazon Elastic Compute Cloud"): 6,
        ("search", "Amazon Elastic Compute Cloud"): 3,
        (None, "Amazon Elastic Compute Cloud"): 1,
        (None, "Amazon Simple Storage Service"): 5,
    }
    assert amount(shared, parse("namespace=shop"), scope=scope) == 6
    assert amount(shared, parse("namespace!=shop"), scope=scope) == 9
    assert cut(shared, SERVICE, scope=scope.where(parse("cluster=prod"))) == {
        ("Amazon Elastic Compute Cloud",): 9
    }
    assert cut(shared, SERVICE, scope=scope) == {
        ("Amazon Elastic Compute Cloud",): 10,
        ("Amazon Simple Storage Service",): 5,
    }


def test_a_share_of_an_amount_that_is_not_split_is_unknown(shared: Pin) -> None:
    for cost, known in ((CostType.BILLED, {None: 15}), (CostType.LIST, {"shop": 7, None: 8})):
        parts = answers.parts(shared, Scope(EVER, cost=cost), (NAMESPACE,))
        assert {part.keys[0]: part.cost for part in parts if part.known} == known
        assert total(part.cost for part in parts) == 15
    assert {part.keys[0] for part in parts if not part.known} == {"search"}


CUTS = [(SERVICE,), (RESOURCE,), (SERVICE, REGION), (DAY, SERVICE), (RESOURCE, WEEK), (MONTH,)]


def test_the_largest_and_other_are_the_whole(sample: Pin) -> None:
    for by, top in itertools.product(CUTS, (1, 3, 1000)):
        every = answers.parts(sample, BILLED, by)
        found = answers.top_parts(sample, BILLED, by, top)
        assert total(part.cost for part in found) == total(part.cost for part in every)
        assert sum(part.unknown for part in found) == sum(part.unknown for part in every)
        exact = {part.keys: part.cost for part in every}
        shown = [part for part in found if not part.folded]
        assert all(exact[part.keys] == part.cost for part in shown)
        place = [each for each, dimension in enumerate(by) if len(by) == 1 or dimension not in STEPS]
        values = {tuple(part.keys[each] for each in place) for part in shown}
        everything = {tuple(part.keys[each] for each in place) for part in every}
        assert min(top, len(everything)) <= len(values) <= top + 1
        assert {part.folded for part in found} - {0} <= {len(everything) - len(values)}


def test_other_is_counted_in_each_currency_of_its_own(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path
) -> None:
    lines = [
        a_line(cost=str(n), ResourceId=f"i-{n}", BillingCurrency=c)
        for c in ("USD", "EUR")
        for n in (1, 2, 3, -9)
    ]
    take(a_bill(tmp_path / "b.csv", lines))
    found = answers.top_parts(warehouse.pin(organisation), BILLED, (RESOURCE,), 2)
    for currency in ("USD", "EUR"):
        mine = {part.keys[0]: (part.cost, part.folded) for part in found if part.currency == currency}
        assert mine == {"i--9": (-9, 0), "i-3": (3, 0), None: (3, 2)}


def test_every_number_leads_to_its_lines(sample: Pin) -> None:
    for by in ((SERVICE,), (DAY,), (WEEK, RESOURCE), (Dimension("zone"),), (Dimension("sku"), DAY)):
        for part in answers.parts(sample, BILLED, by)[:9]:
            scope = BILLED
            for dimension, key in zip(by, part.keys, strict=True):
                scope = scope.at(dimension, None if key is None else str(key))
            sums, lines = answers.lines_behind(sample, scope, Order.NEWEST, 1000, 0)
            assert [(each.cost, each.count) for each in sums] == [(part.cost, len(lines))]
            assert total(line.billed for line in lines) == part.cost


def test_a_share_s_number_leads_to_its_lines_too(shared: Pin) -> None:
    for namespace in ("shop", "search", None):
        scope = Scope(EVER).at(NAMESPACE, namespace)
        [found], lines = answers.lines_behind(shared, scope, Order.LARGEST, 10, 0)
        assert total(line.effective for line in lines) == found.cost == amount(shared, scope=scope)
        assert len(lines) == found.count


def test_pages_of_lines_are_all_lines_once_and_in_order(sample: Pin) -> None:
    for order, texts in itertools.product(Order, ((), ("zone!=",), ("service~elastic", "tag:environment="))):
        scope = BILLED.where(*parse_all(texts))
        sums, everything = answers.lines_behind(sample, scope, order, 5000, 0)
        count = sum(each.count for each in sums)
        assert len(everything) == count
        paged = []
        for offset in range(0, count + 187, 187):
            paged += answers.lines_behind(sample, scope, order, 187, offset)[1]
        assert sorted(paged, key=repr) == sorted(everything, key=repr)
        keys = [line.start if order is Order.NEWEST else abs(line.billed) for line in paged]
        assert keys == sorted(keys, reverse=True)


def test_what_the_rollup_has_is_not_asked_of_the_lines() -> None:
    for name in (
        "day",
        "week",
        "month",
        "service",
        "service category",
        "account",
        "region",
        "provider",
        "source",
    ):
        assert rolled(BILLED, (Dimension(name),)), name
    assert rolled(BILLED.where(parse("tag:team!=web")), (Dimension("charge category"),))
    for name in ("resource", "zone", "owner", "tag:squad", "cluster"):
        assert not rolled(BILLED, (Dimension(name),)), name
        assert not rolled(BILLED.where(Filter(Dimension(name), Match.IS, "x"))), name


def test_values_and_tag_keys_are_found_by_what_they_contain(sample: Pin) -> None:
    found = sample.ask(choices.values, SERVICE, None, "ELASTIC", 2)
    assert len(found) == 2
    assert all("elastic" in name.lower() for (name,) in found)
    keys = {key for (key,) in sample.ask(choices.keys, "Tags", None)}
    assert "environment" in keys
    assert sample.ask(choices.keys, "x_CostCategories", None) == ()
    assert sample.ask(choices.values, SERVICE, ("none of ours",)) == ()
