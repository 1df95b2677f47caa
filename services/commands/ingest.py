"""`./pioneer ingest PATH...`: take bills in from files, and print rows and totals a month, and what changed."""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from decimal import Decimal
from uuid import UUID, uuid4

from core.costs.load import LoadReport, PartlyTaken
from core.figures import unrounded
from services.bootstrap import open_context
from services.commands.configuration import settings_of
from services.context import Context
from services.db import migrate
from services.db.stores import access
from services.usecases import ingest

LOGGED_EVERY = 10.0
"""Seconds between two lines about the same file where nobody watches."""


def run(args: argparse.Namespace) -> int:
    """Load the files; 0 when done. Raises `Invalid` (exit status 2) naming file and row for what cannot be used."""
    ctx = open_context(settings_of(args))
    try:
        migrate.ready(ctx.engine, embedded=ctx.settings.database_url is None)
        _print(_taken(ctx, args))
    except PartlyTaken as error:
        _print(error.reports)
        raise
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


def _taken(ctx: Context, args: argparse.Namespace) -> tuple[LoadReport, ...]:
    progress = _Progress()
    try:
        return ingest.files(
            ctx,
            _organisation(ctx),
            args.paths,
            source=args.source,
            wanted_format=args.format,
            replace=args.replace,
            on_progress=progress.say,
        )
    finally:
        progress.end()


class _Progress:
    """One line that is written over on a terminal; else a line for each new thing, and for the same thing now and then."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._about = ""
        self._at = 0.0

    def say(self, message: str) -> None:
        about = message.partition(": ")[0]
        if self._terminal:
            sys.stderr.write(f"\r\x1b[2K{message}")
        elif about != self._about or time.monotonic() - self._at >= LOGGED_EVERY:
            self._at = time.monotonic()
            sys.stderr.write(f"{message}\n")
        self._about = about
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the line to what comes next."""
        if self._terminal:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()


def _print(reports: Sequence[LoadReport]) -> None:
    for report in reports:
        print(f"{report.month:%Y-%m}  {report.source}  {report.outcome}  {report.rows} rows")
        for cost, sums in report.totals.items():
            for currency, amount in sorted(sums.items()):
                print(f"    {cost:<15} {unrounded(amount, currency)}")
        for line in _remarks(report):
            print(f"    {line}")


def _remarks(report: LoadReport) -> Iterator[str]:
    if report.before is not None:
        moved = {
            f"{cost} {_signed(amount, currency)}"
            for cost, sums in report.difference.items()
            for currency, amount in sums.items()
            if amount
        }
        yield f"before: {report.before_rows} rows; changed: {', '.join(sorted(moved)) or 'no amount'}"
    for change in report.changes:
        amounts = ", ".join(
            f"{cost} {_signed(amount, change.currency)}" for cost, amount in change.amounts.items() if amount
        )
        what = f"{change.category} {change.service}".strip() or "all others"
        yield f"  {change.reason}: {what}, {change.lines:+} lines, {amounts or 'no amount'}"
    if report.unknown_columns:
        yield f"columns kept aside in x_Other: {', '.join(report.unknown_columns)}"
    if report.rounded:
        yield f"{report.rounded} binary floating-point values had digits beyond the 20th place, rounded half-even"
    yield from report.notes


def _signed(amount: Decimal, currency: str) -> str:
    return f"{'+' if amount > 0 else ''}{unrounded(amount, currency)}"
