"""The warehouse works wherever its directory is."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from core.costs.scope import MONTH, CostType, Dimension
from services.warehouse.warehouse import Warehouse
from tests.bills import a_bill, a_line
from tests.warehouse.test_load import Loader, cut


@pytest.fixture
def warehouse(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Warehouse]:
    """Empty, in a directory whose name a test may choose."""
    made = Warehouse(database_url, tmp_path / getattr(request, "param", "plain") / "warehouse")
    yield made
    made.close()


@pytest.mark.parametrize("warehouse", ["my projects é #1", "100%25 [a]?&'b'"], indirect=True)
def test_a_directory_of_any_name_takes_bills_and_answers(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path, database_url: str
) -> None:
    take(a_bill(tmp_path / "1.csv", [a_line(), a_line(day="2026-02-05")]))
    take(a_bill(tmp_path / "2.csv", [a_line(cost="5")]))
    another_process = Warehouse(database_url, warehouse.directory)
    pinned = another_process.pin(organisation)
    expected = {("2026-02",): Decimal(1), ("2026-03",): Decimal(5)}
    assert cut(pinned, MONTH) == cut(pinned, MONTH, cost=CostType.EFFECTIVE) == expected
    assert cut(pinned, Dimension("resource")) == {("i-1",): Decimal(6)}
    another_process.close()
    assert {path.name for path in tmp_path.iterdir()} == {"1.csv", "2.csv", warehouse.directory.parent.name}


def test_files_that_another_program_names_by_uri_are_found(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path
) -> None:
    take(a_bill(tmp_path / "1.csv", [a_line()]))
    (file,) = warehouse.catalog.plan(warehouse.catalog.token()).files
    warehouse.catalog.replace(organisation, [replace(file, path=f"file://{file.path}")])
    assert warehouse.catalog.plan(warehouse.catalog.token()).files == (file,)
    assert cut(warehouse.pin(organisation), Dimension("resource")) == {("i-1",): Decimal(1)}
