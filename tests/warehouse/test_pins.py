"""Questions are answered while other states of the bill are made ready and forgotten; what states have in common is there once."""

import gc
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from threading import Event
from uuid import UUID

import pytest

from core.costs.scope import EVER, MONTH, CostType, Dimension, Scope
from core.errors import Unavailable
from services.warehouse import answers
from services.warehouse.catalog import Plan
from services.warehouse.questions import spend
from services.warehouse.states import States
from services.warehouse.warehouse import Pin, Warehouse
from tests.bills import a_bill, a_line
from tests.warehouse.conftest import Loader

BILLED = Scope(EVER, cost=CostType.BILLED)
SOON = 20.0


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as made:
        yield made


@pytest.fixture
def months(take: Loader, tmp_path: Path) -> Path:
    """Two months, 1 dollar each; the path is for the next file."""
    take(a_bill(tmp_path / "1.csv", [a_line(day="2026-02-05"), a_line(day="2026-03-05")]))
    return tmp_path / "2.csv"


def by_month(pinned: Pin) -> dict[object, Decimal]:
    return {part.keys[0]: part.cost for part in answers.parts(pinned, BILLED, (MONTH,))}


def states(warehouse: Warehouse, organisation: UUID) -> int:
    """How many the engine has ready."""
    sql = "select count(*) from duckdb_schemas() where schema_name like 'state_%'"
    return int(warehouse.pin(organisation).run(sql)[0][0])


def rolled(warehouse: Warehouse, organisation: UUID) -> int:
    """How many rows of rollups it has in memory."""
    return int(warehouse.pin(organisation).run("select count(*) from bill.main.rollups_0")[0][0])


