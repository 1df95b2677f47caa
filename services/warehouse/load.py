"""Replace billing months of sources: files put in their places, checked against what was read, rolled up, then published in one commit.

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
from services.warehouse.staging import Part, Staged, StagedMonth, Wanted, reading_connection, stage
from services.warehouse.values import WRITTEN, literal
from services.warehouse.warehouse import Warehouse
from services.warehouse.watched import Progress, Step

SMALL = 100_000
"""Files of a month with fewer lines than this are written together: many small files are slow to ask."""


@contextmanager
def staged(
    warehouse: Warehouse, load: UUID, paths: Sequence[Path], wanted: Wanted, on_progress: Progress
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Staged]]:
    """Read files into a scratch folder that lives as long as the block. Raises `Invalid` naming file and row."""
    scratch = warehouse.directory / "scratch" / str(load)
    scratch.mkdir(parents=True)
    warehouse.catalog.expect_writing()
    try:
        with warehouse.catalog.owning([load]), reading_connection(scratch) as connection:
            yield connection, stage(connection, paths, scratch, wanted, on_progress)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def replace_months(
    warehouse: Warehouse,
    connection: duckdb.DuckDBPyConnection,
    organisation_id: UUID,
    found: Staged,
    loads: Mapping[tuple[str, str], UUID],
    on_progress: Progress,
) -> int:
    """Publish staged months, each under its load id (`loads`: (source, month) -> id), in one commit; answers the snapshot's id.

    Raises `Invalid` when what was written does not add up to what was read: then nothing is published.
    """
    written: list[DataFile] = []
    wanted = [month for month in found.months if (month.source, month.month) in loads]
    for place, month in enumerate(wanted, 1):
        load_id = loads[month.source, month.month]
        of = f" ({place} of {len(wanted)} months)" if len(wanted) > 1 else ""
        on_progress(Step(f"Writing {month.month}{of} of {month.source}: {month.rows} rows"))
        written += _write(warehouse, connection, organisation_id, found, month, load_id)
    on_progress(Step("Publishing"))
    return warehouse.catalog.replace(organisation_id, written)


def _write(
    warehouse: Warehouse,
    connection: duckdb.DuckDBPyConnection,
    organisation_id: UUID,
    found: Staged,
    month: StagedMonth,
    load_id: UUID,
) -> list[DataFile]:
    """The month's files in their places, with its rollup: those that hold nothing else are moved, lines of others copied into one."""
    folder, rollup = (
        warehouse.line_files(organisation_id, load_id),
        warehouse.rollup_file(organisation_id, load_id),
    )
    for place in (folder, rollup.parent):
        place.mkdir(parents=True, exist_ok=True)
    key = (month.source, month.month)
    parts = [part for part in found.parts if key in part.keys]
    own = [part for part in parts if part.keys == {key} and part.load_id == load_id]
    moved = [part for part in own if part.rows >= SMALL or parts == [part]]
    rows: dict[Path, int] = {}
    for part in moved:
        rows[part.path.replace(folder / part.path.name)] = part.rows
    rest = [part for part in parts if part not in moved]
    if rest:
        path = folder / "rest.parquet"
        rows[path] = _copy(connection, rest, path, month, organisation_id, load_id)
    files = ", ".join(literal(str(path)) for path in rows)
    relation = f"read_parquet([{files}], hive_partitioning=false)"
    connection.execute(f"copy ({rollup_select(relation)}) to {literal(str(rollup))} ({WRITTEN})")
    _check(connection, rollup, sum(rows.values()), month)
    return [
        DataFile(str(path), str(organisation_id), month.source, month.month, str(load_id), count)
        for path, count in rows.items()
    ]


def _copy(
    connection: duckdb.DuckDBPyConnection,
    parts: Sequence[Part],
    path: Path,
    month: StagedMonth,
    organisation_id: UUID,
    load_id: UUID,
) -> int:
    own = {"organisation_id": str(organisation_id), "load_id": str(load_id)}
    columns = ", ".join(f"{literal(own[c.name])} as {c.name}" if c.name in own else c.name for c in LINES)
    files = ", ".join(literal(str(part.path)) for part in parts)
    rows = connection.execute(
        f"copy (select {columns} from read_parquet([{files}]) where source = {literal(month.source)} and billing_month = {literal(month.month)}) "
        f"to {literal(str(path))} ({WRITTEN})"
    ).fetchall()
    return int(rows[0][0])


def _check(connection: duckdb.DuckDBPyConnection, rollup: Path, lines: int, month: StagedMonth) -> None:
    """Hold what the month's files add up to, as their rollup says, against what was read from the source's files."""
    sums = ", ".join(f"sum({cost})" for cost in COSTS)
    rows, totals = 0, dict[str, dict[str, Decimal]]()
    for currency, count, *amounts in connection.execute(
        f"select BillingCurrency, sum(lines), {sums} from read_parquet({literal(str(rollup))}) group by all"
    ).fetchall():
        rows += int(count)
        for cost, amount in zip(COSTS, amounts, strict=True):
            if amount is not None:
                totals.setdefault(cost, {})[currency] = amount
    if not rows == lines == month.rows or totals != month.totals:
        message = (
            f"{month.month} of {month.source}: {month.rows} rows were read, {rows} written, or their sums differ; "
            "the month that was there stands."
        )
        raise Invalid(message, mend="A file may have changed while it was read: run it again.")


def sweep(warehouse: Warehouse, organisation_id: UUID, load_id: UUID) -> None:
    """Remove the files of a load that never reached the table."""
    shutil.rmtree(warehouse.line_files(organisation_id, load_id), ignore_errors=True)
    warehouse.rollup_file(organisation_id, load_id).unlink(missing_ok=True)


def sweep_scratch(warehouse: Warehouse) -> None:
    """Remove the scratch folders of loads whose process died."""
    folders = {UUID(folder.name): folder for folder in (warehouse.directory / "scratch").glob("*-*-*-*-*")}
    if not folders:
        return
    with warehouse.catalog.owning(folders) as dead:
        for load in dead:
            shutil.rmtree(folders[load], ignore_errors=True)
