"""What somebody wants of one resource for a while."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on

from core.schedules.model import State
from core.schedules.override import Override
from services.db.tables.schedules import overrides


def of_resources(
    db: Connection, organisation_id: UUID, resource_ids: Sequence[str] | None = None
) -> Mapping[str, tuple[Override, ...]]:
    """By resource, those not ended and the last that ended after it was in force; None: all resources."""
    open_ones = select(overrides).where(
        overrides.c.organisation_id == organisation_id, overrides.c.ended_at.is_(None)
    )
    ended = (
        select(overrides)
        .where(overrides.c.organisation_id == organisation_id, overrides.c.ended_at > overrides.c["from"])
        .ext(distinct_on(overrides.c.resource_id))
        .order_by(overrides.c.resource_id, overrides.c.ended_at.desc())
    )
    found: defaultdict[str, list[Override]] = defaultdict(list)
    for query in (open_ones, ended):
        narrowed = query if resource_ids is None else query.where(overrides.c.resource_id.in_(resource_ids))
        for row in db.execute(narrowed).mappings():
            found[row["resource_id"]].append(_override(row))
    return {resource_id: tuple(held) for resource_id, held in found.items()}


def one(db: Connection, organisation_id: UUID, override_id: UUID, at: datetime) -> Override | None:
    """One that is not over at `at`, held until the transaction ends; or None."""
    query = select(overrides).where(
        overrides.c.organisation_id == organisation_id,
        overrides.c.id == override_id,
        overrides.c.until > at,
        or_(overrides.c.ended_at.is_(None), overrides.c.ended_at > at),
    )
    row = db.execute(query.with_for_update()).mappings().one_or_none()
    return None if row is None else _override(row)


def add(db: Connection, organisation_id: UUID, override: Override) -> None:
    """Keep one; what held before for the resource ends. Raises SQLAlchemy's `IntegrityError` where another was added at the same time."""
    db.execute(
        update(overrides)
        .where(
            overrides.c.organisation_id == organisation_id,
            overrides.c.resource_id == override.resource_id,
            overrides.c.ended_at.is_(None),
        )
        .values(ended_at=func.least(overrides.c.until, override.at))
    )
    values = {"from" if name == "begin" else name: value for name, value in override.__dict__.items()}
    db.execute(insert(overrides).values({**values, "organisation_id": organisation_id}))


def end(db: Connection, organisation_id: UUID, override_id: UUID, at: datetime) -> None:
    """End one before its time."""
    db.execute(
        update(overrides)
        .where(overrides.c.organisation_id == organisation_id, overrides.c.id == override_id)
        .values(ended_at=at)
    )


def _override(row: RowMapping) -> Override:
    return Override(
        id=row["id"],
        resource_id=row["resource_id"],
        state=State(row["state"]),
        begin=row["from"],
        until=row["until"],
        reason=row["reason"],
        by=row["by"],
        at=row["at"],
        ended_at=row["ended_at"],
    )
