"""Calendars that schedules share."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from core.schedules.calendars import Calendar, KeptCalendar
from services.db.tables.calendars import calendars
from services.db.tables.schedules import schedules


def listing(db: Connection, organisation_id: UUID) -> tuple[KeptCalendar, ...]:
    """All of an organisation, by name."""
    query = select(calendars).where(calendars.c.organisation_id == organisation_id).order_by(calendars.c.name)
    return tuple(_calendar(row) for row in db.execute(query).mappings())


def observed(
    db: Connection, organisation_id: UUID, ids: Sequence[UUID], *, lock: bool = False
) -> Mapping[UUID, KeptCalendar]:
    """These of them that are there, by id; with `lock` none is changed or deleted until the transaction ends."""
    if not ids:
        return {}
    query = select(calendars).where(
        calendars.c.organisation_id == organisation_id, calendars.c.id.in_(sorted(set(ids)))
    )
    rows = db.execute(query.order_by(calendars.c.id).with_for_update(read=True) if lock else query).mappings()
    return {row["id"]: _calendar(row) for row in rows}


def find(db: Connection, organisation_id: UUID, calendar_id: UUID) -> KeptCalendar | None:
    """One, held until the transaction ends; or None."""
    query = select(calendars).where(
        calendars.c.organisation_id == organisation_id, calendars.c.id == calendar_id
    )
    row = db.execute(query.with_for_update()).mappings().one_or_none()
    return None if row is None else _calendar(row)


def count(db: Connection, organisation_id: UUID) -> int:
    """How many there are."""
    query = select(func.count()).where(calendars.c.organisation_id == organisation_id)
    return int(db.execute(query).scalar_one())


def write(db: Connection, organisation_id: UUID, kept: KeptCalendar) -> None:
    """Insert or replace. Raises SQLAlchemy's `IntegrityError` when the name is taken."""
    body = kept.calendar.to_json()
    values = {
        "id": kept.id,
        "organisation_id": organisation_id,
        "name": body["name"],
        "days": body["days"],
        "version": kept.version,
        "created_by": kept.created_by,
        "created_at": kept.created_at,
        "changed_at": kept.changed_at,
    }
    statement = upsert(calendars).values(values)
    changed = {name: statement.excluded[name] for name in ("name", "days", "version", "changed_at")}
    db.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed))


def forget(db: Connection, organisation_id: UUID, calendar_id: UUID) -> None:
    """Delete one; the caller has seen to it that no schedule observes it."""
    db.execute(
        delete(calendars).where(calendars.c.organisation_id == organisation_id, calendars.c.id == calendar_id)
    )


def used_by(db: Connection, organisation_id: UUID) -> Mapping[UUID, tuple[str, ...]]:
    """Names of the schedules that observe each calendar, sorted."""
    calendar_id = func.unnest(schedules.c.calendars).label("calendar_id")
    query = (
        select(calendar_id, schedules.c.name)
        .where(schedules.c.organisation_id == organisation_id, schedules.c.deleted_at.is_(None))
        .order_by(schedules.c.name)
    )
    found: dict[UUID, list[str]] = {}
    for row in db.execute(query):
        found.setdefault(row.calendar_id, []).append(row.name)
    return {identity: tuple(dict.fromkeys(names)) for identity, names in found.items()}


def _calendar(row: RowMapping) -> KeptCalendar:
    return KeptCalendar(
        id=row["id"],
        calendar=Calendar.from_json({"name": row["name"], "days": row["days"]}),
        version=row["version"],
        created_by=row["created_by"],
        created_at=row["created_at"],
        changed_at=row["changed_at"],
    )
