"""Actions. What the worker writes is fenced by its epoch, row by row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, and_, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.actions.model import Action, ActionKind, ActionState, Origin
from core.errors import Conflict
from core.inventory import Kind
from services.db.stores import leases
from services.db.tables.actions import actions
from services.db.tables.cloud import resources

_FIELDS = frozenset(field.name for field in fields(Action))


_RETURNED = ", ".join(f"action.{column.name}" for column in actions.c)
CLAIM = text(f"""
with first as (
  select queue.* from organisation o cross join lateral (
    select one.id, one.not_before, one.requested_at, row_number() over (order by one.not_before, one.requested_at) as turn
    from action one
    where one.organisation_id = o.id and one.state in ('queued', 'running') and one.not_before <= :now
    order by one.not_before, one.requested_at limit :seen
  ) queue order by turn, not_before, requested_at limit :seen
), due as (
  select a.id from first join action a on a.id = first.id
  where a.state in ('queued', 'running') and a.not_before <= :now
  order by first.turn, a.not_before, a.requested_at limit :limit
  for update of a skip locked
)
update action set state = 'running', epoch = :epoch, started_at = coalesce(action.started_at, :now)
from due where action.id = due.id
returning {_RETURNED}
""")  # noqa: S608  our own words
"""Of each organisation no more is looked at than could be taken, in the order of an index: what waits behind costs nothing.

Twice as many as are taken, for those that somebody has a hand on are passed over.
"""


@dataclass(frozen=True)
class ActionFilter:
    """Which actions to list; empty means all. `text` is part of a resource's id."""

    states: tuple[ActionState, ...] = ()
    kinds: tuple[ActionKind, ...] = ()
    origins: tuple[Origin, ...] = ()
    resource_id: str | None = None
    origin_id: str | None = None
    batch_id: UUID | None = None


def action_of(row: RowMapping) -> Action:
    """A row of the actions table."""
    given = {name: value for name, value in row.items() if name in _FIELDS}
    given |= {
        "kind": ActionKind(row["kind"]),
        "state": ActionState(row["state"]),
        "origin": Origin(row["origin"]),
        "resource_kind": Kind(row["resource_kind"]),
    }
    return Action(**given)


def add(db: Connection, asked: Sequence[Action]) -> frozenset[UUID]:
    """Keep new actions; answers the ids of those kept. The others are on resources for which one is open."""
    if not asked:
        return frozenset()
    statement = upsert(actions).on_conflict_do_nothing().returning(actions.c.id)
    return frozenset(db.execute(statement, [one.__dict__ for one in asked]).scalars())


def one(
    db: Connection,
    organisation_id: UUID,
    action_id: UUID,
    *,
    accounts: frozenset[str] | None = None,
    lock: bool = False,
) -> Action | None:
    """One action, within the accounts given; locked until the transaction ends where asked."""
    query = select(actions).where(actions.c.organisation_id == organisation_id, actions.c.id == action_id)
    if accounts is not None:
        query = query.where(actions.c.account_id.in_(accounts))
    row = db.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    return None if row is None else action_of(row)


def by_ids(db: Connection, organisation_id: UUID, ids: Sequence[UUID]) -> Mapping[UUID, Action]:
    """Those of these that there are."""
    query = select(actions).where(actions.c.organisation_id == organisation_id, actions.c.id.in_(list(ids)))
    return {row["id"]: action_of(row) for row in db.execute(query).mappings()}


def listing(
    db: Connection,
    organisation_id: UUID,
    wanted: ActionFilter,
    *,
    accounts: frozenset[str] | None,
    limit: int,
    offset: int,
) -> tuple[int, Sequence[Action]]:
    """How many there are, and one page of them, newest first."""
    conditions = [actions.c.organisation_id == organisation_id]
    for column, values in (
        (actions.c.state, wanted.states),
        (actions.c.kind, wanted.kinds),
        (actions.c.origin, wanted.origins),
    ):
        if values:
            conditions.append(column.in_(list(values)))
    if wanted.resource_id is not None:
        conditions.append(actions.c.resource_id == wanted.resource_id)
    if wanted.origin_id is not None:
        conditions.append(actions.c.origin_id == wanted.origin_id)
    if wanted.batch_id is not None:
        conditions.append(actions.c.batch_id == wanted.batch_id)
    if accounts is not None:
        conditions.append(actions.c.account_id.in_(accounts))
    where = and_(*conditions)
    page = select(actions).where(where).order_by(actions.c.requested_at.desc(), actions.c.id)
    rows = db.execute(page.limit(limit).offset(offset)).mappings().all()
    if len(rows) < limit and (rows or not offset):
        total = offset + len(rows)  # the last page counts itself
    else:
        total = db.execute(select(func.count()).select_from(actions).where(where)).scalar_one()
    return total, [action_of(row) for row in rows]


