"""The ledger of savings: entries are added once and stay; results and days are computed again with each bill."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.ledger.entry import Entry, Proof, Realised, RealisedDay, Standing
from core.money import ZERO
from core.recommendations.finding import FindingState
from core.recommendations.lever import Lever
from services.db.tables.ledger import days, entries, results
from services.db.tables.recommendations import findings


def add(db: Connection, organisation_id: UUID, made: Sequence[Entry]) -> None:
    """Write entries once, however often it is called: their ids say which they are."""
    if made:
        values = [{**entry.__dict__, "organisation_id": organisation_id} for entry in made]
        db.execute(upsert(entries).on_conflict_do_nothing(), values)


def end(db: Connection, organisation_id: UUID, action_id: UUID, at: datetime) -> None:
    """What an action saved ended: we took it back."""
    db.execute(
        update(entries)
        .where(
            entries.c.organisation_id == organisation_id,
            entries.c.action_id == action_id,
            entries.c.ended_at.is_(None),
        )
        .values(ended_at=at)
    )


_FOUND = entries.outerjoin(findings, findings.c.id == entries.c.finding_id)
_SWITCHED = func.coalesce(findings.c.resource_id, entries.c.resource_id)
"""What a schedule switches for an entry's saving: of a cluster's instances, the cluster that was found."""


def scheduled(
    db: Connection, organisation_id: UUID, resource_ids: Collection[str] | None = None
) -> frozenset[str]:
    """What schedules switch (among these; None: all) of which a saving is still promised."""
    query = select(_SWITCHED).select_from(_FOUND).where(_promised(organisation_id))
    if resource_ids is not None:
        query = query.where(_SWITCHED.in_(resource_ids))
    return frozenset(db.execute(query).scalars())


def end_scheduled(db: Connection, organisation_id: UUID, resource_ids: Collection[str], at: datetime) -> None:
    """What schedules saved by switching these ended."""
    chosen = select(entries.c.id).select_from(_FOUND)
    chosen = chosen.where(_promised(organisation_id), _SWITCHED.in_(resource_ids))
    db.execute(update(entries).where(entries.c.id.in_(chosen)).values(ended_at=at))


def of(db: Connection, organisation_id: UUID, accounts: Sequence[str] | None = None) -> tuple[Entry, ...]:
    """Every entry, newest first."""
    query = select(entries).where(entries.c.organisation_id == organisation_id)
    if accounts is not None:
        query = query.where(entries.c.account_id.in_(accounts))
    rows = db.execute(query.order_by(entries.c.applied_at.desc(), entries.c.id)).mappings()
    return tuple(_entry(row) for row in rows)


def promising(db: Connection, organisation_id: UUID, since: datetime) -> tuple[Entry, ...]:
    """Entries of what was done after a time and still holds, as far as is known: nobody took it back or undid it."""
    query = (
        select(entries)
        .select_from(entries.outerjoin(results, results.c.entry_id == entries.c.id))
        .where(
            entries.c.organisation_id == organisation_id,
            entries.c.applied_at > since,
            entries.c.ended_at.is_(None),
            results.c.undone_on.is_(None),
        )
    )
    return tuple(_entry(row) for row in db.execute(query.order_by(entries.c.applied_at)).mappings())


def undone(db: Connection, organisation_id: UUID, since: datetime) -> Mapping[str, date]:
    """Resources on which something was done after a time that the bill shows undone: the latest day from which it does."""
    query = (
        select(entries.c.resource_id, func.max(results.c.undone_on).label("day"))
        .join(results, results.c.entry_id == entries.c.id)
        .where(
            entries.c.organisation_id == organisation_id,
            entries.c.applied_at > since,
            results.c.undone_on.is_not(None),
        )
    )
    return {row.resource_id: row.day for row in db.execute(query.group_by(entries.c.resource_id))}


def organisations(db: Connection) -> tuple[UUID, ...]:
    """Who has entries."""
    query = select(entries.c.organisation_id).distinct().order_by(entries.c.organisation_id)
    return tuple(db.execute(query).scalars())


def standing(
    db: Connection, organisation_id: UUID, accounts: Sequence[str] | None = None, entry_id: UUID | None = None
) -> tuple[Standing, ...]:
    """Entries with what they came to, newest first; or one of them."""
    columns = [column for column in results.c if column.name != "organisation_id"]
    query = (
        select(entries, *(column.label(f"result_{column.name}") for column in columns))
        .select_from(entries.outerjoin(results, results.c.entry_id == entries.c.id))
        .where(entries.c.organisation_id == organisation_id)
    )
    if accounts is not None:
        query = query.where(entries.c.account_id.in_(accounts))
    if entry_id is not None:
        query = query.where(entries.c.id == entry_id)
    rows = db.execute(query.order_by(entries.c.applied_at.desc(), entries.c.id)).mappings()
    return tuple(_standing(row) for row in rows)


def days_of(db: Connection, organisation_id: UUID, entry_id: UUID) -> tuple[RealisedDay, ...]:
    """Each day of an entry, in order."""
    query = select(days).where(days.c.organisation_id == organisation_id, days.c.entry_id == entry_id)
    return tuple(
        RealisedDay(row.day, row.expected, row.actual) for row in db.execute(query.order_by(days.c.day))
    )


def by_day(
    db: Connection, organisation_id: UUID, accounts: Sequence[str] | None = None
) -> Mapping[date, Decimal]:
    """What was saved on each day by entries that the bill proves."""
    proven = results.c.proof.in_([Proof.PROVEN, Proof.UNDONE])
    query = (
        select(days.c.day, func.sum(days.c.expected - days.c.actual).label("saved"))
        .join(entries, entries.c.id == days.c.entry_id)
        .join(results, results.c.entry_id == days.c.entry_id)
        .where(days.c.organisation_id == organisation_id, proven)
    )
    if accounts is not None:
        query = query.where(entries.c.account_id.in_(accounts))
    return {row.day: row.saved for row in db.execute(query.group_by(days.c.day).order_by(days.c.day))}


def keep(
    db: Connection, organisation_id: UUID, came: Mapping[Entry, Realised], until: date, at: datetime
) -> None:
    """Replace what these entries came to."""
    ids = [entry.id for entry in came]
    for table in (days, results):
        db.execute(delete(table).where(table.c.entry_id.in_(ids)))
    written = [
        {
            "entry_id": entry.id,
            "organisation_id": organisation_id,
            "proof": one.proof,
            "why": one.why,
            "days": len(one.days),
            "promised": entry.promised_a_day * len(one.days),
            "saved": one.saved,
            "low": one.low,
            "high": one.high,
            "undone_on": one.undone_on,
            "until": until,
            "normalised": dict(one.normalised),
            "computed_at": at,
        }
        for entry, one in came.items()
    ]
    if written:
        db.execute(insert(results), written)
    each = [
        {"entry_id": entry.id, "organisation_id": organisation_id, **day.__dict__}
        for entry, one in came.items()
        for day in one.days
    ]
    if each:
        db.execute(insert(days), each)


def verify(db: Connection, organisation_id: UUID, proven: Sequence[UUID]) -> int:
    """Applied findings whose saving the bill proves are verified; answers how many became so."""
    statement = update(findings).where(
        findings.c.organisation_id == organisation_id,
        findings.c.id.in_(proven),
        findings.c.state == FindingState.APPLIED,
    )
    return db.execute(statement.values(state=FindingState.VERIFIED)).rowcount if proven else 0


def _promised(organisation_id: UUID) -> ColumnElement[bool]:
    """Entries of schedules that nobody ended."""
    return and_(
        entries.c.organisation_id == organisation_id,
        entries.c.lever == Lever.SCHEDULE,
        entries.c.ended_at.is_(None),
    )


def _entry(row: RowMapping) -> Entry:
    values = {name: row[name] for name in Entry.__dataclass_fields__}
    return Entry(**{**values, "lever": Lever(row["lever"])})


def _standing(row: RowMapping) -> Standing:
    if row["result_proof"] is None:
        return Standing(_entry(row), None, 0, ZERO, None)
    names = ("why", "saved", "low", "high", "undone_on", "normalised")
    result = Realised(Proof(row["result_proof"]), **{name: row[f"result_{name}"] for name in names})
    return Standing(_entry(row), result, row["result_days"], row["result_promised"], row["result_until"])
