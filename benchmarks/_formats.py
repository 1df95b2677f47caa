"""Bills in each format they come in: loaded as `./pioneer ingest` would, against DuckDB reading the same files and writing their columns, typed as we keep them."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
from _bill import AMOUNTS, PASSWORD, QUANTITIES, Bill
from _compare import seconds

from services.bootstrap import open_context
from services.db import migrate
from services.settings import load
from services.usecases import admin, ingest
from services.warehouse.watched import politely

NUMBERS = (*AMOUNTS, *QUANTITIES, "ListUnitPrice", "ContractedUnitPrice")
FORMATS = {"Parquet": "parquet", "CSV": "csv", "CSV.gz": "csv.gz"}


def versions(bill: Bill, ending: str, folder: Path) -> list[Path]:
    """The bill's months as files of one format, in a folder of their own."""
    folder.mkdir()
    found = []
    for month, source in bill.months.items():
        target = folder / f"{month}.{ending}"
        if ending == "parquet":
            target.symlink_to(source)
        else:
            packed = ", compression gzip" if ending.endswith(".gz") else ""
            columns = ", ".join(_as_text(name, kind) for name, kind in _kinds(source).items())
            with _utc() as db:
                db.execute(
                    f"copy (select {columns} from '{source}') to '{target}' (header true, format csv{packed})"
                )
        found.append(target)
    return found


def our_seconds(paths: Sequence[Path]) -> float:
    """Seconds that a fresh installation takes to load them."""
    with tempfile.TemporaryDirectory(prefix="pioneer-bench-", ignore_cleanup_errors=True) as home:
        ctx = open_context(load(PIONEER_DATA=Path(home)))
        migrate.upgrade(ctx.engine)
        user = admin.create_admin(ctx, "bench@example.com", PASSWORD, "Benchmark")
        took = seconds(lambda: ingest.files(ctx, user.organisation_id, list(paths)))
        ctx.warehouse.close()
        ctx.engine.dispose()
    return took


def raw_seconds(bill: Bill, paths: Sequence[Path]) -> float:
    """Seconds that DuckDB takes, giving way to other work as our loads do."""
    kinds = _kinds(next(iter(bill.months.values())))
    with tempfile.TemporaryDirectory() as folder:

        def write() -> None:
            with _utc() as db:
                for path in paths:
                    db.execute(
                        f"copy ({_typed(path, kinds)}) to '{folder}/{path.name}.parquet' (format parquet, compression zstd)"
                    )

        return politely(lambda: seconds(write))


def _typed(path: Path, kinds: Mapping[str, str]) -> str:
    tags = "cast(Tags::json as map(varchar, varchar)) as Tags"
    if path.suffix == ".parquet":
        numbers = ", ".join(f"{name}::decimal(38,20) as {name}" for name in NUMBERS)
        return f"select * replace ({numbers}, {tags}) from read_parquet('{path}')"
    columns = {name: "DECIMAL(38,20)" if name in NUMBERS else kind for name, kind in kinds.items()}
    return f"select * replace ({tags}) from read_csv('{path}', header=true, auto_detect=false, quote='\"', escape='\"', columns={columns})"


def _as_text(name: str, kind: str) -> str:
    if kind.startswith("DECIMAL"):
        return f"rtrim(rtrim({name}::varchar, '0'), '.') as {name}"
    return f"strftime({name}, '%Y-%m-%dT%H:%M:%SZ') as {name}" if kind.startswith("TIMESTAMP") else name


def _kinds(path: Path) -> dict[str, str]:
    with _utc() as db:
        return {name: kind for name, kind, *_ in db.execute(f"describe select * from '{path}'").fetchall()}


def _utc() -> duckdb.DuckDBPyConnection:
    db = duckdb.connect()
    db.execute("set global timezone = 'UTC'")
    return db
