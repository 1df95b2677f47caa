"""Schedules, attachments and the segments acted on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.schedules.attachment import Acted, Attachment, Mode, Schedule
from core.schedules.calendars import KeptCalendar
from core.schedules.manual import Manual
from core.schedules.model import ScheduleDefinition, State
from core.schedules.selector import Selector
from core.schedules.switch import SWITCHED
from services.db.stores import calendars
from services.db.tables.cloud import resources
from services.db.tables.schedules import attachments, schedules, segments

_GIVEN = """
unnest(cast(:ids as text[]), cast(:starts as timestamptz[]), cast(:wants as text[]), cast(:times as timestamptz[]),
  cast(:reasons as text[]), cast(:outcomes as text[]), cast(:actions as uuid[]))
  w(resource_id, segment_start, desired, decided_at, reason, outcome, action_id)
"""
_SAME = """
s.organisation_id = :organisation and s.resource_id = w.resource_id and s.segment_start = w.segment_start
  and s.desired = w.desired
"""
_CLAIM = text(f"""
insert into schedule_segment
  (organisation_id, resource_id, segment_start, desired, decided_at, reason, outcome, action_id)
select :organisation, w.* from {_GIVEN}
on conflict do nothing returning resource_id, segment_start, desired
""")  # noqa: S608  our own words
_SETTLE = text(f"""
update schedule_segment s set outcome = w.outcome, action_id = w.action_id from {_GIVEN} where {_SAME}
""")  # noqa: S608  likewise
_GIVE_BACK = text(f"delete from schedule_segment s using {_GIVEN} where {_SAME}")  # noqa: S608  likewise


def listing(db: Connection, organisation_id: UUID) -> tuple[Schedule, ...]:
    """All schedules by name, without deleted ones."""
    query = select(schedules).where(_kept(organisation_id)).order_by(schedules.c.name)
    return _schedules(db, organisation_id, query)


def find(db: Connection, organisation_id: UUID, schedule_id: UUID, *, lock: bool = False) -> Schedule | None:
    """One schedule, or None; with `lock` until the transaction ends."""
    query = select(schedules).where(_kept(organisation_id), schedules.c.id == schedule_id)
    return next(iter(_schedules(db, organisation_id, query.with_for_update() if lock else query)), None)


def alike(db: Connection, organisation_id: UUID, definition: ScheduleDefinition) -> Schedule | None:
    """The oldest enabled schedule of just this definition that observes no calendar, or None."""
    query = select(schedules).where(
        _kept(organisation_id),
        schedules.c.enabled,
        schedules.c.definition == definition.to_json(),
        schedules.c.calendars == [],
    )
    found = _schedules(db, organisation_id, query.order_by(schedules.c.created_at).limit(1))
    return next(iter(found), None)


def write(db: Connection, organisation_id: UUID, schedule: Schedule) -> None:
    """Insert or replace. Raises SQLAlchemy's `IntegrityError` when the name is taken."""
    values = {
        "id": schedule.id,
        "organisation_id": organisation_id,
        "name": schedule.name,
        "definition": schedule.written.to_json(),
        "calendars": [kept.id for kept in schedule.observes],
        "version": schedule.version,
        "enabled": schedule.enabled,
        "created_by": schedule.created_by,
        "created_at": schedule.created_at,
        "changed_at": schedule.changed_at,
    }
    statement = upsert(schedules).values(values)
    kept = {
        name: statement.excluded[name]
        for name in ("name", "definition", "calendars", "version", "enabled", "changed_at")
    }
    db.execute(statement.on_conflict_do_update(index_elements=["id"], set_=kept))


def forget(db: Connection, organisation_id: UUID, schedule_id: UUID, at: datetime) -> None:
    """Delete a schedule and end its attachments; both stay readable for history."""
    db.execute(
        update(schedules).where(_kept(organisation_id), schedules.c.id == schedule_id).values(deleted_at=at)
    )
    db.execute(
        update(attachments)
        .where(_held(organisation_id), attachments.c.schedule_id == schedule_id)
        .values(detached_at=at)
    )


def attached(db: Connection, organisation_id: UUID) -> tuple[Attachment, ...]:
    """Every attachment that holds, oldest first."""
    query = (
        select(attachments)
        .where(_held(organisation_id))
        .order_by(attachments.c.attached_at, attachments.c.id)
    )
    return tuple(_attachment(row) for row in db.execute(query).mappings())


def attach(db: Connection, organisation_id: UUID, attachment: Attachment) -> None:
    """Keep a new attachment."""
    values = {
        **attachment.__dict__,
        "organisation_id": organisation_id,
        "selector": attachment.selector.to_json(),
        "manual": attachment.manual.to_json(),
    }
    db.execute(insert(attachments).values(values))


def change_attachment(db: Connection, organisation_id: UUID, changed: Attachment) -> None:
    """Keep an attachment's mode, its respect for what is done by hand, its order, and since when that holds."""
    statement = update(attachments).where(_held(organisation_id), attachments.c.id == changed.id)
    db.execute(
        statement.values(
            mode=changed.mode,
            manual=changed.manual.to_json(),
            order=changed.order,
            version=changed.version,
            attached_by=changed.attached_by,
            attached_at=changed.attached_at,
        )
    )


def detach(db: Connection, organisation_id: UUID, attachment_id: UUID, at: datetime) -> Attachment | None:
    """End an attachment; None where there is none that holds."""
    statement = update(attachments).where(_held(organisation_id), attachments.c.id == attachment_id)
    row = db.execute(statement.values(detached_at=at).returning(attachments)).mappings().one_or_none()
    return None if row is None else _attachment(row)


