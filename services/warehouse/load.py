"""Replace billing months of sources: new files written aside, checked against what was read, rolled up, then put in place in one commit.

Whatever goes wrong before the commit leaves the months that were there; files left behind by a crash are swept by `sweep`.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import duckdb

from core.costs.focus import COSTS
from core.errors import Invalid
from services.warehouse.catalog import DataFile
from services.warehouse.columns import LINES, rollup_select
from services.warehouse.staging import Progress, Staged, StagedMonth, reading_connection, stage
from services.warehouse.values import literal
from services.warehouse.warehouse import Warehouse


@contextmanager
def staged(
    warehouse: Warehouse, load: UUID, paths: Sequence[Path], *, source: str | None, on_progress: Progress
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Staged]]:
    """Read files into a scratch folder that lives as long as the block. Raises `Invalid` naming file and row."""
    scratch = warehouse.directory / "scratch" / str(load)
    scratch.mkdir(parents=True)
    try:
        with warehouse.catalog.owning([load]), reading_connection(scratch) as connection:
            yield connection, stage(connection, paths, scratch, source=source, on_progress=on_progress)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def replace_months(
    warehouse: Warehouse,
    connection: duckdb.DuckDBPyConnection,
    organisation_id: UUID,
    found: Staged,
    loads: Mapping[tuple[str, str], UUID],
    *,
    on_progress: Progress,
) -> int:
    """Publish staged months, each under its load id (`loads`: (source, month) -> id), in one commit; answers the snapshot's id.

    Raises `Invalid` when what was written does not add up to what was read: then nothing is published.
    """
    written = []
    for month in found.months:
        load_id = loads.get((month.source, month.month))
        if load_id is None:
            continue
        on_progress(f"Writing {month.month} of {month.source}: {month.rows} rows")
        written.append(_write(warehouse, connection, organisation_id, found, month, load_id))
    on_progress("Publishing")
    return warehouse.catalog.replace(organisation_id, written)


def _write(
    warehouse: Warehouse,
    connection: duckdb.DuckDBPyConnection,
    organisation_id: UUID,
    found: Staged,
    month: StagedMonth,
    load_id: UUID,
) -> DataFile:
    lines, rollup = (
        warehouse.line_file(organisation_id, load_id),
        warehouse.rollup_file(organisation_id, load_id),
    )
    for path in (lines, rollup):
        path.parent.mkdir(parents=True, exist_ok=True)
    own = {"organisation_id": str(organisation_id), "load_id": str(load_id)}
    columns = ", ".join(f"{literal(own[c.name])} as {c.name}" if c.name in own else c.name for c in LINES)
    parts = ", ".join(literal(str(part)) for part in found.parts)
    connection.execute(
        f"copy (select {columns} from read_parquet([{parts}]) where source = {literal(month.source)} and billing_month = {literal(month.month)}) "
        f"to {literal(str(lines))} (format parquet, compression zstd)"
    )
    relation = f"read_parquet({literal(str(lines))}, hive_partitioning=false)"
    connection.execute(
        f"copy ({rollup_select(relation)}) to {literal(str(rollup))} (format parquet, compression zstd)"
    )
    _check(connection, relation, "count(*)", month)
    _check(connection, f"read_parquet({literal(str(rollup))})", "sum(lines)", month)
    return DataFile(str(lines), str(organisation_id), month.source, month.month, str(load_id), month.rows)


def _check(connection: duckdb.DuckDBPyConnection, relation: str, count: str, month: StagedMonth) -> None:
    """Hold rows and sums of a written file against what the first pass over the source found."""
    sums = ", ".join(f"sum({cost})" for cost in COSTS)
    rows, totals = 0, dict[str, dict[str, Decimal]]()
    for currency, lines, *amounts in connection.execute(
        f"select BillingCurrency, {count}, {sums} from {relation} group by all"
    ).fetchall():
        rows += int(lines)
        for cost, amount in zip(COSTS, amounts, strict=True):
            if amount is not None:
                totals.setdefault(cost, {})[currency] = amount
    if rows != month.rows or totals != month.totals:
        message = (
            f"{month.month} of {month.source}: {month.rows} rows were read, {rows} written, or their sums differ; "
            "the month that was there stands."
        )
        raise Invalid(message, mend="A file may have changed while it was read: run it again.")


def sweep(warehouse: Warehouse, organisation_id: UUID, load_id: UUID) -> None:
    """Remove the files of a load that never reached the table."""
    warehouse.line_file(organisation_id, load_id).unlink(missing_ok=True)
    warehouse.rollup_file(organisation_id, load_id).unlink(missing_ok=True)


def sweep_scratch(warehouse: Warehouse) -> None:
    """Remove the scratch folders of loads whose process died."""
    folders = {UUID(folder.name): folder for folder in (warehouse.directory / "scratch").glob("*-*-*-*-*")}
    if not folders:
        return
    with warehouse.catalog.owning(folders) as dead:
        for load in dead:
            shutil.rmtree(folders[load], ignore_errors=True)
