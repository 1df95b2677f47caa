"""Actions: the one door by which a click, a schedule, an API call and an accepted recommendation change something in AWS."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.actions import guard
from core.actions.catalog import DECLARATIONS, checked
from core.actions.field import Known
from core.actions.model import Action, ActionKind, ActionState, Origin
from core.actions.rise import PriceChange, list_prices_of
from core.errors import Conflict, PioneerError, Refused
from core.events import Event
from core.inventory import Resource
from core.recommendations.finding import UnknownFact
from services.context import Context, System
from services.db import database
from services.db.stores import actions, connections
from services.db.stores.actions import ActionFilter
from services.usecases import asking, carrying_out, requesting, second_person, trying
from services.usecases.record import record
from services.usecases.requesting import Ask
from services.usecases.trying import Tried

MAX_PAGE = 500

carry_out_queued = carrying_out.carry_out_queued


@dataclass(frozen=True)
class ActionPage:
    """How many actions there are, one page of them newest first, and what their resources are called."""

    total: int
    rows: tuple[Action, ...]
    names: Mapping[str, str]


@dataclass(frozen=True)
class ActionPreview:
    """What an action would do: the exact API calls in order, how it is taken back, and why it may not be done (None: it may)."""

    kind: ActionKind
    title: str
    resource: Resource
    calls: tuple[str, ...]
    permissions: tuple[str, ...]
    reversal: str
    refusal: str | None
    cli: str
    terraform: str
    prices: PriceChange | None = None
    """By list price before and after; None where it changes no price, or none is known."""
    unpriced: str = ""
    """Why no price is known, where it changes one."""
    approval: str = ""
    """What a second person must agree to and why, where that was asked; empty: it would not wait."""
    tried: tuple[Tried, ...] = ()
    """What AWS answered when each call was tried without effect; empty where it was not asked."""

    @property
    def allowed(self) -> bool:
        """Whether the guard lets it pass now."""
        return self.refusal is None


def request(
    ctx: Context,
    user: User,
    kind: ActionKind,
    resource_id: str,
    parameters: Mapping[str, object],
    reason: str,
    *,
    origin: str = Origin.CLICK,
    origin_id: str | None = None,
    expected_saving: Decimal | None = None,
) -> Action:
    """Queue an action; the worker carries it out. `expected_saving` is in US dollars a month.

    Raises `Invalid` (no reason, wrong parameters), `NotFound`, `Refused` by a guard, `Conflict` while another is open.
    """
    user.require(Permission.ACT)
    cost = second_person.monthly_cost(ctx, user, resource_id)
    with ctx.begin() as db:
        return request_in(
            db,
            ctx,
            user,
            kind,
            resource_id,
            parameters,
            reason,
            origin=origin,
            origin_id=origin_id,
            expected_saving=expected_saving,
            cost=cost,
        )


def request_in(
    db: Connection,
    ctx: Context,
    who: User | System,
    kind: ActionKind,
    resource_id: str,
    parameters: Mapping[str, object],
    reason: str,
    *,
    origin: str,
    origin_id: str | None = None,
    expected_saving: Decimal | None = None,
    cost: Decimal | None = None,
    expects: Mapping[str, object] | None = None,
    batch_id: UUID | None = None,
    asks: str | None = None,
) -> Action:
    """The same inside a caller's transaction. Nothing is written when it raises.

    `cost` is what the resource costs, in US dollars a month; `expects` the resource as it was recommended for. With `asks`, why,
    somebody must approve it whatever the limits say.
    """
    ask = Ask(
        kind,
        resource_id,
        reason,
        parameters,
        origin_id=origin_id,
        expected_saving=expected_saving,
        cost=cost,
        expects=expects,
        batch_id=batch_id,
        asks=asks,
    )
    (answer,) = requesting.request_all(db, ctx, who, [ask], origin)
    if isinstance(answer, PioneerError):
        raise answer
    return answer


def preview(
    ctx: Context,
    user: User,
    kind: ActionKind,
    resource_id: str,
    parameters: Mapping[str, object],
    *,
    dry_run: bool = False,
    foretell: bool = False,
) -> ActionPreview:
    """What the action would do, without doing it; `dry_run` asks AWS whether it would let us, `foretell` the bill whether it would wait.

    Raises `Invalid`, `NotFound`, and `Forbidden` where either is asked by who may not act.
    """
    user.require(Permission.ACT if dry_run or foretell else Permission.VIEW_ACTIONS)
    with ctx.read() as db:
        resource = asking.resource(db, user.organisation_id, resource_id, user.accounts)
        account = connections.one(db, user.organisation_id, resource.account_id)
    declared, given = DECLARATIONS[kind], checked(kind, parameters)
    tried: tuple[Tried, ...] = ()
    if dry_run and account is not None:
        tried = trying.tried(ctx, account, asking.new(user, kind, resource, given, "", ctx.now()))
    types = ctx.prices.instance_types()
    prices, unpriced = None, ""
    try:
        prices = list_prices_of(kind, resource, given, ctx.prices.book())
    except UnknownFact as unknown:
        unpriced = unknown.message
    return ActionPreview(
        kind=kind,
        title=declared.title,
        resource=resource,
        calls=declared.calls(resource, given),
        permissions=declared.permissions,
        reversal=declared.reversal(resource),
        refusal=guard.verdict(kind, resource, given, types=types, accounts=user.accounts),
        cli="\n".join(declared.by_hand(resource, given)),
        terraform=declared.terraform(given),
        prices=prices,
        unpriced=unpriced,
        approval=second_person.foretold(ctx, user, [(kind, resource, given)]) if foretell else "",
        tried=tried,
    )


def known(ctx: Context, user: User) -> Known:
    """What the parameters of actions may be chosen from."""
    user.require(Permission.VIEW_ACTIONS)
    return Known(ctx.prices.instance_types(), ctx.prices.book())


def listing(
    ctx: Context, user: User, wanted: ActionFilter | None = None, limit: int = 100, offset: int = 0
) -> ActionPage:
    """Actions on what the user sees, newest first; at most 500 at once."""
    user.require(Permission.VIEW_ACTIONS)
    with ctx.read() as db:
        total, rows = actions.listing(
            db,
            user.organisation_id,
            wanted or ActionFilter(),
            accounts=user.accounts,
            limit=min(limit, MAX_PAGE),
            offset=offset,
        )
        names = actions.names(db, user.organisation_id, {row.resource_id for row in rows})
    return ActionPage(total, tuple(rows), names)


def one(ctx: Context, user: User, action_id: UUID) -> Action:
    """One action. Raises `NotFound`."""
    user.require(Permission.VIEW_ACTIONS)
    with ctx.read() as db:
        return asking.action(db, user, action_id)


def cancel(ctx: Context, user: User, action_id: UUID, reason: str) -> Action:
    """Withdraw an action that the worker has not begun. Raises `Conflict` when it has, `NotFound`, `Invalid` without a reason."""
    user.require(Permission.ACT)
    reason = asking.reasoned(reason)
    with ctx.begin() as db:
        action = asking.action(db, user, action_id)
        if not actions.cancel(db, action, database.now(db), f"Cancelled by {user.email}: {reason}"):
            message = f"It is too late to cancel: the action is {asking.action(db, user, action_id).state}."
            raise Conflict(message, mend="Once it is done, it may be possible to undo it.")
        data = {"kind": action.kind.value, "resource_id": action.resource_id, "account_id": action.account_id}
        event = Event("ActionCancelled", f"action:{action.id}", data)
        record(db, user, event, subject=action.resource_id, reason=reason)
        return asking.action(db, user, action_id)


def undo(ctx: Context, user: User, action_id: UUID, reason: str) -> Action:
    """Queue the action that takes a done one back. Raises `Refused` where none does, and all that `request` raises."""
    user.require(Permission.ACT)
    with ctx.begin() as db:
        action = asking.action(db, user, action_id)
        if action.state is not ActionState.DONE:
            message = f"Only what was done can be undone; this action is {action.state}."
            raise Refused(message)
        declared = DECLARATIONS[action.kind]
        reverse = declared.undo(action) if action.begun else None
        if reverse is None:
            resource = asking.resource(
                db, user.organisation_id, action.resource_id, user.accounts, there=False
            )
            message = "It changed nothing." if not action.begun else declared.reversal(resource)
            raise Refused(message)
        kind, parameters = reverse
        return request_in(
            db,
            ctx,
            user,
            kind,
            action.resource_id,
            parameters,
            reason,
            origin=Origin.UNDO,
            origin_id=str(action.id),
        )
