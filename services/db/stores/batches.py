"""Batches of actions asked for at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, func, select, update

from core.actions.batch import Batch
from core.actions.model import ActionState
from services.db.tables.actions import actions, batches


def add(db: Connection, batch: Batch) -> None:
    """Keep a new one."""
    values = {name: value for name, value in batch.__dict__.items() if name in batches.c}
    db.execute(batches.insert().values(**values | {"outcomes": list(batch.outcomes)}))


def tell(db: Connection, batch_id: UUID, outcomes: Sequence[Mapping[str, str | None]]) -> None:
    """Write down what became of its fixes so far."""
    db.execute(update(batches).where(batches.c.id == batch_id).values(outcomes=list(outcomes)))


def stop(db: Connection, batch_id: UUID, by: str, at: datetime) -> bool:
    """Let no more of it begin; False when it was stopped before."""
    statement = update(batches).where(batches.c.id == batch_id, batches.c.stopped_at.is_(None))
    return db.execute(statement.values(stopped_by=by, stopped_at=at)).rowcount == 1


def stopped(db: Connection, batch_id: UUID) -> bool:
    """Whether somebody stopped it; who would stop it now waits until the transaction ends, and then sees what it did."""
    query = select(batches.c.stopped_at).where(batches.c.id == batch_id).with_for_update()
    return db.execute(query).scalar_one() is not None


def one(db: Connection, organisation_id: UUID, batch_id: UUID, by: str | None = None) -> Batch | None:
    """One batch; with `by`, only if that person asked for it."""
    query = select(batches).where(batches.c.organisation_id == organisation_id, batches.c.id == batch_id)
    if by is not None:
        query = query.where(batches.c.requested_by == by)
    found = _counted(db, db.execute(query).mappings().all())
    return found[0] if found else None


def newest(db: Connection, organisation_id: UUID, limit: int, by: str | None = None) -> tuple[Batch, ...]:
    """The newest batches; with `by`, of those that person asked for."""
    query = select(batches).where(batches.c.organisation_id == organisation_id)
    if by is not None:
        query = query.where(batches.c.requested_by == by)
    rows = db.execute(query.order_by(batches.c.requested_at.desc(), batches.c.id).limit(limit))
    return _counted(db, rows.mappings().all())


def _counted(db: Connection, rows: Sequence[RowMapping]) -> tuple[Batch, ...]:
    if not rows:
        return ()
    ids = [row["id"] for row in rows]
    query = (
        select(actions.c.batch_id, actions.c.state, func.count())
        .where(actions.c.batch_id.in_(ids))
        .group_by(actions.c.batch_id, actions.c.state)
    )
    states: dict[UUID, dict[ActionState, int]] = {one: {} for one in ids}
    for batch_id, state, count in db.execute(query):
        states[batch_id][ActionState(state)] = count
    return tuple(Batch(**row, states=states[row["id"]]) for row in rows)
