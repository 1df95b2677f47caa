"""Approvals: what a second person must agree to before the worker begins it. Nobody approves their own."""

from uuid import UUID

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.actions import approval
from core.actions.model import Action, ActionKind, ActionState, Origin
from core.errors import Conflict, Refused
from core.schedules.attachment import Mode
from services.context import Beat, Context
from services.db import database
from services.db.stores import actions, leases, schedules
from services.usecases import asking, finding_schedules, second_person


def approve(ctx: Context, user: User, action_id: UUID, reason: str) -> Action:
    """Let a waiting action into the queue. Raises `Refused` for one's own, `Conflict` when it waits no more, `NotFound`, `Invalid`."""
    user.require(Permission.APPROVE)
    with ctx.begin() as db:
        action, words = _judged(db, user, action_id, reason)
        now = database.now(db)
        if now > action.requested_at + approval.PATIENCE:
            message = "It has waited for too long: what was asked may no longer be right."
            raise Conflict(message, mend="Ask for it again.")
        agreed = {"approved_by": user.email, "approved_at": now, "after": None}
        if action.kind is ActionKind.ATTACH_SCHEDULE:
            outcome = finding_schedules.attach(db, action, user, now)
            done = {"step": action.kind.value, "step_at": now, "started_at": now, "settled_at": now}
            _write(db, action, state=ActionState.DONE, outcome=outcome, **done, **agreed)
        else:
            _write(db, action, state=ActionState.QUEUED, not_before=now, **agreed)
        second_person.tell(db, user, "ActionApproved", action, words)
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
        second_person.tell(db, user, "ActionRejected", action, words)
        return asking.action(db, user, action_id)


def expire(ctx: Context, beat: Beat) -> str:
    """Worker job: withdraw what nobody approved in time."""
    with ctx.begin() as db:
        leases.fence(db, beat.epoch)
        now = database.now(db)
        late = actions.waiting_since(db, now - approval.PATIENCE)
        words = f"Nobody approved it within {approval.PATIENCE.days} days."
        second_person.withdraw(db, late, words, unanswered=True)
    return f"{len(late)} withdrawn." if late else "Nothing to do."


def _judged(db: Connection, user: User, action_id: UUID, reason: str) -> tuple[Action, str]:
    """The waiting action and the reason given, where this user may judge it."""
    words = asking.reasoned(reason)
    action = asking.action(db, user, action_id, lock=True)
    if action.state is not ActionState.WAITING:
        message = f"It waits for nobody's approval: it is {action.state}."
        raise Conflict(message)
    if user.email.casefold() in asked_by(db, action):
        message = "Nobody approves or rejects what they asked for themselves."
        raise Refused(message, mend="Ask another approver; you can cancel it.")
    return action, words


def asked_by(db: Connection, action: Action) -> frozenset[str]:
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
