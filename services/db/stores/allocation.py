"""Virtual tags and shared costs, by version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, insert, select, update

from core.costs.virtual_tags import (
    SharedCost,
    VirtualTag,
    rules_from_json,
    rules_to_json,
    shared_from_json,
    shared_to_json,
)
from services.db.tables.allocation import shared_costs, virtual_tags


@dataclass(frozen=True)
class KeptTag:
    """A version of a virtual tag, and who wrote it when."""

    tag: VirtualTag
    created_by: str
    created_at: datetime


@dataclass(frozen=True)
class KeptShared:
    """A version of a shared cost, and who wrote it when."""

    shared: SharedCost
    created_by: str
    created_at: datetime


def tags(db: Connection, organisation_id: UUID, name: str | None = None) -> tuple[KeptTag, ...]:
    """Every version that stands, by name and day; or those of one virtual tag."""
    wanted = [*_standing(virtual_tags, organisation_id), *([virtual_tags.c.name == name] if name else [])]
    query = select(virtual_tags).where(*wanted)
    rows = db.execute(query.order_by(virtual_tags.c.name, virtual_tags.c.effective_from))
    return tuple(
        KeptTag(
            VirtualTag(row.name, rules_from_json(row.definition), row.effective_from),
            row.created_by,
            row.created_at,
        )
        for row in rows
    )


def shared(db: Connection, organisation_id: UUID, tag: str | None = None) -> tuple[KeptShared, ...]:
    """Every version that stands, by virtual tag, name and day; or those among the values of one virtual tag."""
    wanted = [*_standing(shared_costs, organisation_id), *([shared_costs.c.tag == tag] if tag else [])]
    query = select(shared_costs).where(*wanted)
    rows = db.execute(query.order_by(shared_costs.c.tag, shared_costs.c.name, shared_costs.c.effective_from))
    return tuple(
        KeptShared(
            shared_from_json(row.tag, row.name, row.effective_from, row.definition),
            row.created_by,
            row.created_at,
        )
        for row in rows
    )


def write_tag(
    db: Connection, organisation_id: UUID, identity: UUID, tag: VirtualTag, by: str, at: datetime
) -> None:
    """Keep a version, in the place of the one that began on the same day."""
    same = [virtual_tags.c.name == tag.name, virtual_tags.c.effective_from == tag.effective_from]
    _end(db, virtual_tags, organisation_id, same, at)
    db.execute(
        insert(virtual_tags).values(
            id=identity,
            organisation_id=organisation_id,
            name=tag.name,
            effective_from=tag.effective_from,
            definition=rules_to_json(tag.rules),
            created_by=by,
            created_at=at,
        )
    )


def write_shared(
    db: Connection, organisation_id: UUID, identity: UUID, one: SharedCost, by: str, at: datetime
) -> None:
    """Keep a version, in the place of the one that began on the same day."""
    same = [*_of(one.tag, one.name), shared_costs.c.effective_from == one.effective_from]
    _end(db, shared_costs, organisation_id, same, at)
    db.execute(
        insert(shared_costs).values(
            id=identity,
            organisation_id=organisation_id,
            tag=one.tag,
            name=one.name,
            effective_from=one.effective_from,
            definition=shared_to_json(one),
            created_by=by,
            created_at=at,
        )
    )


def forget_tag(db: Connection, organisation_id: UUID, name: str, at: datetime) -> int:
    """End all versions of a virtual tag and of its shared costs; answers how many of the former there were."""
    _end(db, shared_costs, organisation_id, [shared_costs.c.tag == name], at)
    return _end(db, virtual_tags, organisation_id, [virtual_tags.c.name == name], at)


def forget_shared(db: Connection, organisation_id: UUID, tag: str, name: str, at: datetime) -> int:
    """End all versions of a shared cost; answers how many there were."""
    return _end(db, shared_costs, organisation_id, _of(tag, name), at)


def bring_back(db: Connection, organisation_id: UUID, tag: str, name: str | None, ended: datetime) -> int:
    """Undo what was ended at this instant: of a shared cost, or (`name` None) of a virtual tag and its shared costs.

    Raises SQLAlchemy's `IntegrityError` when the name is taken again.
    """
    wanted = [shared_costs.c.tag == tag] if name is None else _of(tag, name)
    found = _again(db, shared_costs, organisation_id, wanted, ended)
    if name is None:
        found = _again(db, virtual_tags, organisation_id, [virtual_tags.c.name == tag], ended)
    return found


def _of(tag: str, name: str) -> list[ColumnElement[bool]]:
    return [shared_costs.c.tag == tag, shared_costs.c.name == name]


def _standing(table: Table, organisation_id: UUID) -> list[ColumnElement[bool]]:
    return [table.c.organisation_id == organisation_id, table.c.deleted_at.is_(None)]


def _end(
    db: Connection, table: Table, organisation_id: UUID, wanted: Sequence[ColumnElement[bool]], at: datetime
) -> int:
    standing = _standing(table, organisation_id)
    return db.execute(update(table).where(*standing, *wanted).values(deleted_at=at)).rowcount


def _again(
    db: Connection,
    table: Table,
    organisation_id: UUID,
    wanted: Sequence[ColumnElement[bool]],
    ended: datetime,
) -> int:
    whose = [table.c.organisation_id == organisation_id, table.c.deleted_at == ended]
    return db.execute(update(table).where(*whose, *wanted).values(deleted_at=None)).rowcount
