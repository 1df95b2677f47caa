"""How much memory taking a bill in needs, whatever the file's size (target 1 GB): one large CSV, gzipped CSV and Parquet file each.

`LINES=5000000 ./pioneer bench memory`: so many lines in each file (default: 1 million). Each is taken in by a process of its own, and
the most memory that it ever held is the system's own count (`VmHWM`; Linux only).
"""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
from _bill import scaled
from _demo import PROJECT, fresh_data

from services.bootstrap import open_context
from services.db import migrate
from services.settings import load
from services.usecases import admin

TARGET_MB = 1000
TAKE = """
import sys, time
from pathlib import Path
from services.bootstrap import open_context
from services.db.stores import access
from services.settings import load
from services.usecases import ingest

ctx = open_context(load(PIONEER_DATA=Path(sys.argv[1])))
with ctx.read() as db:
    organisation = access.first_organisation(db)
began = time.monotonic()
reports = ingest.files(ctx, organisation, [Path(sys.argv[2])], source=sys.argv[3], replace=True)
peak = next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM'))
print(sum(report.rows for report in reports), time.monotonic() - began, peak)
"""
FORMS = {
    "parquet": "format parquet, compression snappy",
    "csv": "format csv, header true",
    "csv.gz": "format csv, header true, compression gzip",
}


def main() -> None:
    """Make the files, take each in, and say what it took."""
    lines, today = int(os.environ.get("LINES", "1000000")), date.today()  # noqa: DTZ011  the made-up company lives until today
    with fresh_data() as data:
        _, months = scaled(data / "bill", lines, today)
        for form, options in FORMS.items():
            file = _one(list(months.values()), data / f"bill.{form}", options)
            rows, seconds, kilobytes = _taken(data / form.replace(".", "-"), file)
            print(
                f"{form}: {rows} lines, {file.stat().st_size / 1e6:.0f} MB, in {seconds:.0f} s; "
                f"at most {kilobytes / 1e3:.0f} MB of memory (target <= {TARGET_MB})",
                flush=True,
            )
            file.unlink()


def _one(months: list[Path], to: Path, options: str) -> Path:
    with duckdb.connect(config={"memory_limit": "4GB", "temp_directory": str(to.parent / "spill")}) as db:
        db.execute("set timezone = 'UTC'")
        db.execute("set preserve_insertion_order = false")
        db.execute(
            f"copy (select * from read_parquet({[str(each) for each in months]!r})) to '{to}' ({options})"
        )
    return to


def _taken(home: Path, file: Path) -> tuple[int, float, int]:
    """(lines, seconds, kilobytes at most) of a process that takes the file into an installation of its own."""
    ctx = open_context(load(PIONEER_DATA=home))
    migrate.upgrade(ctx.engine)
    admin.create_admin(ctx, "bench@example.com", "granite-lighthouse-58", "Benchmark")
    words = [sys.executable, "-c", TAKE, str(home), str(file), "memory"]
    said = subprocess.run(words, cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    ctx.warehouse.close()
    ctx.engine.dispose()
    rows, seconds, kilobytes = said.split()[-3:]
    return int(rows), float(seconds), int(kilobytes)


main()
