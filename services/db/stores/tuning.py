"""Options and exclusions of rules."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.recommendations.tuning import Exclusion, Tuning
from services.db.tables.tuning import exclusions, options


def load(db: Connection, organisation_id: UUID, now: datetime) -> Tuning:
    """All that is set and holds."""
    return Tuning(options_of(db, organisation_id), excluded(db, organisation_id, now))


def options_of(db: Connection, organisation_id: UUID) -> Mapping[str, Mapping[str, float]]:
    """Values by rule and name."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    query = select(options.c.rule, options.c.name, options.c.value)
    for row in db.execute(query.where(options.c.organisation_id == organisation_id)):
        found[row.rule][row.name] = row.value
    return found


def set_option(
    db: Connection, organisation_id: UUID, rule: str, name: str, value: float | None, by: str, at: datetime
) -> None:
    """Keep a value; None puts the default back."""
    key = {"organisation_id": organisation_id, "rule": rule, "name": name}
    if value is None:
        db.execute(delete(options).filter_by(**key))
        return
    written = {"value": value, "set_by": by, "set_at": at}
    db.execute(
        upsert(options).values(**key, **written).on_conflict_do_update(index_elements=list(key), set_=written)
    )


def excluded(db: Connection, organisation_id: UUID, now: datetime) -> tuple[Exclusion, ...]:
    """Exclusions in force, newest first."""
    query = select(exclusions).where(
        exclusions.c.organisation_id == organisation_id,
        exclusions.c.ended_at.is_(None),
        exclusions.c.until.is_(None) | (exclusions.c.until > now),
    )
    return tuple(
        Exclusion(
            id=row.id,
            rule=row.rule,
            resource_id=row.resource_id,
            tag=(row.tag_key, row.tag_value) if row.tag_key else None,
            account_id=row.account_id,
            reason=row.reason,
            by=row.made_by,
            at=row.made_at,
            until=row.until,
        )
        for row in db.execute(query.order_by(exclusions.c.made_at.desc(), exclusions.c.id))
    )


def exclude(db: Connection, organisation_id: UUID, made: Exclusion) -> None:
    """Keep an exclusion."""
    key, value = made.tag or ("", "")
    db.execute(
        insert(exclusions).values(
            id=made.id,
            organisation_id=organisation_id,
            rule=made.rule,
            resource_id=made.resource_id,
            tag_key=key,
            tag_value=value,
            account_id=made.account_id,
            reason=made.reason,
            made_by=made.by,
            made_at=made.at,
            until=made.until,
        )
    )


def include(db: Connection, organisation_id: UUID, exclusion_id: UUID, at: datetime) -> bool:
    """Take an exclusion back; False where none is in force."""
    statement = update(exclusions).where(
        exclusions.c.organisation_id == organisation_id,
        exclusions.c.id == exclusion_id,
        exclusions.c.ended_at.is_(None),
    )
    return bool(db.execute(statement.values(ended_at=at)).rowcount)
