"""Approvals: what a second person must agree to before the worker begins it. Nobody approves their own."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.actions import approval
from core.actions.catalog import DECLARATIONS
from core.actions.model import Action, ActionKind, ActionState, Origin
from core.errors import Conflict, Refused
from core.events import Event
from core.savings import monthly_rate
from core.schedules.attachment import Mode
from services.context import Beat, Context, System
from services.db import database
from services.db.stores import actions, leases, schedules
from services.usecases import asking, cost_resources
from services.usecases.record import record


def monthly_cost(ctx: Context, user: User, resource_id: str) -> Decimal | None:
    """What the bill says of a resource, in US dollars a month; None where it is not on it, or where no limit asks for it."""
    if ctx.settings.approval_above is None:
        return None
    found = cost_resources.effective_cost_by_resource(ctx, user.organisation_id, only=[resource_id])
    cost = found.get(resource_id)
    return None if cost is None or cost.currency != "USD" else monthly_rate(cost.cost, cost.days)


def needed(
    ctx: Context,
    who: User | System,
    kind: ActionKind,
    origin: Origin,
    saving: Decimal | None,
    cost: Decimal | None,
) -> str | None:
    """Why the action must wait for a second person; None when it need not."""
    if isinstance(who, System):
        return None
    return approval.why_needed(DECLARATIONS[kind], origin, saving, cost, ctx.settings.approval_above)


def approve(ctx: Context, user: User, action_id: UUID, reason: str) -> Action:
    """Let a waiting action into the queue. Raises `Refused` for one's own, `Conflict` when it waits no more, `NotFound`, `Invalid`."""
    user.require(Permission.APPROVE)
    with ctx.begin() as db:
        action, words = _judged(db, user, action_id, reason)
        now = database.now(db)
        if now > action.requested_at + approval.PATIENCE:
            message = "It has waited for too long: what was asked may no longer be right."
            raise Conflict(message, mend="Ask for it again.")
        _write(
            db,
            action,
            state=ActionState.QUEUED,
            approved_by=user.email,
            approved_at=now,
            not_before=now,
            after=None,
        )
        _tell(db, user, "ActionApproved", action, words)
        return asking.action(db, user, action_id)


def reject(ctx: Context, user: User, action_id: UUID, reason: str) -> Action:
    """Say no to a waiting action; it is refused. Raises as `approve`."""
    user.require(Permission.APPROVE)
    with ctx.begin() as db:
        action, words = _judged(db, user, action_id, reason)
        outcome = f"Rejected by {user.email}: {words}"
        _write(
            db,
            action,
            state=ActionState.REFUSED,
            settled_at=database.now(db),
            after=None,
            outcome=outcome,
        )
        _tell(db, user, "ActionRejected", action, words)
        return asking.action(db, user, action_id)


def expire(ctx: Context, beat: Beat) -> str:
    """Worker job: withdraw what nobody approved in time."""
    with ctx.begin() as db:
        leases.fence(db, beat.epoch)
        now = database.now(db)
        late = actions.waiting_since(db, now - approval.PATIENCE)
        withdraw(db, late, f"Nobody approved it within {approval.PATIENCE.days} days.")
    return f"{len(late)} withdrawn." if late else "Nothing to do."


def withdraw(db: Connection, late: Sequence[Action], words: str) -> None:
    """Withdraw what waits, in a caller's transaction: nobody's answer would matter any more."""
    now = database.now(db)
    for action in late:
        if actions.judge(db, action, state=ActionState.CANCELLED, settled_at=now, after=None, outcome=words):
            _tell(db, System(action.organisation_id, "worker"), "ActionCancelled", action, words)


def _judged(db: Connection, user: User, action_id: UUID, reason: str) -> tuple[Action, str]:
    """The waiting action and the reason given, where this user may judge it."""
    words = asking.reasoned(reason)
    action = asking.action(db, user, action_id, lock=True)
    if action.state is not ActionState.WAITING:
        message = f"It waits for nobody's approval: it is {action.state}."
        raise Conflict(message)
    if user.email.casefold() in _asked_by(db, action):
        message = "Nobody approves or rejects what they asked for themselves."
        raise Refused(message, mend="Ask another approver; you can cancel it.")
    return action, words


def _asked_by(db: Connection, action: Action) -> frozenset[str]:
    """Who asked for it: for what a schedule wants, whoever attached the schedule so that it asks."""
    asked = {action.requested_by}
    if action.origin is Origin.SCHEDULE:
        asked |= {
            each.attached_by
            for each in schedules.attached(db, action.organisation_id)
            if each.mode is Mode.APPROVE and str(each.schedule_id) == action.origin_id
        }
    return frozenset(each.casefold() for each in asked)


def _write(db: Connection, action: Action, **values: object) -> None:
    if not actions.judge(db, action, **values):
        message = "Somebody else was faster: it waits no more."
        raise Conflict(message)


def _tell(db: Connection, who: User | System, event: str, action: Action, reason: str) -> None:
    data = {
        "kind": action.kind.value,
        "resource_id": action.resource_id,
        "account_id": action.account_id,
    }
    record(db, who, Event(event, f"action:{action.id}", data), subject=action.resource_id, reason=reason)
