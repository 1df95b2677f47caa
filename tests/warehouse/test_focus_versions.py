"""FOCUS files of every version and provider: their columns are found, and what is not ours is kept aside."""

import csv
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.costs.focus import COLUMNS, Kind
from tests.bills import DATA, FOCUS_SAMPLE, a_bill, a_line
from tests.reports import read

HEADERS: dict[str, list[str]] = {
    name: columns.split() for name, columns in json.loads((DATA / "focus_headers.json").read_text()).items()
}
KINDS = {name: column.kind for column in COLUMNS for name in (column.name, *column.aliases)}
VALUES: dict[Kind, tuple[str, Any]] = {
    Kind.NUMBER: ("1.5", Decimal("1.5")),
    Kind.TAGS: ('{"team": "web"}', {"team": "web"}),
    Kind.TEXT: ("some text", "some text"),
}
TIMES = {name: value for name, value in a_line().items() if KINDS[name] is Kind.TIME} | {
    "BillingPeriodEnd": "2026-04-01T00:00:00Z"
}


def a_value(name: str) -> str:
    return TIMES[name] if name in TIMES else VALUES[KINDS.get(name, Kind.TEXT)][0]


def only(path: Path, tmp_path: Path) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The columns nobody expected, and the only line."""
    found, (line,) = read(path, tmp_path / "scratch")
    return found.unknown_columns, line


@pytest.mark.parametrize("version", HEADERS)
def test_every_column_of_every_version_is_read_or_kept_aside(tmp_path: Path, version: str) -> None:
    header = HEADERS[version]
    path = tmp_path / "bill.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, [a_value(name) for name in header]])
    unknown, line = only(path, tmp_path)
    assert unknown == (("Id",) if version == "FOCUS 1.0" else ())
    for column in COLUMNS:
        named = {column.name, *column.aliases} & set(header)
        if column.kind is not Kind.TIME:
            assert line[column.name] == (VALUES[column.kind][1] if named else None), column.name
    ours = {name for column in COLUMNS for name in (column.name, *column.aliases)}
    assert (line["x_Other"] or {}).keys() == set(header) - ours


@pytest.mark.parametrize(
    ("older", "newer", "expected"),
    [("AWS", "", "AWS"), ("", "AWS", "AWS"), ("AWS", "Databricks", "AWS")],
)
def test_a_provider_under_both_names_is_the_first_that_says_something(
    tmp_path: Path, older: str, newer: str, expected: str
) -> None:
    bill = a_bill(tmp_path / "bill.csv", [a_line(ProviderName=older, ServiceProviderName=newer)])
    unknown, line = only(bill, tmp_path)
    assert (line["ProviderName"], line["source"], unknown) == (expected, f"{expected}:111111111111", ())


def aws_parquet(path: Path, columns: Mapping[str, tuple[object, pa.DataType]]) -> Path:
    """As AWS exports FOCUS: doubles, timestamps without a zone, maps."""
    numbers = ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost")
    given: dict[str, pa.Array] = {}
    for name, value in a_line().items():
        if KINDS[name] is Kind.TIME:
            given[name] = pa.array([value]).cast(pa.timestamp("ms", "UTC")).cast(pa.timestamp("ms"))
        elif name in numbers:
            given[name] = pa.array([0.1 + 0.2])
        else:
            given[name] = pa.array([value])
    given |= {name: pa.array([value], kind) for name, (value, kind) in columns.items()}
    pq.write_table(pa.table(given), path)
    return path


def test_awss_parquet_comes_in_exactly_with_nested_values_as_json(tmp_path: Path) -> None:
    text, texts = pa.string(), pa.map_(pa.string(), pa.string())
    details = pa.struct([("InstanceType", text), ("x_More", pa.struct([("CoreCount", pa.int32())]))])
    bill = aws_parquet(
        tmp_path / "bill.parquet",
        {
            "SkuPriceDetails": ({"InstanceType": "m7g.large", "x_More": {"CoreCount": 2}}, details),
            "Tags": ([("team", "web"), ("aws:createdBy", "ann")], texts),
            "x_CostCategories": ([("Unit", "shop")], texts),
            "x_Discounts": ([("EdpDiscount", -0.5)], pa.map_(text, pa.float64())),
            "x_UsageType": ("BoxUsage", text),
        },
    )
    unknown, line = only(bill, tmp_path)
    assert unknown == ()
    assert line["BilledCost"] == Decimal("0.30000000000000004")
    assert json.loads(line["SkuPriceDetails"]) == {"InstanceType": "m7g.large", "x_More": {"CoreCount": 2}}
    assert line["Tags"] == {"team": "web", "aws:createdBy": "ann"}
    assert (line["tag_team"], line["x_CostCategories"]) == ("web", {"Unit": "shop"})
    assert line["x_Other"] == {"x_Discounts": '{"EdpDiscount":-0.5}'}
    assert line["SkuMeter"] == "BoxUsage"


def test_columns_of_other_providers_are_kept_aside_and_named(tmp_path: Path) -> None:
    lines = [a_line(x_SkuTier="Premium", x_Mood=""), a_line(x_SkuTier="", x_Mood="")]
    found, rows = read(a_bill(tmp_path / "bill.csv", lines), tmp_path / "scratch")
    assert found.unknown_columns == ("x_SkuTier", "x_Mood")
    assert [row["x_Other"] for row in rows] == [{"x_SkuTier": "Premium"}, None]


def test_the_samples_stray_column_stays_with_its_line(tmp_path: Path) -> None:
    found, rows = read(FOCUS_SAMPLE, tmp_path / "scratch")
    assert found.unknown_columns == ("Id",)
    assert all(set(row["x_Other"]) == {"Id"} for row in rows)
