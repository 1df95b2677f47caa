"""When a second person must agree: what is at stake, what waits for it, and what nobody's answer matters to any more."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.actions import approval, guard
from core.actions.catalog import DECLARATIONS, checked
from core.actions.model import Action, ActionKind, ActionState, Origin
from core.actions.rise import monthly_rise
from core.errors import Invalid
from core.events import Event
from core.inventory import Resource
from core.money import ZERO
from core.savings import monthly_rate
from services.context import Context, System
from services.db import database
from services.db.stores import actions
from services.usecases import cost_resources
from services.usecases.record import record

Wanted = tuple[ActionKind, Resource, Mapping[str, object]]
"""What may be asked for, of what, with which parameters."""


def monthly_cost(ctx: Context, user: User, resource_id: str) -> Decimal | None:
    """What the bill says of a resource, in US dollars a month; None where it is not on it, or where no limit asks for it."""
    if ctx.settings.approval_above is None:
        return None
    return monthly_costs(ctx, user, [resource_id]).get(resource_id)


def monthly_costs(ctx: Context, user: User, resource_ids: Sequence[str]) -> Mapping[str, Decimal]:
    """The same of many, of groups, services and clusters that of all that belongs to them: in one question to the bill each."""
    found = cost_resources.effective_cost_with_members(ctx, user.organisation_id, resource_ids)
    return {
        each: monthly_rate(cost.cost, cost.days) for each, cost in found.items() if cost.currency == "USD"
    }


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


def foretold(ctx: Context, user: User, wanted: Sequence[Wanted]) -> str:
    """What to say before clicks are asked for that would wait; empty where none would. What a guard refuses waits for nobody.

    One question to the bill, however many they are; none where no limit is set.
    """
    user.require(Permission.ACT)
    limit = ctx.settings.approval_above
    if limit is None:
        return ""
    costs = monthly_costs(ctx, user, [resource.id for _, resource, _ in wanted])
    types, book = ctx.prices.instance_types(), ctx.prices.book()
    whys = []
    for kind, resource, parameters in wanted:
        try:
            given = checked(kind, parameters)
        except Invalid:  # what is not said completely yet cannot be asked for
            continue
        if guard.verdict(kind, resource, given, types=types, accounts=user.accounts) is not None:
            continue
        rise = monthly_rise(kind, resource, given, book)
        whys.append(needed(ctx, user, kind, Origin.CLICK, None, costs.get(resource.id), rise))
    return approval.beforehand([why for why in whys if why is not None], len(wanted), limit)


def withdraw(db: Connection, late: Sequence[Action], words: str, *, unanswered: bool = False) -> None:
    """Withdraw what waits, in a caller's transaction: nobody's answer would matter any more. `unanswered`: who asked is told."""
    now = database.now(db)
    for action in late:
        if actions.judge(db, action, state=ActionState.CANCELLED, settled_at=now, after=None, outcome=words):
            worker = System(action.organisation_id, "worker")
            tell(db, worker, "ActionCancelled", action, words, **({"unanswered": True} if unanswered else {}))


def tell(db: Connection, who: User | System, event: str, action: Action, reason: str, **more: object) -> None:
    """Write down what became of a waiting action, and what `more` its event says."""
    data: dict[str, object] = {
        "kind": action.kind.value,
        "resource_id": action.resource_id,
        "account_id": action.account_id,
        **more,
    }
    record(db, who, Event(event, f"action:{action.id}", data), subject=action.resource_id, reason=reason)