def done_since(
    db: Connection, organisation_id: UUID, kinds: Sequence[ActionKind], since: datetime
) -> Sequence[Action]:
    """Actions of some kinds that ended as wished after a time and changed something, in order."""
    query = select(actions).where(
        actions.c.organisation_id == organisation_id,
        actions.c.kind.in_(list(kinds)),
        actions.c.state == ActionState.DONE,
        actions.c.step != "",
        actions.c.settled_at > since,
    )
    return [action_of(row) for row in db.execute(query.order_by(actions.c.settled_at)).mappings()]


def counts(
    db: Connection, organisation_id: UUID, accounts: frozenset[str] | None
) -> Mapping[tuple[str, str], int]:
    """How many actions there are of each kind and state."""
    query = select(actions.c.kind, actions.c.state, func.count()).where(
        actions.c.organisation_id == organisation_id
    )
    if accounts is not None:
        query = query.where(actions.c.account_id.in_(accounts))
    rows = db.execute(query.group_by(actions.c.kind, actions.c.state))
    return {(kind, state): count for kind, state, count in rows}


def names(db: Connection, organisation_id: UUID, resource_ids: Iterable[str]) -> Mapping[str, str]:
    """What the resources are called, those gone among them."""
    wanted = list(resource_ids)
    if not wanted:
        return {}
    query = select(resources.c.id, resources.c.name).where(
        resources.c.organisation_id == organisation_id, resources.c.id.in_(wanted)
    )
    return {row.id: row.name for row in db.execute(query)}


def gone(db: Connection, organisation_id: UUID, resource_ids: Iterable[str]) -> frozenset[str]:
    """Those of the resources that the last look did not find any more."""
    query = select(resources.c.id).where(
        resources.c.organisation_id == organisation_id,
        resources.c.id.in_(list(resource_ids)),
        resources.c.gone_at.is_not(None),
    )
    return frozenset(db.execute(query).scalars())


def cancel(db: Connection, action: Action, at: datetime, outcome: str) -> bool:
    """Withdraw an action that waits or is queued; False when the worker has begun it."""
    statement = update(actions).where(
        actions.c.id == action.id,
        actions.c.organisation_id == action.organisation_id,
        actions.c.state.in_([ActionState.WAITING, ActionState.QUEUED]),
    )
    values = {"state": ActionState.CANCELLED, "settled_at": at, "outcome": outcome}
    return db.execute(statement.values(**values)).rowcount == 1


def judge(db: Connection, action: Action, **values: object) -> bool:
    """Write down what a second person, or time, made of a waiting action; False when it waits no more."""
    statement = update(actions).where(
        actions.c.id == action.id,
        actions.c.organisation_id == action.organisation_id,
        actions.c.state == ActionState.WAITING,
    )
    return db.execute(statement.values(**values)).rowcount == 1


def waiting_since(db: Connection, before: datetime) -> Sequence[Action]:
    """Actions of every organisation that have waited for approval since before then."""
    query = select(actions).where(actions.c.state == ActionState.WAITING, actions.c.requested_at <= before)
    return [action_of(row) for row in db.execute(query.with_for_update(skip_locked=True)).mappings()]


def claim(db: Connection, epoch: int, now: datetime, limit: int) -> Sequence[Action]:
    """Take up to `limit` actions that are due, whoever had them before; nobody else gets the same.

    Organisations take turns, each with its oldest first: ten thousand of one do not keep another waiting. Raises `Conflict` when the lease is not ours.
    """
    leases.fence(db, epoch)
    given = {"epoch": epoch, "now": now, "limit": limit, "seen": 2 * limit}
    claimed = [action_of(row) for row in db.execute(CLAIM.columns(*actions.c), given).mappings()]
    return sorted(claimed, key=lambda action: (action.not_before, action.requested_at))


def write(db: Connection, epoch: int, action: Action, **values: object) -> Action:
    """Change a running action that we claimed. Raises `Conflict` when the lease or the action is no longer ours."""
    leases.fence(db, epoch)
    statement = update(actions).where(
        actions.c.id == action.id, actions.c.epoch == epoch, actions.c.state == ActionState.RUNNING
    )
    row = db.execute(statement.values(**values).returning(actions)).mappings().one_or_none()
    if row is None:
        message = f"The action on {action.resource_id} is no longer ours."
        raise Conflict(message)
    return action_of(row)
