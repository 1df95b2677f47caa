"""Small cost and usage reports, in each of the shapes AWS delivers them: say only what the test is about."""

import csv
import gzip
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from services.warehouse.cur.columns import MAPS, NUMBERS, TIMES
from services.warehouse.staging import Staged, Wanted, reading_connection, stage

Row = Mapping[str, object]
LEGACY_SAMPLE = Path(__file__).parent / "data" / "aws_cur_legacy_sample.csv"


def a_row(kind: str = "Usage", cost: str = "0", **columns: object) -> dict[str, object]:
    """One line of a report in CUR 2.0's columns: an hour of EC2 in production on 2026-03-05; its description is its name in tests."""
    return {
        "line_item_line_item_description": kind,
        "line_item_line_item_type": kind,
        "line_item_unblended_cost": cost,
        "line_item_usage_start_date": "2026-03-05T00:00:00Z",
        "line_item_usage_end_date": "2026-03-05T01:00:00Z",
        "line_item_usage_account_id": "222222222222",
        "line_item_product_code": "AmazonEC2",
        "line_item_usage_type": "EUW1-BoxUsage:m7g.large",
        "line_item_currency_code": "USD",
        "bill_payer_account_id": "111111111111",
        "bill_billing_period_start_date": "2026-03-01T00:00:00Z",
        "bill_billing_period_end_date": "2026-04-01T00:00:00Z",
        "product": {"product_name": "Amazon Elastic Compute Cloud", "region": "eu-west-1"},
    } | columns


def cur2_csv(path: Path, rows: Iterable[Row]) -> Path:
    """CUR 2.0 as CSV: maps are JSON text."""
    return _csv(path.with_suffix(".csv"), [_flat(row) for row in rows])


def cur2_gzip(path: Path, rows: Iterable[Row]) -> Path:
    """The same, gzipped."""
    return _packed(cur2_csv(path, rows))


def cur2_parquet(path: Path, rows: Iterable[Row]) -> Path:
    """CUR 2.0 as Parquet: numbers are doubles, maps are maps."""
    return _parquet(path, list(rows))


def legacy_csv(path: Path, rows: Iterable[Row]) -> Path:
    """The legacy report: `lineItem/UnblendedCost`, a column a tag and a product attribute."""
    return _csv(
        path.with_suffix(".csv"), [_legacy(row, _slashed, "resourceTags/", "costCategory/") for row in rows]
    )


def legacy_gzip(path: Path, rows: Iterable[Row]) -> Path:
    """The same, gzipped, as AWS delivers it."""
    return _packed(legacy_csv(path, rows))


def athena_parquet(path: Path, rows: Iterable[Row]) -> Path:
    """The legacy report's Parquet files for Athena: line_item_unblended_cost, resource_tags_user_team, product_product_name."""
    spread = [_legacy(row, str, "resource_tags_", "cost_category_") for row in rows]
    return _parquet(
        path, [{re.sub(r"[:\-]", "_", name): value for name, value in row.items()} for row in spread]
    )


SHAPES: dict[str, Callable[[Path, Iterable[Row]], Path]] = {
    "CUR 2.0 CSV": cur2_csv,
    "CUR 2.0 CSV.gz": cur2_gzip,
    "CUR 2.0 Parquet": cur2_parquet,
    "legacy CSV": legacy_csv,
    "legacy CSV.gz": legacy_gzip,
    "legacy Parquet": athena_parquet,
}


def read(path: Path, scratch: Path) -> tuple[Staged, list[dict[str, Any]]]:
    """What was found in a file, and its lines in our columns."""
    scratch.mkdir()
    with reading_connection(scratch) as connection:
        found = stage(connection, [path], scratch, Wanted(uuid4()), lambda _: None)
        return found, pq.read_table(found.parts[0].path).to_pylist(maps_as_pydicts="strict")


def line(tmp_path: Path, row: Row, write: Callable[[Path, Iterable[Row]], Path] = cur2_csv) -> dict[str, Any]:
    """The only line of a report, in our columns."""
    _, (only,) = read(write(tmp_path / "report", [row]), tmp_path / "scratch")
    return only


def _packed(plain: Path) -> Path:
    packed = plain.with_suffix(".csv.gz")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    return packed


def _csv(path: Path, rows: list[dict[str, object]]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _parquet(path: Path, rows: list[Row]) -> Path:
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = [pa.array([_typed(name, row.get(name)) for row in rows], _type(name)) for name in names]
    pq.write_table(pa.table(dict(zip(names, columns, strict=True))), path.with_suffix(".parquet"))
    return path.with_suffix(".parquet")


def _type(name: str) -> pa.DataType:
    if name in NUMBERS:
        return pa.float64()
    if name in TIMES:
        return pa.timestamp("ms")
    if name == "discount":
        return pa.map_(pa.string(), pa.float64())
    return pa.map_(pa.string(), pa.string()) if name in MAPS else pa.string()


def _typed(name: str, value: object) -> object:
    if value is None:
        return None
    if name in NUMBERS:
        return float(str(value))
    if name in TIMES:
        return datetime.fromisoformat(str(value)).astimezone(UTC).replace(tzinfo=None)
    return list(value.items()) if isinstance(value, dict) else value


def _flat(row: Row) -> dict[str, object]:
    return {name: json.dumps(value) if isinstance(value, dict) else value for name, value in row.items()}


def _legacy(row: Row, named: Callable[[str], str], tags: str, categories: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in row.items():
        if not isinstance(value, dict):
            found[named(name)] = value
        elif name != "discount":
            prefix = {"product": "product_", "resource_tags": tags, "cost_category": categories}[name]
            found |= {
                named(f"{prefix}{key}") if name == "product" else f"{prefix}{key}": item
                for key, item in value.items()
            }
    return found


_FAMILIES = ("split_line_item", "line_item", "savings_plan", "bill", "pricing", "product", "reservation")


def _slashed(name: str) -> str:
    """The legacy name: line_item_unblended_cost is `lineItem/UnblendedCost`."""
    family = next((family for family in _FAMILIES if name.startswith(f"{family}_")), None)
    if family is None:
        return name
    head, *more = family.split("_")
    rest = "".join(part[:1].upper() + part[1:] for part in name[len(family) + 1 :].split("_"))
    return f"{head}{''.join(part.title() for part in more)}/{rest}"
