"""Take bills in: files given by hand, and the exports of connected accounts. A month is replaced whole or not at all."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

from core import dates
from core.costs.load import LoadReport, Outcome
from core.errors import PioneerError
from core.inventory import Account
from core.ports import ExportedMonth
from services.context import Context
from services.db.stores import loads
from services.db.stores.loads import Load
from services.usecases import bill_publishing, bill_runs
from services.usecases.bill_publishing import Version
from services.usecases.bill_reports import history, restatements, under_way
from services.warehouse import load as warehouse_load
from services.warehouse.files import found_below
from services.warehouse.staging import Wanted

__all__ = [
    "bills",
    "export_source",
    "files",
    "history",
    "restatements",
    "settle_intents",
    "silent",
    "under_way",
]

Progress = Callable[[str], None]


def silent(_message: str) -> None:
    """Say nothing of the progress."""


def files(
    ctx: Context,
    organisation_id: UUID,
    paths: Sequence[Path],
    *,
    source: str | None = None,
    wanted_format: str | None = None,
    replace: bool = False,
    on_progress: Progress = silent,
) -> tuple[LoadReport, ...]:
    """Load files and folders of files; those given together are one version of their months.

    Without `source` there is one source for each provider and billing account found; without `wanted_format` the columns tell. The same
    files again change nothing. Raises `Invalid` when nothing could be used, when another source has the same bill of the same month, or
    when a month would lose more than a fifth of its rows or billed cost (unless `replace`): the months that were there stand. Raises
    `PartlyTaken` when some files could not be used and others went in.
    """
    found = found_below(list(paths))
    on_progress(f"Looking at {len(found)} file{'s' if len(found) > 1 else ''}")
    words = f"{source or ''}{'' if wanted_format is None else f' as {wanted_format}'}"
    version = _fingerprint(found, words)
    settle_intents(ctx)
    with ctx.begin() as db:
        same = loads.standing_whole(db, organisation_id, version)
    if same:
        return tuple(_unchanged(load) for load in same)
    wanted = Wanted(organisation_id, source, wanted_format)
    what = found[0].name + (f" and {len(found) - 1} more" if len(found) > 1 else "")
    with bill_runs.running(ctx, organisation_id, what, on_progress, tell=lambda _: True) as run:
        return bill_publishing.take(ctx, run, found, wanted, Version(version, guarded=not replace))


def bills(ctx: Context, *, on_progress: Progress = silent) -> tuple[LoadReport, ...]:
    """Look at the export of each account that has one, in every organisation, and load the months whose manifest changed.

    A month or an account in trouble keeps no other from loading; raises the first failure once all were tried.
    """
    settle_intents(ctx)
    with ctx.begin() as db:
        accounts = loads.exporting_accounts(db)
    reports: list[LoadReport] = []
    failures: list[PioneerError] = []
    for account in accounts:
        try:
            for month in ctx.exports.new_since(account, _known(ctx, account)):
                try:
                    reports += _exported(ctx, account, month, on_progress)
                except PioneerError as error:
                    failures.append(error)
        except PioneerError as error:
            failures.append(error)
    if failures:
        raise failures[0]
    return tuple(reports)


def settle_intents(ctx: Context) -> int:
    """Finish what a process that died left open: what reached the warehouse is settled, what did not is failed and swept away.

    Loads that a living process works on are left to it. Answers how many were finished.
    """
    warehouse_load.sweep_scratch(ctx.warehouse)
    bill_runs.end_dead(ctx)
    with ctx.begin() as db:
        waiting = loads.intended(db)
    if not waiting:
        return 0
    with ctx.warehouse.catalog.owning([load.id for load in waiting]) as owned:
        dead = [load for load in waiting if load.id in owned]
        reached = ctx.warehouse.catalog.committed([load.id for load in dead])
        for load in dead:
            if load.id in reached:
                bill_publishing.settle(ctx, load.organisation_id, {load.id: reached[load.id]})
            else:
                bill_publishing.abandon(
                    ctx,
                    load.organisation_id,
                    [load.id],
                    "The process that was loading it ended before it was done.",
                )
        return len(dead)


def export_source(account: Account) -> str:
    """How the source of an account's export is called: its place. Raises `ValueError` for an account without an export."""
    if account.export is None:
        raise ValueError(account.id)
    parts = (account.export.bucket, account.export.prefix.strip("/"), account.export.name)
    return "s3://" + "/".join(part for part in parts if part)


def _known(ctx: Context, account: Account) -> dict[date, str]:
    source = export_source(account)
    with ctx.begin() as db:
        standing = loads.standing(db, account.organisation_id)
    return {load.month: load.version for load in standing if load.source == source}


def _exported(
    ctx: Context, account: Account, month: ExportedMonth, on_progress: Progress
) -> tuple[LoadReport, ...]:
    """One month of an export; that it failed is written down for the connections screen."""
    source, owner = export_source(account), account.organisation_id
    what = f"{dates.month(month.month)} of {source}"
    on_progress(what)

    def news(message: str) -> bool:
        """A failure that the last try had, too, is none."""
        with ctx.begin() as db:
            failing = loads.failing(db, owner)
        return (source, month.month, message) not in {
            (load.source, load.month, load.message) for load in failing
        }

    try:
        with bill_runs.running(ctx, owner, what, on_progress, tell=news) as run:
            return bill_publishing.take(
                ctx, run, month.files, Wanted(owner, source), Version(month.etag, listed=month)
            )
    except PioneerError as error:
        at = ctx.now()
        with ctx.begin() as db:
            failed = Load(uuid4(), owner, source, month.month, month.etag, started_at=at)
            loads.intend(db, [failed])
            loads.fail(db, [failed.id], error.message, at)
        raise


def _unchanged(load: Load) -> LoadReport:
    return LoadReport(
        load.source, load.month, Outcome.UNCHANGED, load.rows or 0, loads.as_amounts(load.totals or {})
    )


def _fingerprint(paths: Iterable[Path], words: str) -> str:
    """SHA-256 of the files' content, in order, and of how they are to be called and read."""
    whole = hashlib.sha256(words.encode())
    with ThreadPoolExecutor(2) as pool:
        for digest in pool.map(_digest, paths):
            whole.update(digest)
    return whole.hexdigest()


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
