"""When a second person must agree: what is at stake, what waits for it, and what nobody's answer matters to any more."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import Connection

from core.access.roles import User
from core.actions import approval
from core.actions.catalog import DECLARATIONS
from core.actions.model import Action, ActionKind, ActionState, Origin
from core.events import Event
from core.money import ZERO
from core.savings import monthly_rate
from services.context import Context, System
from services.db import database
from services.db.stores import actions
from services.usecases import cost_resources
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
    rise: Decimal | None = ZERO,
) -> str | None:
    """Why the action must wait for a second person; None when it need not. `rise` is what it would cost more, None: unknown."""
    if isinstance(who, System):
        return None
    return approval.why_needed(DECLARATIONS[kind], origin, saving, cost, ctx.settings.approval_above, rise)


def withdraw(db: Connection, late: Sequence[Action], words: str) -> None:
    """Withdraw what waits, in a caller's transaction: nobody's answer would matter any more."""
    now = database.now(db)
    for action in late:
        if actions.judge(db, action, state=ActionState.CANCELLED, settled_at=now, after=None, outcome=words):
            tell(db, System(action.organisation_id, "worker"), "ActionCancelled", action, words)


def tell(db: Connection, who: User | System, event: str, action: Action, reason: str) -> None:
    """Write down what became of a waiting action."""
    data = {
        "kind": action.kind.value,
        "resource_id": action.resource_id,
        "account_id": action.account_id,
    }
    record(db, who, Event(event, f"action:{action.id}", data), subject=action.resource_id, reason=reason)
