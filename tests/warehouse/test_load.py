"""Bills go in whole and exact."""

import gzip
import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from core.costs.filters import parse_all
from core.costs.scope import DAY, MONTH, SERVICE, CostType, Dimension, Scope
from core.periods import Period
from services.warehouse import answers
from services.warehouse.staging import Staged
from services.warehouse.warehouse import Pin, Warehouse
from tests.bills import FOCUS_SAMPLE, MYBINDER, a_bill, a_line

EVER = Period(date(2000, 1, 1), date(2100, 1, 1))
PROVIDER = Dimension("provider")
Loader = Callable[..., Staged]


def cut(
    pinned: Pin, *by: Dimension, cost: CostType = CostType.BILLED, **scope: object
) -> dict[tuple[object, ...], Decimal]:
    found = answers.parts(pinned, Scope(EVER, cost=cost, **scope), by)  # type: ignore[arg-type]  # a test's shorthand
    return {part.keys: part.cost for part in found}


def test_the_focus_sample_ties_to_its_published_totals(
    warehouse: Warehouse, organisation: UUID, take: Loader
) -> None:
    take(FOCUS_SAMPLE)
    pinned = warehouse.pin(organisation)
    assert cut(pinned) == {(): Decimal("20.52022672899")}
    assert cut(pinned, cost=CostType.EFFECTIVE) == {(): Decimal("14.97651418586")}
    assert cut(pinned, cost=CostType.LIST) == {(): Decimal("20.39090575119")}
    assert cut(pinned, cost=CostType.CONTRACTED) == {(): Decimal("14.97626039326")}
    assert cut(pinned, MONTH) == {("2024-09",): Decimal("20.28022672899"), ("2024-10",): Decimal("0.24")}


def test_the_focus_sample_has_its_rows_by_provider(take: Loader) -> None:
    found = take(FOCUS_SAMPLE)
    rows = {}
    for month in found.months:
        provider = month.source.split(":")[0]
        rows[provider] = rows.get(provider, 0) + month.rows
    assert rows == {"AWS": 942, "Microsoft": 51, "Oracle": 7}
    assert found.unknown_columns == ("Id",)


def test_lines_without_a_contracted_cost_are_counted_as_unknown(
    warehouse: Warehouse, organisation: UUID, take: Loader
) -> None:
    take(FOCUS_SAMPLE)
    parts = answers.parts(warehouse.pin(organisation), Scope(EVER, cost=CostType.CONTRACTED), (PROVIDER,))
    assert {part.keys[0]: part.unknown for part in parts} == {"AWS": 0, "Microsoft": 0, "Oracle": 7}


def test_mybinders_bill_is_read_by_category_alone(
    warehouse: Warehouse, organisation: UUID, take: Loader
) -> None:
    take(MYBINDER)
    pinned = warehouse.pin(organisation)
    assert cut(pinned) == {(): Decimal("110623.6557490000003130955")}
    days = {keys[0] for keys in cut(pinned, DAY)}
    assert len(days) == 671
    assert date(2018, 2, 3) not in days


def test_gzipped_and_parquet_bills_give_the_same_as_plain_csv(take: Loader, tmp_path: Path) -> None:
    take(FOCUS_SAMPLE)
    packed, parquet, both = tmp_path / "a.csv.gz", tmp_path / "a.parquet", tmp_path / "b.parquet.gz"
    with gzip.open(packed, "wb") as target, FOCUS_SAMPLE.open("rb") as plain:
        shutil.copyfileobj(plain, target)
    duckdb.read_csv(str(FOCUS_SAMPLE), all_varchar=True, na_values="NULL").write_parquet(str(parquet))
    with gzip.open(both, "wb") as target, parquet.open("rb") as plain:
        shutil.copyfileobj(plain, target)
    expected = take(FOCUS_SAMPLE).months
    for path in (packed, parquet, both):
        assert take(path, whose=uuid4()).months == expected


def test_typed_parquet_is_read_as_exactly_as_text(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path
) -> None:
    lines = [a_line(cost="0.1"), a_line(cost="0.2"), a_line(cost="0.0000001234")]
    names = list(lines[0])
    columns: dict[str, list[object]] = {name: [line[name] for line in lines] for name in names}
    columns["BilledCost"] = [0.1, 0.2, 1.234e-07]
    columns["EffectiveCost"] = [Decimal("0.10000000000"), Decimal("0.2"), Decimal("0.0000001234")]
    columns["Tags"] = [[("team", "checkout")], [("team", "search")], None]
    types = {"Tags": pa.map_(pa.string(), pa.string())}
    path = tmp_path / "typed.parquet"
    pq.write_table(
        pa.table({name: pa.array(values, types.get(name)) for name, values in columns.items()}), path
    )
    take(path)
    pinned = warehouse.pin(organisation)
    assert cut(pinned) == cut(pinned, cost=CostType.EFFECTIVE) == {(): Decimal("0.3000001234")}
    assert cut(pinned, Dimension("tag:team")) == {
        ("checkout",): Decimal("0.1"),
        ("search",): Decimal("0.2"),
        (None,): Decimal("0.0000001234"),
    }


def test_doubles_that_had_to_be_rounded_are_counted(take: Loader, tmp_path: Path) -> None:
    lines = [a_line(), a_line()]
    columns: dict[str, list[object]] = {name: [line[name] for line in lines] for name in lines[0]}
    columns["BilledCost"] = [1.2345678901234567e-10, 0.5]
    path = tmp_path / "doubles.parquet"
    pq.write_table(pa.table(columns), path)
    assert take(path).rounded == 1


