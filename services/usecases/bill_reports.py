"""What was taken in, what was not, and which months were restated."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from core.access.roles import Permission, User
from core.costs.load import BILLED, LoadRecord, Outcome, Restatement, Run
from services.context import Context
from services.db.stores import load_runs, loads, stamps
from services.db.stores.loads import Load
from services.usecases.unchanged import unchanged

RESTATEMENTS = 1000
"""The most loads looked at for restatements: far more than a month of hourly exports of one month each."""


def history(ctx: Context, user: User, *, limit: int = 50) -> tuple[LoadRecord, ...]:
    """Loads that have ended, newest first, each with its report: what it brought, changed and left out.

    Amounts are those of whole bills, so a user limited to some accounts gets the loads without their reports and reasons.
    """
    user.require(Permission.VIEW_CONNECTIONS)
    with ctx.read() as db:
        stamp, _ = stamps.of_loads(db, user.organisation_id)

        def read() -> tuple[LoadRecord, ...]:
            found = loads.history(db, user.organisation_id, limit)
            runs = {run.id: run for run in load_runs.recent(db, user.organisation_id, limit)}
            return tuple(_seen(_record(load, runs), user) for load in found)

        key = ("loads", user.organisation_id, user.accounts is None, limit)
        return unchanged(ctx, stamp, read, *key, rows=len)


def runs(ctx: Context, user: User, *, limit: int = 20) -> tuple[Run, ...]:
    """Files that were taken in together and not all went in, newest first. The reasons speak of whole bills: a user limited to some accounts gets none."""
    user.require(Permission.VIEW_CONNECTIONS)
    if user.accounts is not None:
        return ()
    with ctx.read() as db:
        found = load_runs.recent(db, user.organisation_id, limit)
    return tuple(run for run in found if run.state in {"partly", "failed"})


def under_way(ctx: Context, user: User) -> tuple[Run, ...]:
    """Files that are being taken in right now; none of it for a user limited to some accounts."""
    user.require(Permission.VIEW_CONNECTIONS)
    if user.accounts is not None:
        return ()
    with ctx.read() as db:
        return tuple(run for _, run in load_runs.running(db, user.organisation_id))


def restatements(ctx: Context, user: User, since: datetime) -> tuple[Restatement, ...]:
    """Months replaced at `since` or later by a version that differs, newest first.

    The amounts are whole bills': a user limited to some accounts is told of none.
    """
    user.require(Permission.VIEW_COSTS)
    if user.accounts is not None:
        return ()
    with ctx.read() as db:
        found = loads.history(db, user.organisation_id, RESTATEMENTS, since=since)
    answers = []
    for load in found:
        report = load_runs.report_of(load)
        if load.state == "failed" or load.settled_at is None or report is None or report.before is None:
            continue
        differs = report.changes or any(
            amount for sums in report.difference.values() for amount in sums.values()
        )
        if differs:
            billed: Mapping[str, Decimal] = report.difference.get(BILLED, {})
            answers.append(Restatement(load.source, load.month, load.settled_at, billed, load.id))
    return tuple(answers)


def _record(load: Load, known: Mapping[UUID, Run]) -> LoadRecord:
    report = load_runs.report_of(load)
    failed = load.state == "failed"
    outcome = Outcome.LOADED if report is None else report.outcome
    run = known.get(load.run_id) if load.run_id else None
    return LoadRecord(
        load.id,
        load.source,
        load.month,
        Outcome.FAILED if failed else outcome,
        load.started_at,
        load.settled_at,
        load.message,
        None if failed else report,
        run,
    )


def _seen(record: LoadRecord, user: User) -> LoadRecord:
    return record if user.accounts is None else replace(record, report=None, message="", run=None)
