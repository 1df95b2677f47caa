"""Bills are taken in whole, once, and on the record."""

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.access.roles import User
from core.costs.load import LoadReport, Outcome
from core.costs.scope import CostType, Scope
from core.errors import Invalid
from core.periods import Period
from services.context import Context
from services.db.stores import loads, records
from services.db.tables.loads import loads as load_table
from services.db.tables.records import events
from services.usecases import costs, ingest
from services.warehouse import load as warehouse_load
from services.warehouse.staging import Wanted
from tests.bills import FOCUS_SAMPLE, MYBINDER, a_bill, a_line

MARCH = Scope(Period(date(2026, 3, 1), date(2026, 4, 1)), cost=CostType.BILLED)


def take(
    ctx: Context, organisation_id: UUID, *paths: Path, source: str | None = None, replace: bool = False
) -> tuple[LoadReport, ...]:
    return ingest.files(ctx, organisation_id, paths, source=source, replace=replace)


def march(ctx: Context, user: User) -> Decimal:
    return costs.table(ctx, user, MARCH, ()).total


def states(ctx: Context) -> list[str]:
    with ctx.begin() as db:
        return sorted(db.execute(select(load_table.c.state)).scalars())


def test_the_report_of_the_focus_sample_ties_to_its_published_totals(
    ctx: Context, organisation_id: UUID
) -> None:
    reports = take(ctx, organisation_id, FOCUS_SAMPLE)
    assert sum(report.rows for report in reports) == 1000
    september = [report for report in reports if report.month == date(2024, 9, 1)]
    assert sum(report.rows for report in september) == 999
    assert sum(report.totals["BilledCost"]["USD"] for report in september) == Decimal("20.28022672899")
    october = next(report for report in reports if report.month == date(2024, 10, 1))
    assert (october.source, october.rows, october.totals["BilledCost"]["USD"]) == (
        "Oracle:20209880",
        1,
        Decimal("0.24"),
    )


def test_the_same_files_again_change_nothing(ctx: Context, organisation_id: UUID) -> None:
    first = take(ctx, organisation_id, MYBINDER)
    token = ctx.warehouse.pin(organisation_id).token
    again = take(ctx, organisation_id, MYBINDER)
    assert {report.outcome for report in first} == {Outcome.LOADED}
    assert {report.outcome for report in again} == {Outcome.UNCHANGED}
    assert [(report.month, report.rows, report.totals) for report in again] == [
        (report.month, report.rows, report.totals) for report in first
    ]
    assert ctx.warehouse.pin(organisation_id).token == token


def test_an_older_version_given_again_is_loaded_again(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path
) -> None:
    old = a_bill(tmp_path / "old.csv", [a_line()])
    new = a_bill(tmp_path / "new.csv", [a_line(cost="2")])
    outcomes = [take(ctx, organisation_id, path, replace=True)[0].outcome for path in (old, new, old)]
    assert outcomes == [Outcome.LOADED, Outcome.REPLACED, Outcome.REPLACED]
    assert march(ctx, viewer) == Decimal(1)
    assert take(ctx, organisation_id, old)[0].outcome is Outcome.UNCHANGED


def test_a_load_is_on_the_record(ctx: Context, organisation_id: UUID, tmp_path: Path) -> None:
    take(ctx, organisation_id, a_bill(tmp_path / "bill.csv", [a_line(cost="1.50")]))
    with ctx.begin() as db:
        audit = records.audit_rows(db, organisation_id)
        event = db.execute(select(events.c.type, events.c.data)).one()
    assert [(row.actor, row.action, row.subject) for row in audit] == [
        ("system:ingest", "BillsIngested", "AWS:111111111111")
    ]
    assert event.type == "BillsIngested"
    assert event.data["totals"]["BilledCost"] == {"USD": "1.5"}
    assert (event.data["month"], event.data["rows"]) == ("2026-03", 1)


def test_a_bad_bill_leaves_no_intent_behind(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path
) -> None:
    take(ctx, organisation_id, a_bill(tmp_path / "good.csv", [a_line()]))
    with pytest.raises(Invalid, match=r"bad\.csv, row 2"):
        take(ctx, organisation_id, a_bill(tmp_path / "bad.csv", [a_line(cost="x")]))
    assert states(ctx) == ["settled"]
    assert march(ctx, viewer) == Decimal(1)
    with ctx.begin() as db:
        last = records.audit_rows(db, organisation_id)[-1]
    assert (last.action, last.subject) == ("BillsRefused", "bad.csv")


