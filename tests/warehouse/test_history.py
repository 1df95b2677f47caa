"""A state of the bill can be asked for a while after it was replaced, then its files go."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from core.costs.scope import CostType, Scope
from core.errors import NotFound
from core.periods import Period
from services.warehouse import answers, history
from services.warehouse.staging import Staged
from services.warehouse.warehouse import Pin, Warehouse
from tests.bills import a_bill, a_line

Loader = Callable[..., Staged]


def total(pinned: Pin) -> Decimal:
    ever = Scope(Period(date(2000, 1, 1), date(2100, 1, 1)), cost=CostType.BILLED)
    return sum((part.cost for part in answers.parts(pinned, ever, ())), Decimal(0))


def age(directory: Path, days: int) -> None:
    """Make all files older."""
    for file in directory.rglob("*"):
        if file.is_file():
            at = file.stat().st_mtime - days * 86400
            os.utime(file, (at, at))


def files(warehouse: Warehouse) -> set[Path]:
    return set((warehouse.directory / "lines").rglob("*.parquet"))


def expire(warehouse: Warehouse, *, days: int = 30) -> history.Expired:
    return history.expire(warehouse, datetime.now(UTC) - timedelta(days=days))


def test_nothing_is_forgotten_where_nothing_was_loaded(warehouse: Warehouse) -> None:
    assert expire(warehouse) == history.Expired(0, 0)


def test_a_replaced_state_stays_until_its_time_is_over_and_then_is_no_longer_kept(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path, database_url: str
) -> None:
    take(a_bill(tmp_path / "1.csv", [a_line()]))
    (first,), token = files(warehouse), warehouse.pin(organisation).token
    age(warehouse.directory, 40)
    take(a_bill(tmp_path / "2.csv", [a_line(cost="2")]))
    assert expire(warehouse).files == 0  # it was replaced just now, however old it is
    assert total(warehouse.pin(organisation, token)) == 1
    assert expire(warehouse, days=-1).states == 1  # as if it were tomorrow, with no day kept
    assert not first.exists()
    later = Warehouse(database_url, warehouse.directory)
    with pytest.raises(NotFound, match="no longer kept"):
        later.pin(organisation, token)
    assert total(later.pin(organisation)) == 2
    later.close()


def test_what_is_there_now_stays_however_old_it_is(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path, database_url: str
) -> None:
    take(a_bill(tmp_path / "1.csv", [a_line()]), a_bill(tmp_path / "2.csv", [a_line(day="2026-04-01")]))
    age(warehouse.directory, 400)
    expire(warehouse)
    expire(warehouse)
    later = Warehouse(database_url, warehouse.directory)
    assert total(later.pin(organisation)) == 2
    later.close()


def test_metadata_that_the_table_no_longer_names_goes(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path
) -> None:
    take(a_bill(tmp_path / "1.csv", [a_line()]))
    kept = set(warehouse.directory.rglob("metadata/*.metadata.json"))
    stray = next(iter(kept)).with_name("00000-stray.metadata.json")
    stray.write_text("{}")
    assert expire(warehouse).files == 0  # it was written just now
    age(warehouse.directory, 40)
    assert expire(warehouse).files == 1
    assert set(warehouse.directory.rglob("metadata/*.metadata.json")) == kept
    assert total(warehouse.pin(organisation)) == 1


def test_files_of_a_load_under_way_stay(warehouse: Warehouse, take: Loader, tmp_path: Path) -> None:
    take(a_bill(tmp_path / "1.csv", [a_line()]))
    young = warehouse.directory / "lines" / "org" / "load" / "part.parquet"
    young.parent.mkdir(parents=True)
    young.write_bytes(b"under way")
    expire(warehouse)
    assert young.exists()
    age(young.parent, 31)
    assert expire(warehouse).files == 1
    assert not young.parent.exists()
