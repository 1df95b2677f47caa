"""Which bills were taken in, and which were intended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on

from core.costs.load import Totals
from core.inventory import Account, ExportLocation
from core.money import exact
from services.db.tables.access import organisations
from services.db.tables.cloud import accounts
from services.db.tables.loads import loads


@dataclass(frozen=True)
class Load:
    """One billing month of one source, as far as it got."""

    id: UUID
    organisation_id: UUID
    source: str
    month: date
    version: str
    started_at: datetime
    state: str = "intended"
    rows: int | None = None
    totals: Mapping[str, Mapping[str, str]] | None = None
    snapshot_id: int | None = None
    message: str = ""
    settled_at: datetime | None = None
    payers: Sequence[str] | None = None
    """The bills it is made of, provider and billing account, such as AWS:111111111111; None when they were not read."""
    run_id: UUID | None = None
    report: Mapping[str, Any] | None = None
    """As `kept` writes it; None for loads from before reports were kept."""


def intend(db: Connection, intended: Sequence[Load]) -> None:
    """Write down what is about to be published, before it is."""
    db.execute(insert(loads), [{**load.__dict__} for load in intended])


def lock(db: Connection, organisation_id: UUID) -> None:
    """Until the transaction ends nobody else writes down what became of the organisation's loads."""
    owner = select(organisations.c.id).where(organisations.c.id == organisation_id)
    db.execute(owner.with_for_update(key_share=True))


def beside(db: Connection, organisation_id: UUID, wanted: Sequence[Load]) -> tuple[Load, Load] | None:
    """The first of these loads that has a bill of its month in common with another source's, standing or under way; and that one.

    Until the transaction ends no other load of the organisation gets past this question.
    """
    lock(db, organisation_id)
    query = select(loads).where(
        loads.c.organisation_id == organisation_id,
        loads.c.month.in_({load.month for load in wanted}),
        loads.c.state.in_(("settled", "intended")),
    )
    there = [Load(**row) for row in db.execute(query.order_by(loads.c.month, loads.c.source)).mappings()]
    return next(
        (
            (load, other)
            for other in there
            for load in wanted
            if (load.month, load.source != other.source) == (other.month, True)
            and not set(load.payers or ()).isdisjoint(other.payers or ())
        ),
        None,
    )


def settle(db: Connection, load_id: UUID, snapshot_id: int, at: datetime, *, stands: bool = True) -> Load:
    """The load reached the warehouse. Answers it.

    Where it `stands` there, whatever stood for its source and month is superseded; else a later load took its place, and it is.
    """
    if not stands:
        left = update(loads).where(loads.c.id == load_id)
        left = left.values(state="superseded", snapshot_id=snapshot_id, settled_at=at)
        return Load(**db.execute(left.returning(loads)).mappings().one())
    row = db.execute(select(loads).where(loads.c.id == load_id)).one()
    same = (
        loads.c.organisation_id == row.organisation_id,
        loads.c.source == row.source,
        loads.c.month == row.month,
    )
    db.execute(update(loads).where(*same, loads.c.state == "settled").values(state="superseded"))
    settled = (
        update(loads)
        .where(loads.c.id == load_id)
        .values(state="settled", snapshot_id=snapshot_id, settled_at=at)
    )
    return Load(**db.execute(settled.returning(loads)).mappings().one())


def explain(db: Connection, load_id: UUID, report: Mapping[str, Any]) -> None:
    """Keep what was found out about a load that has settled."""
    db.execute(update(loads).where(loads.c.id == load_id).values(report=report))


def fail(db: Connection, load_ids: Sequence[UUID], message: str, at: datetime) -> None:
    """The loads did not reach the warehouse, and why."""
    db.execute(
        update(loads).where(loads.c.id.in_(load_ids)).values(state="failed", message=message, settled_at=at)
    )


def history(
    db: Connection, organisation_id: UUID, limit: int, *, since: datetime | None = None
) -> Sequence[Load]:
    """Loads that have ended, newest first; those that began at `since` or later."""
    query = select(loads).where(loads.c.organisation_id == organisation_id, loads.c.state != "intended")
    if since is not None:
        query = query.where(loads.c.started_at >= since)
    return [
        Load(**row) for row in db.execute(query.order_by(loads.c.started_at.desc()).limit(limit)).mappings()
    ]


def intended(db: Connection, organisation_id: UUID | None = None) -> Sequence[Load]:
    """Loads that have not been settled; of all organisations when None."""
    query = select(loads).where(loads.c.state == "intended").order_by(loads.c.started_at)
    if organisation_id is not None:
        query = query.where(loads.c.organisation_id == organisation_id)
    return [Load(**row) for row in db.execute(query).mappings()]


def standing(db: Connection, organisation_id: UUID) -> Sequence[Load]:
    """The loads that the warehouse shows: the settled one of each source and month."""
    query = select(loads).where(loads.c.organisation_id == organisation_id, loads.c.state == "settled")
    return [Load(**row) for row in db.execute(query.order_by(loads.c.source, loads.c.month)).mappings()]


def standing_whole(db: Connection, organisation_id: UUID, version: str) -> Sequence[Load]:
    """The loads of one version, provided that each month it ever brought still stands; else nothing."""
    query = select(loads).where(
        loads.c.organisation_id == organisation_id,
        loads.c.version == version,
        loads.c.state.in_(("settled", "superseded")),
    )
    brought = [Load(**row) for row in db.execute(query.order_by(loads.c.source, loads.c.month)).mappings()]
    stands = [load for load in brought if load.state == "settled"]
    return (
        stands
        if {(load.source, load.month) for load in brought} == {(load.source, load.month) for load in stands}
        else []
    )


def failing(db: Connection, organisation_id: UUID) -> Sequence[Load]:
    """For each source and month whose newest load failed: that load, newest first."""
    newest = (
        select(loads)
        .where(loads.c.organisation_id == organisation_id, loads.c.state != "intended")
        .ext(distinct_on(loads.c.source, loads.c.month))
        .order_by(loads.c.source, loads.c.month, loads.c.started_at.desc())
        .subquery()
    )
    query = select(newest).where(newest.c.state == "failed").order_by(newest.c.started_at.desc())
    return [Load(**row) for row in db.execute(query).mappings()]


def exporting_accounts(db: Connection) -> Sequence[Account]:
    """Accounts of every organisation whose bills are exported to a bucket we know, but for paused ones."""
    query = (
        select(accounts)
        .where(accounts.c.export.is_not(None), accounts.c.status != "paused")
        .order_by(accounts.c.id)
    )
    return [
        Account(
            id=row.id,
            organisation_id=row.organisation_id,
            name=row.name,
            external_id=row.external_id,
            regions=tuple(row.regions),
            role_arn=row.role_arn,
            export=ExportLocation(**row.export),
        )
        for row in db.execute(query)
    ]


def as_amounts(totals: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Decimal]]:
    """What `as_text` wrote."""
    return {
        cost: {currency: Decimal(text) for currency, text in sums.items()} for cost, sums in totals.items()
    }


def as_text(totals: Totals) -> dict[str, dict[str, str]]:
    """Totals as JSON holds them: exact decimal texts."""
    return {
        cost: {currency: exact(amount) for currency, amount in sums.items()} for cost, sums in totals.items()
    }