COSTS = st.integers(-(10**24), 10**24).map(lambda digits: Decimal(digits).scaleb(-20))


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(costs_of_lines=st.lists(COSTS, min_size=1, max_size=30), random=st.randoms(use_true_random=False))
def test_a_bills_total_is_the_sum_of_its_lines_in_any_order(
    ctx: Context,
    organisation_id: UUID,
    viewer: User,
    tmp_path: Path,
    costs_of_lines: list[Decimal],
    random: Random,
) -> None:
    lines = [a_line(cost=format(cost, "f"), BillingAccountId="hypothesis") for cost in costs_of_lines]
    random.shuffle(lines)
    take(ctx, organisation_id, a_bill(tmp_path / "bill.csv", lines), replace=True)
    assert march(ctx, viewer) == sum(costs_of_lines, Decimal(0))


KILLED = """
import os, signal, sys
from pathlib import Path
from uuid import UUID
from services.bootstrap import open_context
from services.settings import Settings
from services.usecases import ingest

url, data, organisation, bill, moment = sys.argv[1:]
ctx = open_context(Settings(_env_file=None, DATABASE_URL=url, PIONEER_DATA=Path(data)))

def progress(message):
    if message.startswith(moment):
        os.kill(os.getpid(), signal.SIGKILL)

ingest.files(ctx, UUID(organisation), [Path(bill)], on_progress=progress)
"""


def killed_at(moment: str, ctx: Context, organisation_id: UUID, bill: Path) -> int:
    assert ctx.settings.database_url is not None
    words = [
        ctx.settings.database_url.get_secret_value(),
        str(ctx.settings.data),
        str(organisation_id),
        str(bill),
        moment,
    ]
    return subprocess.run(
        [sys.executable, "-c", KILLED, *words], check=False, cwd=Path.cwd(), env=os.environ
    ).returncode


@pytest.mark.parametrize(
    ("moment", "total", "state"), [("Publishing", 1, "failed"), ("Recording", 2, "settled")]
)
def test_a_load_killed_midway_is_finished_by_whoever_comes_next(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path, moment: str, total: int, state: str
) -> None:
    take(ctx, organisation_id, a_bill(tmp_path / "old.csv", [a_line()]))
    new = a_bill(tmp_path / "new.csv", [a_line(cost="2")])
    assert killed_at(moment, ctx, organisation_id, new) == -signal.SIGKILL
    assert march(ctx, viewer) == Decimal(total)
    assert "intended" in states(ctx)
    assert ingest.settle_intents(ctx) == 1
    assert states(ctx) == sorted([state, "settled" if state == "failed" else "superseded"])
    kept = {path.parent.name for path in (ctx.warehouse.directory / "lines").rglob("*.parquet")}
    assert len(kept) == (1 if state == "failed" else 2)
    assert not list((ctx.warehouse.directory / "scratch").iterdir())
    take(ctx, organisation_id, new)
    assert march(ctx, viewer) == Decimal(2)


def test_of_two_loads_of_a_month_the_one_in_the_warehouse_stands_whoever_settles_last(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path
) -> None:
    first = a_bill(tmp_path / "first.csv", [a_line()])
    second = a_bill(tmp_path / "second.csv", [a_line(cost="2")])

    def overtake(said: str) -> None:
        if said.startswith("Recording"):  # the first is published and not yet settled
            take(ctx, organisation_id, second)

    ingest.files(ctx, organisation_id, [first], on_progress=overtake)
    with ctx.begin() as db:
        (standing,) = loads.standing(db, organisation_id)
    assert standing.totals is not None
    assert Decimal(standing.totals["BilledCost"]["USD"]) == march(ctx, viewer) == Decimal(2)
    assert states(ctx) == ["settled", "superseded"]


def test_a_load_that_a_living_process_works_on_is_left_to_it(ctx: Context, organisation_id: UUID) -> None:
    load = loads.Load(uuid4(), organisation_id, "s", date(2026, 3, 1), "v", started_at=datetime.now(UTC))
    with ctx.begin() as db:
        loads.intend(db, [load])
    with ctx.warehouse.catalog.owning([load.id]):
        assert ingest.settle_intents(ctx) == 0
        assert states(ctx) == ["intended"]
    assert ingest.settle_intents(ctx) == 1
    assert states(ctx) == ["failed"]


def test_a_load_that_does_not_add_up_is_not_published(
    ctx: Context, organisation_id: UUID, tmp_path: Path
) -> None:
    bill = a_bill(tmp_path / "bill.csv", [a_line(), a_line()])
    wanted = Wanted(organisation_id)
    with warehouse_load.staged(ctx.warehouse, uuid4(), [bill], wanted, lambda _: None) as (
        connection,
        staged,
    ):
        part = staged.parts[0].path
        pq.write_table(pq.read_table(part).slice(1), part)
        with pytest.raises(Invalid, match="the month that was there stands"):
            warehouse_load.replace_months(
                ctx.warehouse, connection, organisation_id, staged, staged.ids, lambda _: None
            )
    assert ctx.warehouse.pin(organisation_id).token == ""
