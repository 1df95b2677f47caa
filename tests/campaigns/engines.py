"""Asks every question of a Spark of your own and of DuckDB: `WAREHOUSE_ENGINE=spark://host:7077 ./pioneer campaign engines`.

Each answer must be the same, row for row and type for type. Needs deploy/spark/requirements.txt; the engine must see this machine's /tmp.
"""

import os
import sys
import tempfile
from pathlib import Path

from services.usecases import ingest
from tests.campaigns import installation
from tests.engines import compared, much


def main() -> int:
    """1 where an answer differs, 2 where no engine is named."""
    told = installation.words(__doc__ or "", 1)
    if os.environ.get("WAREHOUSE_ENGINE", "duckdb") == "duckdb":
        sys.stderr.write(
            "Name the engine to compare with: WAREHOUSE_ENGINE=spark://host:7077, or 'local[2]'.\n"
        )
        return 2
    with (
        tempfile.TemporaryDirectory(prefix="pe-") as folder,
        installation.fresh(told.url),
        installation.opened() as ctx,
    ):
        whose = installation.organisation(ctx)
        for place, path in enumerate(much(Path(folder))):
            ingest.files(ctx, whose, [path], source=f"bill {place}")
        asked, differing = compared(ctx.warehouse.pin(whose))
    for each in differing:
        print(each)
    print(
        f"engines: {asked} questions asked of {os.environ['WAREHOUSE_ENGINE']} and of DuckDB; {len(differing)} wrong"
    )
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
