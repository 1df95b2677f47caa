"""Many fixes at once: asked for some hundreds together, each guarded, their progress told, and what has not begun stopped."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from core.access.roles import Permission, User
from core.actions.batch import NOT_BEGUN, Batch
from core.actions.model import Action, ActionState
from core.errors import Conflict, Invalid, NotFound, PioneerError, Unavailable
from core.events import Event
from core.schedules.attachment import Attachment
from services.context import Context
from services.db import database
from services.db.stores import actions, batches
from services.db.stores.actions import ActionFilter
from services.usecases import asking
from services.usecases.record import Happened, record, record_all

AT_ONCE = 5_000
"""Fixes in one batch at most."""
TOGETHER = 500
"""Fixes asked for in one transaction."""
LOG = logging.getLogger(__name__)
UNKNOWN = "The database failed while this was written down. Look whether it is under actions or schedules, then try again."
NOT_TRIED = "The database failed before its turn; nothing was done for it. Try again."
UNSURE = "The database failed while this was written down with others. Look whether it is under actions or schedules, then try again."
STOPPED = "Somebody stopped the batch before its turn; nothing was done for it."
Outcome = Literal["queued", "waiting", "attached", "refused", "unknown", "not_tried"]
Made = Action | Attachment | PioneerError
AskFor = Callable[[Connection, Context, User, Sequence[UUID], str, UUID], Sequence[Made]]


class _Unsure(Exception):
    """The commit failed: whether it was done is known to the database alone."""


@dataclass(frozen=True)
class Applied:
    """What became of one fix at the door: queued (or waiting for approval) as an action, attached as a schedule, or not."""

    finding_id: UUID
    outcome: Outcome
    detail: str
    action_id: UUID | None = None
    attachment_id: UUID | None = None


@dataclass(frozen=True)
class Done:
    """A batch after all its fixes came to the door."""

    id: UUID
    applied: tuple[Applied, ...]


def run(ctx: Context, user: User, finding_ids: Sequence[UUID], reason: str, ask: AskFor) -> Done:
    """Ask for every fix, some hundreds in a transaction: what is refused does not stop the others, nothing is half done.

    Where one of them meets a failure of the database, those with it are asked for one by one; when it fails then, none after it is
    tried, and the answer still tells of those before.
    """
    user.require(Permission.ACT)
    wanted = tuple(dict.fromkeys(finding_ids))
    if not reason.strip():
        message = "Give a reason: it is kept with each action."
        raise Invalid(message)
    if not 0 < len(wanted) <= AT_ONCE:
        message = f"A batch has 1 to {AT_ONCE:,} fixes; this one has {len(wanted):,}."
        raise Invalid(message, mend="Narrow it.")
    batch_id = _begin(ctx, user, len(wanted), reason)
    applied: list[Applied] = []
    chunks = [wanted[start : start + TOGETHER] for start in range(0, len(wanted), TOGETHER)]
    while chunks:
        chunk = chunks.pop(0)
        try:
            applied += _asked(ctx, user, chunk, reason, batch_id, ask, applied)
        except (Unavailable, SQLAlchemyError, _Unsure) as error:
            LOG.exception("database failed while fixes were applied")
            if len(chunk) > 1 and not isinstance(error, _Unsure):
                chunks[:0] = [(each,) for each in chunk]
                continue
            applied += [Applied(each, _failed(error), _words(error)) for each in chunk]
            applied += [Applied(each, "not_tried", NOT_TRIED) for rest in chunks for each in rest]
            _tell_at_last(ctx, batch_id, applied)
            break
    return Done(batch_id, tuple(applied))


def _asked(
    ctx: Context,
    user: User,
    chunk: Sequence[UUID],
    reason: str,
    batch_id: UUID,
    ask: AskFor,
    before: Sequence[Applied],
) -> Sequence[Applied]:
    """What became of some fixes, written down with them in one transaction."""
    said: Sequence[Applied] = ()
    try:
        with ctx.begin() as db:
            if batches.stopped(db, batch_id):
                told = [Applied(each, "not_tried", STOPPED) for each in chunk]
            else:
                made = ask(db, ctx, user, chunk, reason, batch_id)
                told = [_said(each, one) for each, one in zip(chunk, made, strict=True)]
            batches.tell(db, batch_id, [_plain(each) for each in (*before, *told)])
            said = told
    except SQLAlchemyError as error:
        if said:
            raise _Unsure from error
        raise
    return said


def newest(ctx: Context, user: User, limit: int = 5) -> tuple[Batch, ...]:
    """The newest batches and how far each is, those of others only for who sees every account."""
    user.require(Permission.VIEW_ACTIONS)
    with ctx.read() as db:
        return batches.newest(db, user.organisation_id, limit, _own(user))


def one(ctx: Context, user: User, batch_id: UUID) -> Batch:
    """One batch and how far it is. Raises `NotFound`."""
    user.require(Permission.VIEW_ACTIONS)
    with ctx.read() as db:
        return _batch(db, user, batch_id)


def stop(ctx: Context, user: User, batch_id: UUID, reason: str) -> int:
    """Withdraw what of a batch has not begun; answers how many actions that were. Raises `NotFound`, `Conflict`, `Invalid`."""
    user.require(Permission.ACT)
    words = asking.reasoned(reason)
    with ctx.begin() as db:
        batch = _batch(db, user, batch_id)
        now = database.now(db)
        if not batches.stop(db, batch.id, user.email, now):
            message = "It was stopped already."
            raise Conflict(message)
        wanted = ActionFilter(states=NOT_BEGUN, batch_id=batch.id)
        _, rows = actions.listing(
            db, user.organisation_id, wanted, accounts=user.accounts, limit=AT_ONCE, offset=0
        )
        outcome = f"Cancelled by {user.email} with the rest of its batch: {words}"
        withdrawn = [row for row in rows if actions.cancel(db, row, now, outcome)]
        record_all(db, user, [_withdrawn(row, words) for row in withdrawn])
        event = Event("BatchStopped", f"batch:{batch.id}", {"cancelled": len(withdrawn)})
        record(db, user, event, subject=str(batch.id), reason=words)
        return len(withdrawn)


def _tell_at_last(ctx: Context, batch_id: UUID, applied: Sequence[Applied]) -> None:
    """Once more: the database may be back. The answer tells of it in any case."""
    try:
        with ctx.begin() as db:
            batches.tell(db, batch_id, [_plain(each) for each in applied])
    except (Unavailable, SQLAlchemyError):
        LOG.exception("what became of a batch could not be written down", extra={"batch": str(batch_id)})


def _withdrawn(row: Action, words: str) -> Happened:
    data = {"kind": row.kind.value, "resource_id": row.resource_id, "account_id": row.account_id}
    return Happened(Event("ActionCancelled", f"action:{row.id}", data), row.resource_id, words)


def _begin(ctx: Context, user: User, asked: int, reason: str) -> UUID:
    with ctx.begin() as db:
        batch = Batch(
            id=uuid4(),
            organisation_id=user.organisation_id,
            reason=reason,
            requested_by=user.email,
            requested_at=database.now(db),
            asked=asked,
        )
        batches.add(db, batch)
        event = Event("ActionsBatched", f"batch:{batch.id}", {"asked": asked})
        record(db, user, event, subject=str(batch.id), reason=reason)
        return batch.id


def _said(finding_id: UUID, made: Made) -> Applied:
    if isinstance(made, PioneerError):
        return Applied(finding_id, "refused", made.message)
    if isinstance(made, Attachment):
        return Applied(finding_id, "attached", "The schedule is attached.", attachment_id=made.id)
    if made.state is ActionState.WAITING:
        return Applied(finding_id, "waiting", f"It waits for this: {made.waiting}", action_id=made.id)
    return Applied(finding_id, "queued", "The worker carries it out.", action_id=made.id)


def _failed(error: Exception) -> Outcome:
    return "not_tried" if isinstance(error, Unavailable) else "unknown"


def _words(error: Exception) -> str:
    if isinstance(error, _Unsure):
        return UNSURE
    return NOT_TRIED if isinstance(error, Unavailable) else UNKNOWN


def _plain(applied: Applied) -> dict[str, str | None]:
    return {name: None if value is None else str(value) for name, value in applied.__dict__.items()}


def _own(user: User) -> str | None:
    """Who sees some accounts only sees their own batches: another's may be about accounts that they do not."""
    return None if user.accounts is None else user.email


def _batch(db: Connection, user: User, batch_id: UUID) -> Batch:
    found = batches.one(db, user.organisation_id, batch_id, _own(user))
    if found is None:
        message = "There is no such batch."
        raise NotFound(message)
    return found
