"""Our own price table: CSV files with their sources beside them (NOTICES.md), read once a process."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from core.prices import InstanceType, Price, PriceBook

AS_OF = date(2026, 7, 20)
US = "us-east-1"
EU = "eu-west-1"
EU_FACTOR = Decimal("1.10")
"""No public source prices eu-west-1 under a free licence, so its prices are scaled and marked demo."""
_DIGITS = Decimal("0.0000000001")
"""Prices are kept to ten decimals, as AWS's smallest are; money multiplied from them stays exact."""
_KARPENTER = "aws/karpenter-provider-aws"
_PAGES = "AWS price pages"


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _both_regions(item: str, unit: str, usd: Decimal, source: str) -> tuple[Price, Price]:
    scaled = f"{source}, us-east-1 times {EU_FACTOR}"
    there = (usd * EU_FACTOR).quantize(_DIGITS).normalize()
    return (Price(item, US, unit, usd, source, AS_OF), Price(item, EU, unit, there, scaled, AS_OF, demo=True))


@cache
def prices() -> Sequence[Price]:
    """Every price we know: US dollars, on demand, first tier."""
    compute = (
        _both_regions(f"ec2:{row['instance_type']}", "Hrs", Decimal(row["usd_per_hour"]), _KARPENTER)
        for row in _rows("ec2_us_east_1_on_demand.csv")
    )
    others = (
        _both_regions(row["item"], row["unit"], Decimal(row["us_east_1_usd"]), _PAGES)
        for row in _rows("services.csv")
    )
    return tuple(price for pairs in (compute, others) for pair in pairs for price in pair)


@cache
def book() -> PriceBook:
    """All prices, to look up by region and item."""
    return PriceBook(prices())


def price(region: str, item: str, unit: str) -> Price | None:
    """The price of `item` in `region` if it is asked in the `unit` it is sold in; else None."""
    found = book().find(region, item)
    return found if found is not None and found.unit == unit else None


@cache
def instance_types() -> Mapping[str, InstanceType]:
    """EC2 instance types by name."""
    return {
        row["instance_type"]: InstanceType(
            name=row["instance_type"],
            vcpu=int(row["vcpu"]),
            memory_mib=int(row["memory_mib"]),
            architecture=row["arch"].rpartition("|")[2],
            current_generation=row["current_generation"] == "True",
            burstable=row["burstable"] == "True",
            ebs_mbps=_number(row["ebs_mbps"]),
            ebs_iops=int(row["ebs_iops"]) if row["ebs_iops"] else None,
            network_mbps=_number(row["network_mbps"]),
            instance_store_gb=int(row["instance_store_gb"]),
        )
        for row in _rows("ec2_us_east_1_on_demand.csv")
    }


def _number(text: str) -> float | None:
    return float(text) if text else None
