"""Every question gets the same answer from DuckDB and from an engine that speaks Spark Connect, row for row and type for type.

The engine here is Sail, in this process; `./pioneer campaign engines` asks a Spark of your own.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest

from core.costs.scope import EVER, SERVICE, Scope
from core.errors import Unavailable
from services.settings import Settings
from services.warehouse import focus_file, questions
from services.warehouse.focus_file import FocusFormat
from services.warehouse.questions import spend
from services.warehouse.warehouse import Warehouse
from tests.bills import FOCUS_SAMPLE, a_bill, a_line
from tests.engines import compared, much
from tests.warehouse.asked import every
from tests.warehouse.conftest import Loader


@pytest.fixture(scope="module")
def sail() -> Iterator[str]:
    """The address of an engine that ends with these tests."""
    from pysail.spark import SparkConnectServer  # noqa: PLC0415  it begins to log when it is imported

    with redirect_stderr(StringIO()):
        server = SparkConnectServer("127.0.0.1", 0)
        server.start()
    yield f"sc://127.0.0.1:{server.listening_address[1]}"
    server.stop()


@pytest.fixture
def asking(sail: str, warehouse: Warehouse, database_url: str) -> Iterator[Warehouse]:
    """The same bill, asked of the other engine."""
    made = Warehouse(database_url, warehouse.directory, engine=sail)
    yield made
    made.close()


def test_every_question_is_answered_alike(
    take: Loader, asking: Warehouse, organisation: UUID, tmp_path: Path
) -> None:
    take(*much(tmp_path))
    asked, differing = compared(asking.pin(organisation))
    assert not differing
    assert asked == len(list(every())) > 100


def test_no_question_is_left_out() -> None:
    there = {
        f"{module.name}.{name}"
        for module in pkgutil.iter_modules(questions.__path__)
        for name, found in vars(importlib.import_module(f"{questions.__name__}.{module.name}")).items()
        if inspect.isfunction(found)
        and found.__module__.endswith(f".{module.name}")
        and not name.startswith("_")
    }
    asked = {f"{q.__module__.rpartition('.')[2]}.{q.__name__}" for _, q, _, _ in every()}
    assert asked == there


def test_a_pinned_state_stays_while_the_bill_changes(
    take: Loader, asking: Warehouse, organisation: UUID, tmp_path: Path
) -> None:
    empty = asking.pin(organisation)
    take(a_bill(tmp_path / "1.csv", [a_line(cost="1")]))
    before = asking.pin(organisation)
    take(a_bill(tmp_path / "2.csv", [a_line(cost="2")]))
    question = spend.spend, Scope(EVER), (SERVICE,), 10
    amounts = [
        [row[2] for row in pinned.ask(*question)] for pinned in (empty, before, asking.pin(organisation))
    ]
    assert amounts == [[], [1], [2]]
    assert asking.pin(UUID(int=1)).ask(*question) == ()


def test_files_are_written_by_the_engine_of_this_process(
    take: Loader, asking: Warehouse, organisation: UUID, tmp_path: Path
) -> None:
    take(FOCUS_SAMPLE)
    count = focus_file.write(asking.pin(organisation), Scope(EVER), tmp_path / "lines.csv", FocusFormat.CSV)
    assert count == 1000


def test_lines_that_another_program_added_are_rolled_up_by_the_engine(
    take: Loader, asking: Warehouse, organisation: UUID, tmp_path: Path
) -> None:
    take(a_bill(tmp_path / "bill.csv", [a_line(cost="1"), a_line(cost="2.5")]))
    for file in (asking.directory / "rollup").rglob("*.parquet"):
        file.unlink()
    [row] = asking.pin(organisation).ask(spend.spend, Scope(EVER), (SERVICE,), 10)
    assert row[2] == 3.5


def test_an_engine_that_does_not_answer_is_unavailable_and_nothing_is_shown_as_zero(
    warehouse: Warehouse, database_url: str, take: Loader, organisation: UUID, tmp_path: Path
) -> None:
    take(a_bill(tmp_path / "bill.csv", [a_line()]))
    nobody = Warehouse(database_url, warehouse.directory, engine="sc://127.0.0.1:9")
    with pytest.raises(Unavailable, match="does not answer"):
        nobody.pin(organisation)
    nobody.close()


@pytest.mark.parametrize("written", ["spark:/host", "http://host", "sc://", "local", "duckdb "])
def test_an_engine_that_is_none_is_refused_at_the_start(written: str) -> None:
    with pytest.raises(ValueError, match="WAREHOUSE_ENGINE"):
        Settings(_env_file=None, WAREHOUSE_ENGINE=written)
