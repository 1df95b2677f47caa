"""Actions asked for inside a caller's transaction: one, or many at the price of a few statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.actions import guard
from core.actions.catalog import checked
from core.actions.model import Action, ActionKind, ActionState, Origin
from core.actions.rise import monthly_rise
from core.errors import Conflict, Invalid, NotFound, PioneerError, Refused
from core.events import Event
from core.inventory import Resource
from core.money import ZERO
from core.prices import InstanceType
from services.context import Context, System
from services.db import database
from services.db.stores import actions
from services.usecases import asking, second_person
from services.usecases.record import Happened, record_all


@dataclass(frozen=True)
class Ask:
    """An action that is wanted. `expected_saving` and `cost` (what the resource costs) are in US dollars a month.

    `expects` is the resource as it was recommended for.
    """

    kind: ActionKind
    resource_id: str
    reason: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    origin_id: str | None = None
    expected_saving: Decimal | None = None
    cost: Decimal | None = None
    expects: Mapping[str, object] | None = None
    batch_id: UUID | None = None
    asks: str | None = None
    """Why somebody must approve it whatever the limits say."""
    at_stake: Decimal | None = None
    """What it would save if nothing else were under way, which limits of approval go by; None: what it is expected to."""


def request_all(
    db: Connection, ctx: Context, who: User | System, asks: Sequence[Ask], origin: str
) -> tuple[Action | PioneerError, ...]:
    """Queue many; for each the action, or the `Invalid`, `NotFound`, `Refused` or `Conflict` for which it is not. Raises `Forbidden`."""
    if isinstance(who, User):
        who.require(Permission.ACT)
    accounts = who.accounts if isinstance(who, User) else None
    found = asking.looked_up(db, who.organisation_id, [ask.resource_id for ask in asks], accounts)
    at, types = database.now(db), ctx.prices.instance_types()
    answers: list[Action | PioneerError] = []
    for ask in asks:
        try:
            answers.append(_action(ctx, who, ask, found[ask.resource_id], types, Origin(origin), at))
        except (Invalid, NotFound, Refused) as error:
            answers.append(error)
    asked = [each for each in answers if isinstance(each, Action)]
    kept = actions.add(db, asked)
    record_all(db, who, [_requested(each) for each in asked if each.id in kept])
    return tuple(
        each if isinstance(each, PioneerError) or each.id in kept else _busy(each) for each in answers
    )


def _action(
    ctx: Context,
    who: User | System,
    ask: Ask,
    resource: Resource | NotFound,
    types: Mapping[str, InstanceType],
    origin: Origin,
    at: datetime,
) -> Action:
    reason = asking.reasoned(ask.reason)
    if isinstance(resource, NotFound):
        raise resource
    given = checked(ask.kind, ask.parameters)
    accounts = who.accounts if isinstance(who, User) else None
    guard.allow(ask.kind, resource, given, types=types, accounts=accounts)
    rise = ZERO if ask.expected_saving else monthly_rise(ask.kind, resource, given, ctx.prices.book())
    stake = ask.expected_saving if ask.at_stake is None else ask.at_stake
    waits = ask.asks or second_person.needed(ctx, who, ask.kind, origin, stake, ask.cost, rise)
    return replace(
        asking.new(who, ask.kind, resource, given, reason, at),
        origin=origin,
        origin_id=ask.origin_id,
        expected_saving=ask.expected_saving,
        expects=dict(ask.expects) if ask.expects else None,
        batch_id=ask.batch_id,
        state=ActionState.WAITING if waits else ActionState.QUEUED,
        after={"waiting": waits} if waits else None,
    )


def _requested(action: Action) -> Happened:
    data = {
        "kind": action.kind.value,
        "resource_id": action.resource_id,
        "account_id": action.account_id,
        "state": action.state.value,
        "origin": action.origin.value,
        "parameters": action.parameters,
    }
    event = Event("ActionRequested", f"action:{action.id}", data)
    return Happened(event, action.resource_id, action.reason)


def _busy(action: Action) -> Conflict:
    message = f"Another action on {action.short_id} is still open."
    return Conflict(message, mend="Wait until it has ended, or cancel it on the actions screen.")
