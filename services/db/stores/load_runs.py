"""Files being taken in together, and how far they are; and a load's report as the database keeps it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from core.costs.load import Change, LoadReport, Outcome, Quarantined, Run
from core.money import exact
from services.db.stores.loads import Load, as_amounts, as_text
from services.db.tables.loads import runs


def begin(db: Connection, run: UUID, organisation_id: UUID, what: str, at: datetime) -> None:
    """Files begin to be read."""
    row = {"id": run, "organisation_id": organisation_id, "what": what, "state": "running", "started_at": at}
    db.execute(insert(runs), row)


def say(db: Connection, run: UUID, said: str, part: float | None) -> None:
    """How far it is."""
    db.execute(update(runs).where(runs.c.id == run).values(said=said, part=part))


def end(
    db: Connection,
    run: UUID,
    state: str,
    at: datetime,
    message: str = "",
    quarantined: Sequence[Quarantined] = (),
) -> None:
    """It is `done`, `partly` done or `failed`."""
    held = [
        {"name": each.name, "reason": each.reason, "months": sorted(each.months), "whole": each.whole}
        for each in quarantined
    ]
    values = {
        "state": state,
        "ended_at": at,
        "message": message,
        "quarantined": held,
        "said": "",
        "part": None,
    }
    db.execute(update(runs).where(runs.c.id == run).values(values))


def running(db: Connection, organisation_id: UUID | None = None) -> Sequence[tuple[UUID, Run]]:
    """Runs under way with their organisations, of all organisations when None; some may be those of a process that died."""
    query = select(runs).where(runs.c.state == "running").order_by(runs.c.started_at)
    if organisation_id is not None:
        query = query.where(runs.c.organisation_id == organisation_id)
    return [(row.organisation_id, _run(row)) for row in db.execute(query)]


def recent(db: Connection, organisation_id: UUID, limit: int) -> Sequence[Run]:
    """Runs that have ended, newest first."""
    query = (
        select(runs)
        .where(runs.c.organisation_id == organisation_id, runs.c.state != "running")
        .order_by(runs.c.started_at.desc())
        .limit(limit)
    )
    return [_run(row) for row in db.execute(query)]


def forget(db: Connection, before: datetime) -> None:
    """Remove the runs that ended before that time; their loads stay."""
    db.execute(delete(runs).where(runs.c.ended_at < before))


def _run(row: Any) -> Run:  # noqa: ANN401  SQLAlchemy's rows are not typed by table
    held = tuple(
        Quarantined(
            each["name"],
            each["reason"],
            frozenset((source, month) for source, month in each["months"]),
            each["whole"],
        )
        for each in row.quarantined
    )
    return Run(
        row.id, row.what, row.said, row.part, row.started_at, row.ended_at, row.state, row.message, held
    )


def kept(report: LoadReport) -> dict[str, Any]:
    """What of a report is not already in its load's columns, as JSON."""
    return {
        "outcome": report.outcome,
        "unknown_columns": list(report.unknown_columns),
        "rounded": report.rounded,
        "notes": list(report.notes),
        "before_rows": report.before_rows,
        "before": None if report.before is None else as_text(report.before),
        "listed_rows": report.listed_rows,
        "changes": [
            {
                "reason": each.reason,
                "category": each.category,
                "service": each.service,
                "currency": each.currency,
                "lines": each.lines,
                "amounts": {cost: exact(amount) for cost, amount in each.amounts.items()},
            }
            for each in report.changes
        ],
    }


def report_of(load: Load) -> LoadReport | None:
    """The report that was kept with a load; None when none was."""
    held: Mapping[str, Any] | None = load.report
    if held is None:
        return None
    changes = tuple(
        Change(
            each["reason"],
            each["category"],
            each["service"],
            each["currency"],
            each["lines"],
            {cost: Decimal(text) for cost, text in each["amounts"].items()},
        )
        for each in held["changes"]
    )
    return LoadReport(
        load.source,
        load.month,
        Outcome(held["outcome"]),
        load.rows or 0,
        as_amounts(load.totals or {}),
        tuple(held["unknown_columns"]),
        held["rounded"],
        tuple(held["notes"]),
        held["before_rows"],
        None if held["before"] is None else as_amounts(held["before"]),
        changes,
        held["listed_rows"],
    )
