"""One version of some months, from its files to the record: read and judged, intended, published, settled, held against the version before."""

import hashlib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from uuid import UUID

import duckdb

from core.costs.load import BILLED, LoadReport, Outcome, PartlyTaken, Size, Totals, lowered, withheld
from core.errors import Invalid, PioneerError
from core.events import Event
from core.ports import ExportedMonth
from services.context import Context, System
from services.db.stores import load_runs, loads
from services.db.stores.loads import Load
from services.usecases.bill_runs import Running
from services.usecases.record import record
from services.warehouse import changes
from services.warehouse import load as warehouse_load
from services.warehouse.staging import Key, Staged, StagedMonth, Wanted
from services.warehouse.watched import Step, politely


@dataclass(frozen=True)
class Version:
    """Which version of their months files are: of a manifest (`listed`), or given by hand and `guarded` against lowering a month."""

    name: str
    listed: ExportedMonth | None = None
    guarded: bool = False


def take(
    ctx: Context, run: Running, paths: Sequence[Path], wanted: Wanted, version: Version
) -> tuple[LoadReport, ...]:
    """Read and check, then write down the intent, publish, and settle it.

    Raises `Invalid` for what cannot be used as a whole, `PartlyTaken` when some of it went in.
    """
    with warehouse_load.staged(ctx.warehouse, run.id, paths, wanted, run.step) as (connection, staged):
        run.quarantined = staged.quarantined
        if version.listed is not None:
            _expect(version.listed, staged)
        with ctx.begin() as db:
            standing = {
                (load.source, f"{load.month:%Y-%m}"): load
                for load in loads.standing(db, wanted.organisation_id)
            }
        left_out = _left_out(staged, standing)
        months = [month for month in staged.months if (month.source, month.month) not in left_out]
        if not months:
            raise Invalid(_refusal(staged, left_out))
        if version.guarded:
            _guard(months, standing)
        name = version.name if not staged.quarantined else _partial(version.name, paths, staged)
        reports = _publish(
            ctx, run, connection, staged, months, standing, replace(version, name=name), wanted
        )
    if staged.quarantined:
        raise PartlyTaken(
            _refusal(staged, left_out),
            reports,
            mend="The rest went in. Mend the files, then give all of these months' files together.",
        )
    return reports


def _left_out(staged: Staged, standing: Mapping[Key, Load]) -> dict[Key, str]:
    sizes = {(month.source, month.month): _size(month.rows, month.totals) for month in staged.months}
    stand = {key: _standing_size(load) for key, load in standing.items()}
    return withheld(sizes, stand, staged.quarantined)


def _refusal(staged: Staged, left_out: Mapping[Key, str]) -> str:
    said = [each.reason for each in staged.quarantined]
    said += [f"{month} of {source} was left out: {why}." for (source, month), why in sorted(left_out.items())]
    return " ".join(said)


def _partial(name: str, paths: Sequence[Path], staged: Staged) -> str:
    """Files of which some failed are another version than the same files once all are well."""
    failed = repr((name, sorted(each.reason for each in staged.quarantined), len(paths)))
    return hashlib.sha256(failed.encode()).hexdigest()


def _guard(months: Sequence[StagedMonth], standing: Mapping[Key, Load]) -> None:
    """Raise `Invalid` when a month would lose more of its rows or billed cost than a correction does."""
    said = []
    for month in months:
        old = standing.get((month.source, month.month))
        less = lowered(_standing_size(old), _size(month.rows, month.totals)) if old else ""
        if less:
            said.append(f"{month.month} of {month.source} would go from {less}")
    if said:
        message = f"{'; '.join(said)}. Nothing was changed."
        raise Invalid(
            message,
            mend="If these files really are the whole month, say --replace; else give all its files together.",
        )


def _size(rows: int, totals: Totals) -> Size:
    return Size(rows, totals.get(BILLED, {}))


def _standing_size(load: Load) -> Size:
    return _size(load.rows or 0, loads.as_amounts(load.totals or {}))


def _expect(listed: ExportedMonth, staged: Staged) -> None:
    """Hold what the files have against what their manifest says. Raises `Invalid`: a month that misses a file is not published."""
    if staged.quarantined:
        message = " ".join(each.reason for each in staged.quarantined)
        raise Invalid(f"{message} Nothing was loaded.", mend="It is tried again at the next run.")
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