def being_made(
    warehouse: Warehouse, organisation: UUID, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> tuple[Future[Pin], Event]:
    """The present state, which somebody else is making ready until the event is set."""
    begun, go_on, plan = Event(), Event(), warehouse.catalog.plan

    def held_up(token: str) -> Plan:
        begun.set()
        assert go_on.wait(SOON)
        return plan(token)

    monkeypatch.setattr(warehouse.catalog, "plan", held_up)
    new = pool.submit(warehouse.pin, organisation)
    assert begun.wait(SOON)
    return new, go_on


def test_a_state_answers_while_the_next_one_is_made_ready(
    warehouse: Warehouse,
    organisation: UUID,
    take: Loader,
    months: Path,
    pool: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = warehouse.pin(organisation)
    take(a_bill(months, [a_line(cost="5")]))
    new, go_on = being_made(warehouse, organisation, pool, monkeypatch)
    old = pool.submit(lambda: by_month(warehouse.pin(organisation, before.token)))
    assert old.result(SOON) == {"2026-02": 1, "2026-03": 1}
    assert pool.submit(before.ask, spend.spend, BILLED, (), 9).result(SOON)[0][1] == 2
    assert not new.done()
    go_on.set()
    assert by_month(new.result(SOON)) == {"2026-02": 1, "2026-03": 5}


def test_nobody_waits_for_a_state_that_another_makes_ready_and_none_goes_back_to_the_one_before(
    warehouse: Warehouse,
    organisation: UUID,
    take: Loader,
    months: Path,
    pool: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = warehouse.pin(organisation)
    take(a_bill(months, [a_line(cost="5")]))
    new, go_on = being_made(warehouse, organisation, pool, monkeypatch)
    assert pool.submit(warehouse.pin, organisation).result(SOON) is before
    named = pool.submit(warehouse.pin, organisation, warehouse.catalog.token())
    assert not new.done()
    go_on.set()
    assert named.result(SOON) is new.result(SOON) is warehouse.pin(organisation)
    assert by_month(new.result(SOON)) == {"2026-02": 1, "2026-03": 5}


def test_a_question_under_way_is_answered_though_its_state_is_forgotten(
    warehouse: Warehouse, organisation: UUID, take: Loader, months: Path, pool: ThreadPoolExecutor
) -> None:
    warehouse._pins = States(1)
    begun, go_on = Event(), Event()

    def hold_up(number: int) -> int:
        begun.set()
        assert go_on.wait(SOON)
        return number

    warehouse.pin(organisation)
    assert warehouse.engine._engine is not None
    warehouse.engine._engine.create_function("hold_up", hold_up, [int], int)
    sql = "select hold_up(1), (select sum(BilledCost) from rollup), (select sum(BilledCost) from lines)"
    running = pool.submit(lambda: warehouse.pin(organisation).run(sql))
    assert begun.wait(SOON)
    for cost in ("5", "6", "7"):
        take(a_bill(months, [a_line(cost=cost)]))
        assert by_month(warehouse.pin(organisation)) == {"2026-02": 1, "2026-03": Decimal(cost)}
    gc.collect()
    # the one asked, the present one, and the one before it, which goes with the next
    assert states(warehouse, organisation) == 3
    go_on.set()
    assert running.result(SOON) == ((1, Decimal(2), Decimal(2)),)
    del running
    gc.collect()
    take(a_bill(months, [a_line(cost="8")]))
    assert states(warehouse, organisation) == 2


def test_a_pin_answers_as_long_as_somebody_holds_it(
    warehouse: Warehouse, organisation: UUID, take: Loader, months: Path
) -> None:
    warehouse._pins = States(1)
    before = warehouse.pin(organisation)
    for cost in ("5", "6", "7"):
        take(a_bill(months, [a_line(cost=cost)]))
        warehouse.pin(organisation)
    assert by_month(before) == {"2026-02": 1, "2026-03": 1}
    assert answers.parts(before, BILLED, (Dimension("resource"),))[0].cost == 2


def test_a_month_that_stays_is_not_read_again_and_one_that_goes_leaves_no_row(
    warehouse: Warehouse, organisation: UUID, take: Loader, months: Path
) -> None:
    warehouse._pins = States(1)
    warehouse.pin(organisation)
    february = next(
        f for f in warehouse.catalog.plan(warehouse.catalog.token()).files if f.month == "2026-02"
    )
    warehouse.rollup_file(organisation, UUID(february.load_id)).write_bytes(b"no longer to be read")
    for cost in ("5", "6", "7"):
        take(a_bill(months, [a_line(cost=cost), a_line(cost="0", day="2026-03-09")]))
        assert by_month(warehouse.pin(organisation)) == {"2026-02": 1, "2026-03": Decimal(cost)}
        gc.collect()
    take(a_bill(months, [a_line(cost="8")]))
    gc.collect()
    assert by_month(warehouse.pin(organisation)) == {"2026-02": 1, "2026-03": 8}
    # February, March, and the state before, which goes when the next is made ready
    assert rolled(warehouse, organisation) == 4


@pytest.mark.usefixtures("months")
def test_a_state_that_cannot_be_read_is_tried_again_and_leaves_nothing_behind(
    warehouse: Warehouse, organisation: UUID, tmp_path: Path
) -> None:
    """The files are on a disk that comes back."""
    places = [warehouse.directory / "lines", warehouse.directory / "rollup"]
    for place in places:
        place.rename(tmp_path / place.name)
    for _ in range(2):
        with pytest.raises(Unavailable):
            warehouse.pin(organisation)
    for place in places:
        shutil.rmtree(place, ignore_errors=True)
        (tmp_path / place.name).rename(place)
    assert by_month(warehouse.pin(organisation)) == {"2026-02": 1, "2026-03": 1}
    assert states(warehouse, organisation) == 1
    assert rolled(warehouse, organisation) == 2


def test_each_organisation_has_its_own_bill_under_the_same_words(
    warehouse: Warehouse, organisation: UUID, take: Loader, months: Path
) -> None:
    other = UUID(int=7)
    take(a_bill(months, [a_line(cost="9")]), whose=other)
    mine, theirs = warehouse.pin(organisation), warehouse.pin(other)
    assert mine.sql(spend.spend, BILLED, (MONTH,), 9) is theirs.sql(spend.spend, BILLED, (MONTH,), 9)
    assert (by_month(mine), by_month(theirs)) == ({"2026-02": 1, "2026-03": 1}, {"2026-03": 9})
