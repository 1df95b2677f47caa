"""The demo's bill scaled up: copies with resources and accounts of their own, each line's quantities and costs moved by an exact factor."""

import os
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from uuid import UUID

import duckdb

from core.access.roles import User
from services.bootstrap import open_context
from services.context import Context
from services.db import migrate
from services.demo import bill, export, world
from services.settings import load
from services.usecases import admin, ingest
from services.warehouse.warehouse import Rows, Warehouse

COPIES_AN_ACCOUNT = 4
"""So many copies share their accounts: three accounts at 327,000 lines, 24 at 10 million."""
PASSWORD = "granite-lighthouse-58"  # noqa: S105  of an installation that is deleted
QUANTITIES = ("ConsumedQuantity", "PricingQuantity")
AMOUNTS = ("BilledCost", "ContractedCost", "EffectiveCost", "ListCost")


class Forgetful(Warehouse):
    """A warehouse that remembers no answer: each question is compiled and run again."""

    def remembered(self, key: object) -> Rows | None:  # noqa: ARG002  as the warehouse calls it
        """Nothing."""
        return None


@dataclass(frozen=True)
class Bill:
    """A scaled bill, as files and as loaded: `months` are the files by billing month, oldest first."""

    ctx: Context
    user: User
    lines: int
    months: dict[str, Path]
    copies: int
    seconds: float

    @property
    def organisation_id(self) -> UUID:
        """Whose it is."""
        return self.user.organisation_id

    @property
    def base(self) -> Path:
        """The folder of the demo's own bill, a file a billing month."""
        return next(iter(self.months.values())).parent.with_name("base")

    @property
    def bytes(self) -> int:
        """Of the files given."""
        return sum(path.stat().st_size for path in self.months.values())


def loaded(data: Path, lines: int, today: date) -> Bill:
    """Make a bill of about so many lines below `data`, and load it through the use-case into a fresh installation there."""
    copies, months = scaled(data / "bill", lines, today)
    ctx = open_context(load(PIONEER_DATA=data / "home"))
    ctx = replace(ctx, warehouse=Forgetful(ctx.warehouse.catalog.url, data / "home" / "warehouse"))
    migrate.upgrade(ctx.engine)
    user = admin.create_admin(ctx, "bench@example.com", PASSWORD, "Benchmark")
    began = time.monotonic()
    reports = ingest.files(ctx, user.organisation_id, [data / "bill"])
    return Bill(ctx, user, sum(report.rows for report in reports), months, copies, time.monotonic() - began)


def scaled(directory: Path, lines: int, today: date) -> tuple[int, dict[str, Path]]:
    """(How many copies it took, FOCUS Parquet: a file a billing month)."""
    directory.mkdir(parents=True)
    company, base = world.make(today), directory.with_name("base")
    base.mkdir()
    counts = {}
    for month in bill.months(company, today):
        table = bill.month(company, month, today)
        counts[f"{month:%Y-%m}"] = table.num_rows
        (base / f"{month:%Y-%m}.parquet").write_bytes(export.parquet(table))
    copies = max(1, round(lines / sum(counts.values())))
    return copies, {
        month: copied(base / f"{month}.parquet", directory / f"{month}.parquet", copies) for month in counts
    }


def copied(source: Path, target: Path, copies: int, seed: int = 0) -> Path:
    """A month's lines so many times. Another `seed` is another version of the month: the same lines with other quantities."""
    with duckdb.connect(config={"memory_limit": "4GB", "temp_directory": str(target.parent / "spill")}) as db:
        db.execute("set timezone = 'UTC'")
        factor = f"((90 + hash(coalesce(ResourceId, ''), n, {seed}) % 21)::decimal(3,0) * 0.01)::decimal(4,2)"
        moved = [f"({name} * {factor})::decimal(18,8) as {name}" for name in QUANTITIES]
        moved += [f"({name} * {factor})::decimal(38,18) as {name}" for name in AMOUNTS]
        moved.append("case when n > 0 then ResourceId || '-' || n else ResourceId end as ResourceId")
        account = f"lpad((SubAccountId::bigint + n // {COPIES_AN_ACCOUNT})::varchar, 12, '0')"
        moved.append(f"{account} as SubAccountId")
        db.execute(
            f"copy (select * exclude (n) replace ({', '.join(moved)}) from read_parquet('{source}'), range({copies}) as copies(n)) "
            f"to '{target}' (format parquet, compression snappy)"
        )
    return target


def machine_load() -> str:
    """How busy the machine is, in words."""
    one, five, _ = os.getloadavg()
    return f"load {one:.1f} (1 min) {five:.1f} (5 min) on {os.cpu_count()} cores"
