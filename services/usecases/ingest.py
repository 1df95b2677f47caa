"""Take bills in: files given by hand, and the exports of connected accounts. A month is replaced whole or not at all."""

import hashlib
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

from core.costs.load import LoadReport, Outcome
from core.errors import Invalid, PioneerError
from core.events import Event
from core.inventory import Account
from core.ports import ExportedMonth
from services.context import Context, System
from services.db.stores import loads
from services.db.stores.loads import Load
from services.usecases.record import record
from services.warehouse import load as warehouse_load
from services.warehouse.files import found_below
from services.warehouse.staging import Staged, StagedMonth

Progress = Callable[[str], None]


def silent(_message: str) -> None:
    """Say nothing of the progress."""


def files(
    ctx: Context,
    organisation_id: UUID,
    paths: Sequence[Path],
    *,
    source: str | None = None,
    on_progress: Progress = silent,
) -> tuple[LoadReport, ...]:
    """Load files and folders of files; those given together are one version of their months.

    Without `source` there is one source for each provider and billing account found. The same files again change nothing.
    Raises `Invalid` naming file and row for the first thing that cannot be used, or the other source that has the same bill of
    the same month; the months that were there stand.
    """
    found = found_below(list(paths))
    on_progress(f"Looking at {len(found)} file{'s' if len(found) > 1 else ''}")
    version = _fingerprint(found, source)
    settle_intents(ctx)
    with ctx.begin() as db:
        same = loads.standing_whole(db, organisation_id, version)
    if same:
        return tuple(_unchanged(load) for load in same)
    return _take(ctx, organisation_id, found, version, source=source, on_progress=on_progress)


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
    with ctx.begin() as db:
        waiting = loads.intended(db)
    if not waiting:
        return 0
    with ctx.warehouse.catalog.owning([load.id for load in waiting]) as owned:
        dead = [load for load in waiting if load.id in owned]
        reached = ctx.warehouse.catalog.committed([load.id for load in dead])
        for load in dead:
            if load.id in reached:
                _settle(ctx, load.organisation_id, {load.id: reached[load.id]})
            else:
                _abandon(
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
    source = export_source(account)
    on_progress(f"{month.month:%Y-%m} of {source}")
    try:
        return _take(
            ctx,
            account.organisation_id,
            month.files,
            month.etag,
            source=source,
            on_progress=on_progress,
            listed=month,
        )
    except PioneerError as error:
        at = ctx.now()
        with ctx.begin() as db:
            failed = Load(uuid4(), account.organisation_id, source, month.month, month.etag, started_at=at)
            loads.intend(db, [failed])
            loads.fail(db, [failed.id], error.message, at)
        raise


def _take(
    ctx: Context,
    organisation_id: UUID,
    paths: Sequence[Path],
    version: str,
    *,
    source: str | None,
    on_progress: Progress,
    listed: ExportedMonth | None = None,
) -> tuple[LoadReport, ...]:
    """Read and check, then write down the intent, publish, and settle it. Raises `Invalid` for a bill that another source has."""
    with warehouse_load.staged(ctx.warehouse, uuid4(), paths, source=source, on_progress=on_progress) as (
        connection,
        staged,
    ):
        if listed is not None:
            _expect(listed, staged)
        ids = {(month.source, month.month): uuid4() for month in staged.months}
        with ctx.begin() as db:
            before = {(load.source, f"{load.month:%Y-%m}") for load in loads.standing(db, organisation_id)}
        with ctx.warehouse.catalog.owning(list(ids.values())):
            _intend(ctx, organisation_id, staged, ids, version)
            try:
                snapshot_id = warehouse_load.replace_months(
                    ctx.warehouse, connection, organisation_id, staged, ids, on_progress=on_progress
                )
            except PioneerError as error:
                _abandon(ctx, organisation_id, list(ids.values()), error.message)
                raise
            on_progress("Recording")
            _settle(ctx, organisation_id, dict.fromkeys(ids.values(), snapshot_id))
    return tuple(
        _report(month, staged, replaced=(month.source, month.month) in before) for month in staged.months
    )


def _expect(listed: ExportedMonth, staged: Staged) -> None:
    """Hold what the files have against what their manifest says. Raises `Invalid`."""
    wanted = f"{listed.month:%Y-%m}"
    others = sorted({month.month for month in staged.months} - {wanted})
    if others:
        message = (
            f"The manifest of {wanted} lists files with lines of {', '.join(others)}; nothing was loaded."
        )
        raise Invalid(message)
    rows = sum(month.rows for month in staged.months)
    if listed.rows is not None and rows != listed.rows:
        message = f"The manifest of {wanted} promises {listed.rows} rows, its files have {rows}; nothing was loaded."
        raise Invalid(message, mend="It is tried again at the next run.")


def _intend(
    ctx: Context, organisation_id: UUID, staged: Staged, ids: Mapping[tuple[str, str], UUID], version: str
) -> None:
    at = ctx.now()
    intended = [
        Load(
            ids[month.source, month.month],
            organisation_id,
            month.source,
            _first_day(month),
            version,
            started_at=at,
            rows=month.rows,
            totals=loads.as_text(month.totals),
            payers=sorted(month.payers),
        )
        for month in staged.months
    ]
    with ctx.begin() as db:
        collision = loads.beside(db, organisation_id, intended)
        if collision:
            raise _twice(*collision)
        loads.intend(db, intended)


def _twice(load: Load, other: Load) -> Invalid:
    """That a bill would count twice, naming the source that has it."""
    bill = ", ".join(sorted(set(load.payers or ()) & set(other.payers or ())))
    has = "already has" if other.state == "settled" else "is just being loaded with"
    message = (
        f"The source {other.source} {has} the bill of {bill} for {load.month:%Y-%m}; "
        f"from {load.source} it would count twice. Nothing was changed."
    )
    mend = f"Load it with --source {shlex.quote(other.source)} to replace what is there, or leave that month out."
    return Invalid(message, mend=mend)


def _settle(ctx: Context, organisation_id: UUID, snapshots: Mapping[UUID, int]) -> None:
    at = ctx.now()
    with ctx.begin() as db:
        for load_id, snapshot_id in snapshots.items():
            load = loads.settle(db, load_id, snapshot_id, at)
            data = {
                "source": load.source,
                "month": f"{load.month:%Y-%m}",
                "rows": load.rows,
                "totals": load.totals,
            }
            event = Event("BillsIngested", f"bill:{load.source}:{load.month:%Y-%m}", data)
            record(db, System(organisation_id, "ingest"), event, subject=load.source)


def _abandon(ctx: Context, organisation_id: UUID, load_ids: Sequence[UUID], message: str) -> None:
    for load_id in load_ids:
        warehouse_load.sweep(ctx.warehouse, organisation_id, load_id)
    at = ctx.now()
    with ctx.begin() as db:
        loads.fail(db, load_ids, message, at)


def _first_day(month: StagedMonth) -> date:
    return date.fromisoformat(f"{month.month}-01")


def _report(month: StagedMonth, staged: Staged, *, replaced: bool) -> LoadReport:
    outcome = Outcome.REPLACED if replaced else Outcome.LOADED
    return LoadReport(
        month.source,
        _first_day(month),
        outcome,
        month.rows,
        month.totals,
        staged.unknown_columns,
        staged.rounded,
    )


def _unchanged(load: Load) -> LoadReport:
    totals = {
        cost: {currency: Decimal(text) for currency, text in sums.items()}
        for cost, sums in (load.totals or {}).items()
    }
    return LoadReport(load.source, load.month, Outcome.UNCHANGED, load.rows or 0, totals)


def _fingerprint(paths: Iterable[Path], source: str | None) -> str:
    """SHA-256 of the files' content, in order, and of how they are to be called."""
    whole = hashlib.sha256((source or "").encode())
    for path in paths:
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()
