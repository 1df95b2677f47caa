"""Each dimension there is, on a bill where it says something: how it is cut, and each way to filter by it."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from core.costs.scope import COLUMNS, EVER, SPLIT, CostType, Dimension, Filter, Match, Scope
from core.money import total
from services.warehouse import answers
from services.warehouse.staging import Staged
from services.warehouse.warehouse import Pin, Warehouse
from tests.bills import a_bill, a_line

Loader = Callable[..., Staged]
BILLED = Scope(EVER, cost=CostType.BILLED)
FILLED = (
    *("ServiceName", "ServiceCategory", "SubAccountId", "RegionId", "AvailabilityZone", "ResourceId"),
    *("ResourceType", "SkuId", "PricingCategory", "CommitmentDiscountId", "PublisherName", "InvoiceId"),
)
COSTS = ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost")


def said(value: str) -> dict[str, str]:
    """What a line says that has this value of everything."""
    tags = {"owner": value, "team": value, "any Key": value}
    return dict.fromkeys(FILLED, value) | {
        "Tags": json.dumps(tags),
        "x_CostCategories": json.dumps({"Unit": value}),
    }


NOTHING = dict.fromkeys(said(""), "")
GAPS = [
    *("service", "service category", "account", "region", "zone", "resource", "resource type", "sku"),
    *("pricing category", "commitment", "publisher", "invoice", "owner"),
    *("tag:team", "tag:any Key", "cost category:Unit"),
]
"""Every dimension that a line may be without; lines of 1 and 2 dollars have one value each, one of 4 has none."""
WHOLE = {
    "day": ("2026-03-02", "2026-04-06", "2026-05-04"),
    "week": ("2026-03-02", "2026-04-06", "2026-05-04"),
    "month": ("2026-03", "2026-04", "2026-05"),
    "charge category": ("Usage", "Purchase", "Credit"),
    "provider": ("Ax", "By", "Cz"),
    "source": ("Ax:1", "By:1", "Cz:1"),
}
"""Those that every line has, and what each of the three says."""
PARTS = [each.name for each in SPLIT]


def test_each_dimension_is_cut_and_filtered_by_is_is_not_contains_and_untagged(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path
) -> None:
    assert {*GAPS, *WHOLE, *PARTS} >= set(COLUMNS)
    lines = [
        a_line(
            cost=cost, day=day, ChargeCategory=category, ProviderName=provider, BillingAccountId="1", **has
        )
        for cost, has, day, category, provider in zip(
            ("1", "2", "4"),
            (said("Ax"), said("By"), NOTHING),
            WHOLE["day"],
            WHOLE["charge category"],
            WHOLE["provider"],
            strict=True,
        )
    ]
    take(a_bill(tmp_path / "bill.csv", lines))
    pinned = warehouse.pin(organisation)
    for name in (*GAPS, *WHOLE):
        filtered_by(pinned, Dimension(name), *WHOLE.get(name, ("Ax", "By", None)), scope=BILLED)


def test_so_is_each_of_those_that_share_an_instance(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path
) -> None:
    none = dict.fromkeys(COSTS, "0")
    shares = [
        a_line(x_Cluster=value, x_Namespace=value, x_Workload=value, x_SplitCost=cost, **none)
        for value, cost in (("Ax", "1"), ("By", "2"))
    ]
    take(a_bill(tmp_path / "bill.csv", [a_line(cost="7"), *shares]))
    for name in PARTS:
        filtered_by(warehouse.pin(organisation), Dimension(name), "Ax", "By", None, scope=Scope(EVER))


def filtered_by(
    pinned: Pin, dimension: Dimension, first: str, second: str, last: str | None, *, scope: Scope
) -> None:
    """Of a bill of 1, 2 and 4 dollars whose lines say `first`, `second` and `last`, each cut and filter has its part."""
    parts = answers.parts(pinned, scope, (dimension,))
    found = {None if part.keys[0] is None else str(part.keys[0]): part.cost for part in parts}
    assert found == {first: 1, second: 2, last: 4}, dimension
    told = first[1:].lower() if first.isalpha() else first
    for match, value, cost in (
        (Match.IS, first, 1),
        (Match.IS_NOT, first, 6),
        (Match.CONTAINS, told, 1),
        (Match.IS, None, 0 if last else 4),
        (Match.IS_NOT, None, 7 if last else 3),
    ):
        only = scope.where(Filter(dimension, match, value))
        assert total(part.cost for part in answers.parts(pinned, only, ())) == cost, (dimension, match)
