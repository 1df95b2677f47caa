"""Data written before a column existed is read as it was written, and the table takes the new columns."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import duckdb
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.table import Table
from pyiceberg.transforms import IdentityTransform

from core.costs.scope import CostType, Dimension, Scope
from core.periods import Period
from services.warehouse import answers, catalog, load
from services.warehouse.catalog import NAME, TABLE, DataFile
from services.warehouse.columns import LINES, OTHER, PARTITION
from services.warehouse.iceberg import schema
from services.warehouse.staging import Staged, Wanted
from services.warehouse.values import literal
from services.warehouse.warehouse import Warehouse
from tests.bills import a_bill, a_line

Loader = Callable[..., Staged]
NEW = {OTHER, "x_Cluster", "x_SplitCost", "x_CostCategories", "BillingAccountType"}
OLD = tuple(column for column in LINES if column.name not in NEW)
EVER = Scope(Period(date(2000, 1, 1), date(2100, 1, 1)), cost=CostType.BILLED)


def an_old_table(warehouse: Warehouse, url: str) -> Table:
    """As it was made before the new columns."""
    made = schema(OLD)
    fields = (
        PartitionField(made.find_field(name).field_id, 1000 + place, IdentityTransform(), name)
        for place, name in enumerate(PARTITION)
    )
    known = SqlCatalog(NAME, uri=url, warehouse=str(warehouse.directory))
    known.create_namespace_if_not_exists(catalog.NAMESPACE)
    properties = {"format-version": "2", "schema.name-mapping.default": made.name_mapping.model_dump_json()}
    return known.create_table(TABLE, made, partition_spec=PartitionSpec(*fields), properties=properties)


def an_old_month(warehouse: Warehouse, organisation: UUID, bill: Path) -> DataFile:
    """A month's file as it was written then: where loads kept one file each, and without the new columns."""
    load_id = uuid4()
    path = warehouse.directory / "lines" / str(organisation) / f"{load_id}.parquet"
    path.parent.mkdir(parents=True)
    with load.staged(warehouse, uuid4(), [bill], Wanted(organisation), lambda _: None) as (
        connection,
        staged,
    ):
        columns = ", ".join(
            f"{literal(str(load_id))} as load_id" if column.name == "load_id" else column.name
            for column in OLD
        )
        part = connection.read_parquet(str(staged.parts[0].path))
        part.project(columns).write_parquet(str(path))
        (month,) = staged.months
    return DataFile(str(path), str(organisation), month.source, month.month, str(load_id), month.rows)


def test_an_older_table_takes_the_new_columns_and_keeps_its_months(
    warehouse: Warehouse, organisation: UUID, tmp_path: Path, database_url: str, take: Loader
) -> None:
    table = an_old_table(warehouse, database_url)
    ids = {field.name: field.field_id for field in table.schema().fields}
    old = an_old_month(
        warehouse, organisation, a_bill(tmp_path / "old.csv", [a_line(PublisherName="AWS", day="2026-02-01")])
    )
    catalog._overwrite(table, [], [old])
    new = a_line(cost="2", PublisherName="Amazon", Surprise="kept")
    take(a_bill(tmp_path / "new.csv", [new]))
    table.refresh()
    assert {name: table.schema().find_field(name).field_id for name in ids} == ids
    assert {field.name for field in table.schema().fields} == {column.name for column in LINES}
    pinned = warehouse.pin(organisation)
    by_publisher = answers.parts(pinned, EVER, (Dimension("publisher"),))
    assert {part.keys: part.cost for part in by_publisher} == {
        ("AWS",): Decimal(1),
        ("Amazon",): Decimal(2),
    }
    rows = pinned.ask(lambda tables: tables.lines.order_by("billing_month").select("BilledCost", OTHER))
    assert rows == ((Decimal(1), None), (Decimal(2), {"Surprise": "kept"}))


def test_another_program_reads_old_and_new_months_through_the_table(
    warehouse: Warehouse, organisation: UUID, tmp_path: Path, database_url: str, take: Loader
) -> None:
    table = an_old_table(warehouse, database_url)
    old = an_old_month(warehouse, organisation, a_bill(tmp_path / "old.csv", [a_line(day="2026-02-01")]))
    catalog._overwrite(table, [], [old])
    take(a_bill(tmp_path / "new.csv", [a_line(cost="2", Surprise="kept")]))
    table.refresh()
    fields = ("billing_month", "BilledCost", OTHER)
    with duckdb.connect() as connection:
        connection.register("seen", table.scan(selected_fields=fields).to_arrow())
        rows = connection.execute("select * from seen order by billing_month").fetchall()
    assert rows == [("2026-02", Decimal(1), None), ("2026-03", Decimal(2), {"Surprise": "kept"})]
