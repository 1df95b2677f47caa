"""`./pioneer ingest PATH...`: take bills in from files, and print rows and totals a month."""

import argparse
import sys
from uuid import UUID, uuid4

from core.costs.load import LoadReport
from core.errors import Invalid
from core.money import exact
from services.bootstrap import open_context
from services.commands.configuration import settings_of
from services.context import Context
from services.db import migrate
from services.db.stores import access
from services.usecases import ingest


def run(args: argparse.Namespace) -> int:
    """Load the files; 0 when done. Raises `Invalid` (exit status 2) naming file and row for what cannot be used."""
    ctx = open_context(settings_of(args))
    try:
        if ctx.settings.database_url is None:
            migrate.upgrade(ctx.engine)
        elif migrate.pending(ctx.engine):
            raise Invalid("The database is not at the newest schema.", mend="Run ./pioneer migrate.")
        for report in ingest.files(ctx, _organisation(ctx), args.paths, source=args.source, on_progress=_say):
            _print(report)
    finally:
        ctx.warehouse.close()
        ctx.engine.dispose()
    return 0


def _organisation(ctx: Context) -> UUID:
    """The installation's organisation; made when bills come before the first admin."""
    at = ctx.now()
    with ctx.begin() as db:
        found = access.first_organisation(db)
        if found is None:
            found = uuid4()
            access.add_organisation(db, found, "My organisation", at)
        return found


def _say(message: str) -> None:
    sys.stderr.write(message + "\n")


def _print(report: LoadReport) -> None:
    print(f"{report.month:%Y-%m}  {report.source}  {report.outcome}  {report.rows} rows")
    for cost, sums in report.totals.items():
        for currency, amount in sorted(sums.items()):
            print(f"    {cost:<15} {exact(amount)} {currency}")
    if report.unknown_columns:
        print(f"    columns not kept: {', '.join(report.unknown_columns)}")
    if report.rounded:
        print(
            f"    {report.rounded} binary floating-point values had digits beyond the 20th place, rounded half-even"
        )
