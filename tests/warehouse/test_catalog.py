"""What the Iceberg table is asked while several threads look at it."""

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

from services.warehouse.catalog import _evaluator, _write_whole
from services.warehouse.iceberg import Steady
from services.warehouse.warehouse import Warehouse
from tests.bills import a_bill, a_line
from tests.warehouse.conftest import Loader


def test_threads_that_look_for_files_that_go_share_nothing_that_remembers(
    warehouse: Warehouse, take: Loader, tmp_path: Path
) -> None:
    for month in ("2026-01", "2026-02", "2026-01"):
        take(a_bill(tmp_path / "bill.csv", [a_line(day=f"{month}-05")]))
    with warehouse.catalog.writing() as table, table.transaction() as transaction:
        change = transaction.update_snapshot().overwrite()
        change.delete_data_file(next(task.file for task in table.scan().plan_files()))
        change._build_delete_files_partition_predicate()
        manifests = table.current_snapshot().manifests(table.io)
        looks = _evaluator(change, 0)
        alone = [looks(manifest) for manifest in manifests]
        assert set(alone) == {True, False}
        # Whoever is interrupted at every line of one look by another's look at other manifests still sees its own.
        assert [interrupted(looks, manifest, manifests) for manifest in manifests] == alone


def test_a_state_names_as_many_manifests_as_it_has_months_however_often_they_were_replaced(
    warehouse: Warehouse, take: Loader, tmp_path: Path
) -> None:
    for number in range(9):
        day = f"2026-0{number % 3 + 1}-05"
        take(a_bill(tmp_path / "bill.csv", [a_line(day=day, cost=str(number + 1))]))
    with warehouse.catalog.writing() as table:
        assert (
            len(table.current_snapshot().manifests(table.io)) == 4
        )  # and one that says what the last load replaced
        assert len(list(table.scan().plan_files())) == 3


def test_a_commit_writes_the_table_s_metadata_down_once(
    warehouse: Warehouse, take: Loader, tmp_path: Path
) -> None:
    def written() -> set[Path]:
        return set(warehouse.directory.rglob("metadata/*.metadata.json"))

    take(a_bill(tmp_path / "bill.csv", [a_line(cost="1")]))
    before = written()
    take(a_bill(tmp_path / "bill.csv", [a_line(cost="2")]))
    assert [file.name for file in written() - before] == [warehouse.catalog.token()]


def test_a_commit_works_its_metadata_out_once_an_update_however_often_it_looks(
    warehouse: Warehouse, take: Loader, tmp_path: Path
) -> None:
    take(a_bill(tmp_path / "bill.csv", [a_line()]))
    with warehouse.catalog.writing() as table:
        transaction = Steady(table)
        first = transaction.table_metadata
        assert first == table.metadata
        assert transaction.table_metadata is first
        transaction.set_properties(colour="green")
        second = transaction.table_metadata
        assert second.properties["colour"] == "green"
        assert "colour" not in first.properties
        assert transaction.table_metadata is second


def interrupted(looks: Callable[[object], bool], mine: object, others: Sequence[object]) -> bool:
    """The answer about `mine` to one who, at each call made meanwhile, has another look at all."""

    def meanwhile(frame: FrameType, event: str, _arg: object) -> None:
        if event == "call" and frame.f_code.co_name.startswith("visit"):
            sys.setprofile(None)
            for other in others:
                looks(other)
            sys.setprofile(meanwhile)

    sys.setprofile(meanwhile)
    try:
        return looks(mine)
    finally:
        sys.setprofile(None)


def test_a_state_that_several_write_down_at_once_is_written_down(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(_write_whole, path, "all of it") for _ in range(400)]:
            done.result()
    assert path.read_text() == "all of it"
    assert list(tmp_path.iterdir()) == [path]