def switchable(
    db: Connection, organisation_id: UUID, ids: Sequence[str], accounts: Sequence[str] | None
) -> frozenset[str]:
    """Which of these exist and are of a kind that is switched, in these accounts (None: all)."""
    query = select(resources.c.id).where(
        resources.c.organisation_id == organisation_id,
        resources.c.id.in_(ids),
        resources.c.kind.in_(SWITCHED),
        resources.c.gone_at.is_(None),
    )
    if accounts is not None:
        query = query.where(resources.c.account_id.in_(accounts))
    return frozenset(db.execute(query).scalars())


def known(
    db: Connection, organisation_id: UUID, ids: Sequence[str], accounts: Sequence[str]
) -> frozenset[str]:
    """Which of these resources, there or gone, are in one of these accounts."""
    if not ids:
        return frozenset()
    query = text(
        "select id from resource where organisation_id = :organisation "
        "and id = any(cast(:ids as text[])) and account_id = any(cast(:accounts as text[]))"
    )
    given = {"organisation": organisation_id, "ids": list(ids), "accounts": list(accounts)}
    return frozenset(db.execute(query, given).scalars())


def acted_on(
    db: Connection, organisation_id: UUID, keys: Sequence[tuple[str, datetime, State]]
) -> frozenset[tuple[str, datetime, State]]:
    """Which of these (resource, segment start, desired) were acted on before."""
    if not keys:
        return frozenset()
    wanted = text(
        "select s.resource_id, s.segment_start, s.desired from schedule_segment s "
        "join unnest(cast(:ids as text[]), cast(:starts as timestamptz[]), cast(:wants as text[])) w(id, start, want) "
        "on s.resource_id = w.id and s.segment_start = w.start and s.desired = w.want "
        "where s.organisation_id = :organisation"
    )
    rows = db.execute(
        wanted,
        {
            "organisation": organisation_id,
            "ids": [key[0] for key in keys],
            "starts": [key[1] for key in keys],
            "wants": [key[2].value for key in keys],
        },
    )
    return frozenset((row.resource_id, row.segment_start, State(row.desired)) for row in rows)


def claim(db: Connection, organisation_id: UUID, acted: Sequence[Acted]) -> tuple[Acted, ...]:
    """Write these down; answers those that nobody had written before. The others are not ours to act on."""
    if not acted:
        return ()
    kept = db.execute(_CLAIM, _columns(organisation_id, acted))
    ours = {(row.resource_id, row.segment_start, row.desired) for row in kept}
    return tuple(one for one in acted if (one.resource_id, one.segment_start, one.desired.value) in ours)


def settle(db: Connection, organisation_id: UUID, acted: Sequence[Acted]) -> None:
    """Write what came of claimed segments."""
    if acted:
        db.execute(_SETTLE, _columns(organisation_id, acted))


def give_back(db: Connection, organisation_id: UUID, acted: Sequence[Acted]) -> None:
    """Undo claims, so that the segments are looked at again."""
    if acted:
        db.execute(_GIVE_BACK, _columns(organisation_id, acted))


def history(db: Connection, organisation_id: UUID, resource_id: str, limit: int) -> tuple[Acted, ...]:
    """What was decided for a resource, newest segment first."""
    query = select(segments).where(
        segments.c.organisation_id == organisation_id, segments.c.resource_id == resource_id
    )
    rows = db.execute(query.order_by(segments.c.segment_start.desc()).limit(limit)).mappings()
    return tuple(_acted(row) for row in rows)


def _kept(organisation_id: UUID) -> ColumnElement[bool]:
    return and_(schedules.c.organisation_id == organisation_id, schedules.c.deleted_at.is_(None))


def _held(organisation_id: UUID) -> ColumnElement[bool]:
    return and_(attachments.c.organisation_id == organisation_id, attachments.c.detached_at.is_(None))


def _columns(organisation_id: UUID, acted: Sequence[Acted]) -> dict[str, object]:
    return {
        "organisation": organisation_id,
        "ids": [one.resource_id for one in acted],
        "starts": [one.segment_start for one in acted],
        "wants": [one.desired.value for one in acted],
        "times": [one.decided_at for one in acted],
        "reasons": [one.reason for one in acted],
        "outcomes": [one.outcome for one in acted],
        "actions": [one.action_id for one in acted],
    }


def _schedules(
    db: Connection, organisation_id: UUID, query: Select[tuple[object, ...]]
) -> tuple[Schedule, ...]:
    """Schedules with the calendars they observe: a second query only where there are any."""
    rows = db.execute(query).mappings().all()
    known = calendars.observed(db, organisation_id, [each for row in rows for each in row["calendars"]])
    return tuple(_schedule(row, known) for row in rows)


def _schedule(row: RowMapping, known: Mapping[UUID, KeptCalendar]) -> Schedule:
    return Schedule(
        id=row["id"],
        name=row["name"],
        written=ScheduleDefinition.from_json(row["definition"]),
        version=row["version"],
        enabled=row["enabled"],
        created_by=row["created_by"],
        created_at=row["created_at"],
        changed_at=row["changed_at"],
        observes=tuple(known[each] for each in row["calendars"] if each in known),
    )


def _attachment(row: RowMapping) -> Attachment:
    return Attachment(
        id=row["id"],
        schedule_id=row["schedule_id"],
        selector=Selector.from_json(row["selector"]),
        mode=Mode(row["mode"]),
        manual=Manual.from_json(row["manual"]),
        attached_by=row["attached_by"],
        attached_at=row["attached_at"],
        version=row["version"],
        order=row["order"],
    )


def _acted(row: RowMapping) -> Acted:
    return Acted(
        resource_id=row["resource_id"],
        segment_start=row["segment_start"],
        desired=State(row["desired"]),
        decided_at=row["decided_at"],
        reason=row["reason"],
        outcome=row["outcome"],
        action_id=row["action_id"],
    )