def _publish(
    ctx: Context,
    run: Running,
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    months: Sequence[StagedMonth],
    standing: Mapping[Key, Load],
    version: Version,
    wanted: Wanted,
) -> tuple[LoadReport, ...]:
    owner = wanted.organisation_id
    ids = {(month.source, month.month): staged.ids[month.source, month.month] for month in months}
    reports = {
        key: _report(month, staged, standing.get(key), version)
        for month in months
        if (key := (month.source, month.month))
    }
    with ctx.warehouse.catalog.owning(list(ids.values())):
        _intend(ctx, run.id, owner, months, ids, version.name, reports)
        old = _files(ctx, owner)
        try:
            snapshot_id = politely(
                lambda: warehouse_load.replace_months(ctx.warehouse, connection, owner, staged, ids, run.step)
            )
        except PioneerError as error:
            abandon(ctx, owner, list(ids.values()), error.message)
            raise
        run.step(Step("Recording"))
        settle(ctx, owner, dict.fromkeys(ids.values(), snapshot_id))
    new = _files(ctx, owner)
    for key, report in reports.items():
        if report.before is not None:
            run.step(Step(f"Comparing {key[1]} of {key[0]} with the version before"))
            reports[key] = _explained(ctx, connection, ids[key], report, old.get(key, ()), new.get(key, ()))
    return tuple(reports.values())


def _files(ctx: Context, organisation_id: UUID) -> dict[Key, list[str]]:
    """The files of each month as published now."""
    catalog = ctx.warehouse.catalog
    found: dict[Key, list[str]] = {}
    for file in catalog.plan(catalog.token()).files:
        if file.organisation_id == str(organisation_id):
            found.setdefault((file.source, file.month), []).append(file.path)
    return found


def _explained(
    ctx: Context,
    connection: duckdb.DuckDBPyConnection,
    load_id: UUID,
    report: LoadReport,
    old: Sequence[str],
    new: Sequence[str],
) -> LoadReport:
    """The report with what changed, kept with its load. The bill stands whatever becomes of this: a failure is a note."""
    try:
        found = politely(lambda: changes.between(connection, old, new)) if old and new else ()
        explained = replace(report, changes=found)
    except duckdb.Error as error:
        note = f"What changed could not be worked out: {str(error).splitlines()[0]}"
        explained = replace(report, notes=(*report.notes, note))
    with ctx.begin() as db:
        loads.explain(db, load_id, load_runs.kept(explained))
    return explained


def _intend(
    ctx: Context,
    run: UUID,
    organisation_id: UUID,
    months: Sequence[StagedMonth],
    ids: Mapping[Key, UUID],
    version: str,
    reports: Mapping[Key, LoadReport],
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
            run_id=run,
            report=load_runs.kept(reports[month.source, month.month]),
        )
        for month in months
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


def settle(ctx: Context, organisation_id: UUID, snapshots: Mapping[UUID, int]) -> None:
    """Write down that loads reached the warehouse, each with its event; which of a month's stands is the warehouse's to say."""
    at, catalog = ctx.now(), ctx.warehouse.catalog
    with ctx.begin() as db:
        loads.lock(db, organisation_id)
        there = {file.load_id for file in catalog.plan(catalog.token()).files}
        for load_id, snapshot_id in snapshots.items():
            load = loads.settle(db, load_id, snapshot_id, at, stands=str(load_id) in there)
            report = load_runs.report_of(load)
            data = {
                "source": load.source,
                "month": f"{load.month:%Y-%m}",
                "rows": load.rows,
                "totals": load.totals,
                "difference": loads.as_text(report.difference) if report else {},
            }
            event = Event("BillsIngested", f"bill:{load.source}:{load.month:%Y-%m}", data)
            record(db, System(organisation_id, "ingest"), event, subject=load.source)


def abandon(ctx: Context, organisation_id: UUID, load_ids: Sequence[UUID], message: str) -> None:
    """Remove what loads wrote, and write down that they failed."""
    for load_id in load_ids:
        warehouse_load.sweep(ctx.warehouse, organisation_id, load_id)
    at = ctx.now()
    with ctx.begin() as db:
        loads.fail(db, load_ids, message, at)


def _first_day(month: StagedMonth) -> date:
    return date.fromisoformat(f"{month.month}-01")


def _report(month: StagedMonth, staged: Staged, old: Load | None, version: Version) -> LoadReport:
    unread = [each.name for each in staged.quarantined if not each.whole]
    notes = (f"May be incomplete: {' and '.join(unread)}, given with it, could not be read to the end.",)
    return LoadReport(
        month.source,
        _first_day(month),
        Outcome.LOADED if old is None else Outcome.REPLACED,
        month.rows,
        month.totals,
        staged.unknown_columns,
        staged.rounded,
        notes if unread else (),
        None if old is None else old.rows,
        None if old is None else loads.as_amounts(old.totals or {}),
        listed_rows=version.listed.rows if version.listed else None,
    )