def test_a_later_version_replaces_its_month_and_no_other(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path
) -> None:
    take(
        a_bill(
            tmp_path / "1.csv", [a_line(day="2026-02-05"), a_line(day="2026-03-05"), a_line(day="2026-03-06")]
        )
    )
    take(a_bill(tmp_path / "other.csv", [a_line(cost="7", BillingAccountId="999")]))
    take(a_bill(tmp_path / "2.csv", [a_line(cost="5")]))
    assert cut(warehouse.pin(organisation), MONTH, Dimension("source")) == {
        ("2026-02", "AWS:111111111111"): Decimal(1),
        ("2026-03", "AWS:111111111111"): Decimal(5),
        ("2026-03", "AWS:999"): Decimal(7),
    }


def test_a_named_source_stands_beside_the_others(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path
) -> None:
    bill = a_bill(tmp_path / "1.csv", [a_line()])
    take(bill)
    take(bill, source="finance's copy")
    assert cut(warehouse.pin(organisation), Dimension("source")) == {
        ("AWS:111111111111",): Decimal(1),
        ("finance's copy",): Decimal(1),
    }


def test_files_given_together_are_one_version_of_their_month(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path
) -> None:
    take(a_bill(tmp_path / "1.csv", [a_line()]), a_bill(tmp_path / "2.csv", [a_line(cost="2")]))
    assert cut(warehouse.pin(organisation)) == {(): Decimal(3)}


def test_another_organisation_sees_nothing_of_it(warehouse: Warehouse, take: Loader, tmp_path: Path) -> None:
    take(a_bill(tmp_path / "1.csv", [a_line()]))
    assert cut(warehouse.pin(uuid4())) == {}


def test_replacing_a_month_leaves_the_same_month_of_another_organisation(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path
) -> None:
    other = uuid4()
    bill = a_bill(tmp_path / "1.csv", [a_line()])
    take(bill, whose=other)
    take(bill)
    take(a_bill(tmp_path / "2.csv", [a_line(cost="2")]))
    assert cut(warehouse.pin(other)) == {(): Decimal(1)}
    assert cut(warehouse.pin(organisation)) == {(): Decimal(2)}


def test_a_pin_keeps_its_bill_while_the_month_is_replaced(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path
) -> None:
    take(a_bill(tmp_path / "1.csv", [a_line()]))
    before = warehouse.pin(organisation)
    take(a_bill(tmp_path / "2.csv", [a_line(cost="2")]))
    assert cut(before) == cut(warehouse.pin(organisation, before.token)) == {(): Decimal(1)}
    assert cut(before, Dimension("resource")) == {("i-1",): Decimal(1)}
    assert cut(warehouse.pin(organisation)) == {(): Decimal(2)}


def test_another_process_sees_the_same_bill(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path, database_url: str
) -> None:
    take(a_bill(tmp_path / "1.csv", [a_line()]))
    other = Warehouse(database_url, warehouse.directory)
    assert cut(other.pin(organisation)) == {(): Decimal(1)}
    assert other.pin(organisation).token == warehouse.pin(organisation).token
    other.close()


def test_rollup_and_lines_give_the_same_answer(
    warehouse: Warehouse, organisation: UUID, take: Loader
) -> None:
    take(FOCUS_SAMPLE)
    pinned = warehouse.pin(organisation)
    for by in (DAY, SERVICE, Dimension("account"), Dimension("region"), Dimension("tag:environment")):
        from_lines: dict[tuple[object, ...], Decimal] = {}
        for (key, _), cost in cut(pinned, by, Dimension("resource")).items():
            from_lines[key,] = from_lines.get((key,), Decimal(0)) + cost
        assert cut(pinned, by) == from_lines, by


def test_a_bill_without_its_rollup_is_rolled_up_again(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path, database_url: str
) -> None:
    take(a_bill(tmp_path / "1.csv", [a_line()]))
    shutil.rmtree(warehouse.directory / "rollup")
    other = Warehouse(database_url, warehouse.directory)
    assert cut(other.pin(organisation), SERVICE) == {("Amazon Elastic Compute Cloud",): Decimal(1)}
    other.close()


def test_an_unpromoted_tag_is_read_from_the_lines(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path
) -> None:
    take(a_bill(tmp_path / "1.csv", [a_line(Tags='{"squad": "red"}'), a_line(cost="2", Tags="")]))
    pinned = warehouse.pin(organisation)
    assert cut(pinned, Dimension("tag:squad")) == {("red",): Decimal(1), (None,): Decimal(2)}
    assert cut(pinned, filters=parse_all(["tag:squad="])) == {(): Decimal(2)}
    assert cut(pinned, filters=parse_all(["tag:squad=red"])) == {(): Decimal(1)}


def test_credits_refunds_and_tax_can_be_left_out(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path
) -> None:
    take(
        a_bill(
            tmp_path / "1.csv",
            [
                a_line(cost="100"),
                a_line(cost="-10", ChargeCategory="Credit"),
                a_line(cost="-5", ChargeClass="Correction"),
                a_line(cost="-2", ChargeCategory="Adjustment"),
                a_line(cost="20", ChargeCategory="Tax"),
            ],
        )
    )
    pinned = warehouse.pin(organisation)
    assert cut(pinned) == {(): Decimal(103)}
    assert cut(pinned, credits=False) == {(): Decimal(113)}
    assert cut(pinned, refunds=False) == {(): Decimal(110)}
    assert cut(pinned, tax=False) == {(): Decimal(83)}
