"""A fresh installation for one campaign: a data directory and a database of its own, and what is asked of it afterwards."""

import argparse
import importlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from services.bootstrap import open_context
from services.context import Context
from services.db import embedded, migrate
from services.db.stores import access, load_runs
from services.db.tables.loads import loads
from services.settings import load
from services.usecases import ingest
from services.warehouse.warehouse import Tables

WARM = (
    "pyiceberg.catalog.sql",
    "pyiceberg.io.pyarrow",
    "services.commands.ingest",
    "services.warehouse.iceberg",
)
"""What each forked process would otherwise import for itself."""
State = dict[tuple[str, str], tuple[int, Decimal]]
"""(Source, billing month) -> rows and billed cost."""


def words(description: str, full: int) -> argparse.Namespace:
    """What every campaign is told: how often, which seed, and whose database."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--count", type=int, default=full, help="how often (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="repeats a campaign; printed by each")
    parser.add_argument("--url", help="an empty, migrated database (default: an embedded one)")
    parser.add_argument("--defect", action="store_true", help="plant a defect that the campaign must find")
    return parser.parse_args()


@contextmanager
def fresh(url: str | None) -> Iterator[Path]:
    """A data directory that goes afterwards, with an organisation; processes forked within open it by the environment's settings."""
    for name in WARM:
        importlib.import_module(name)
    with tempfile.TemporaryDirectory(prefix="pc-") as folder:
        data = Path(folder) / "home"
        os.environ |= {"PIONEER_DATA": str(data), "DATABASE_URL": url or embedded.url(Path(folder))}
        with opened() as ctx:
            if migrate.pending(ctx.engine):
                migrate.upgrade(ctx.engine)
            with ctx.begin() as db:
                access.add_organisation(db, uuid4(), "Campaign", ctx.now())
        yield data


@contextmanager
def opened() -> Iterator[Context]:
    """The context as any process of ours opens it."""
    ctx = open_context(load())
    try:
        yield ctx
    finally:
        ctx.warehouse.close()
        ctx.engine.dispose()


def organisation(ctx: Context) -> UUID:
    """The only one."""
    with ctx.begin() as db:
        found = access.first_organisation(db)
    assert found is not None
    return found


def bill_of(ctx: Context) -> tuple[State, State]:
    """The bill in one pinned state, added up from its lines and from its rollup."""
    pinned = ctx.warehouse.pin(organisation(ctx))
    return _state(pinned.ask(_of_lines)), _state(pinned.ask(_of_rollup))


def _state(rows: tuple[tuple[Any, ...], ...]) -> State:
    return {(source, month): (int(count), billed) for source, month, count, billed in rows}


def _of_lines(tables: Tables) -> Any:  # noqa: ANN401  Ibis is not typed here
    table = tables.lines
    return table.group_by("source", "billing_month").agg(rows=table.count(), billed=table.BilledCost.sum())


def _of_rollup(tables: Tables) -> Any:  # noqa: ANN401  likewise
    table = tables.rollup
    return table.group_by("source", "billing_month").agg(
        rows=table["lines"].sum(), billed=table.BilledCost.sum()
    )


def left_behind(ctx: Context) -> list[str]:
    """What the next start of any process of ours leaves of loads that died: nothing, when all is well."""
    ingest.settle_intents(ctx)
    with ctx.begin() as db:
        states = dict(db.execute(select(loads.c.id, loads.c.state)).tuples().all())
        running = len(load_runs.running(db))
    kept = {str(load_id) for load_id, state in states.items() if state in {"settled", "superseded"}}
    folder = ctx.warehouse.directory
    found = [
        f"the load {load_id} is still {state}" for load_id, state in states.items() if state == "intended"
    ]
    found += [f"{running} runs are still under way"] * (running > 0)
    found += [f"scratch of {path.name}" for path in (folder / "scratch").glob("*")]
    found += [f"lines of {path.name}" for path in (folder / "lines").glob("*/*") if path.name not in kept]
    found += [f"rollup {path.name}" for path in (folder / "rollup").glob("*/*/*") if path.stem not in kept]
    found += [f"plan {path.name}" for path in (folder / "plans").glob("*") if path.suffix != ".json"]
    return found
