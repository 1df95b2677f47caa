"""What happened, told to those whom it concerns: failures, rejections, alerts, approvals that wait, budgets, bills that were refused."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from uuid import UUID

from sqlalchemy import Connection

from core import dates
from core.access.roles import Permission, User
from core.actions.catalog import DECLARATIONS
from core.actions.model import Action, ActionKind, ActionState, Origin
from core.alerts import rule
from core.costs.budgets import Budget
from core.costs.scope import ACCOUNT, Match
from core.figures import CENTS, money
from core.inventory import Kind, Resource, short_id
from core.measured import metric_of
from core.notices.kinds import EVERY_ACCOUNT, NoticeKind
from core.notices.model import Deed, Occasion, Offer, People
from services.context import Beat, Context
from services.db import database
from services.db.stores import (
    access,
    actions,
    alerts,
    budgets,
    leases,
    notices,
    overrides,
    resources,
)
from services.db.stores.notices import Happened
from services.usecases import approvals, notify
from services.usecases.at_work import at_work

AT_ONCE = 200
"""Events looked at in one transaction."""
OFFERED = timedelta(hours=24)
"""For how long a stop is offered after something happened."""
WAITING = "waiting"
"""The moment at which approvers are told of an action."""
_ANSWERS = frozenset({"ActionApproved", "ActionRejected", "ActionCancelled"})
"""Events after which an action may wait no more."""
Told = Iterator[tuple[User, Occasion]]


@dataclass(frozen=True)
class _Place:
    """What is known of an organisation while its events are looked at."""

    db: Connection
    organisation_id: UUID

    @cached_property
    def people(self) -> People:
        return People(access.active(self.db, self.organisation_id))

    def resource(self, resource_id: str) -> Resource | None:
        return resources.by_ids(self.db, self.organisation_id, [resource_id]).get(resource_id)

    def owners(self, resource: Resource | None) -> frozenset[User]:
        return frozenset() if resource is None else self.people.owning(resource.tags)

    def able(self, *permissions: Permission) -> frozenset[User]:
        return frozenset(
            user for user in self.people.users if any(user.may(permission) for permission in permissions)
        )


def tell_what_happened(ctx: Context, beat: Beat) -> str:
    """Worker job: look at each event that somebody may have to be told of, once."""
    looked = told = 0
    while True:
        beat.check()
        with ctx.begin() as db:
            leases.fence(db, beat.epoch)
            happened = notices.take_due(db, AT_ONCE)
            by_organisation = sorted(happened, key=lambda each: str(each.organisation_id))
            for organisation_id, events in groupby(by_organisation, key=lambda each: each.organisation_id):
                place, those = _Place(db, organisation_id), list(events)
                wanted = [pair for each in those for pair in _READERS[each.type](place, each)]
                told += notify.tell(db, ctx, organisation_id, wanted)
                if not _ANSWERS.isdisjoint(each.type for each in those):
                    notices.settle_approvals(db, organisation_id, database.now(db), WAITING)
        looked += len(happened)
        if len(happened) < AT_ONCE:
            return f"{looked} looked at, {told} notices." if looked else "Nothing happened."


def _name(resource: Resource | None, resource_id: str) -> str:
    return (resource.name if resource else "") or short_id(resource_id)


def _action(place: _Place, event: Happened) -> Action | None:
    return actions.one(place.db, place.organisation_id, UUID(event.aggregate.partition(":")[2]))


def _failed(place: _Place, event: Happened) -> Told:
    action = _action(place, event)
    if action is None:
        return
    resource = place.resource(action.resource_id)
    name, what = _name(resource, action.resource_id), DECLARATIONS[action.kind].title
    offers: tuple[Offer, ...] = ()
    if action.kind is ActionKind.STOP_INSTANCE:
        offers = (Offer(Deed.STOP, action.resource_id, f"Stop {name} now", event.at + OFFERED),)
    occasion = Occasion(
        NoticeKind.FAILURE,
        event.aggregate,
        str(event.event_id),
        f"Did not work: {what}, {name}",
        action.outcome or "AWS gave no reason.",
        frozenset({action.account_id}),
        "actions",
        group="failed",
        many="{n} actions did not work",
        line=f"{name}: {what}. {action.outcome}",
        offers=offers,
    )
    askers = place.people.named([action.requested_by, *_switchers(place, action)])
    for user in askers | place.owners(resource):
        yield user, occasion


def _switchers(place: _Place, action: Action) -> frozenset[str]:
    """Who attached the schedules, or made the override, that wanted an action."""
    if action.origin is not Origin.SCHEDULE:
        return frozenset()
    resource_ids = [action.resource_id]
    made = overrides.of_resources(place.db, place.organisation_id, resource_ids).get(action.resource_id, ())
    by_override = {each.by for each in made if str(each.id) == action.origin_id}
    if by_override:
        return frozenset(by_override)
    now = database.now(place.db)
    works, found = at_work(place.db, place.organisation_id, now, resource_ids=resource_ids)
    return frozenset(works.attachments[one].attached_by for held in found for one in held.attachments)


def _asked(place: _Place, event: Happened) -> Told:
    action = _action(place, event)
    if action is None or action.state is not ActionState.WAITING:
        return
    name = _name(place.resource(action.resource_id), action.resource_id)
    what = DECLARATIONS[action.kind].title
    asker = "A schedule" if action.origin is Origin.SCHEDULE else action.requested_by
    occasion = Occasion(
        NoticeKind.APPROVAL,
        event.aggregate,
        WAITING,
        f"Waits for your approval: {what}, {name}",
        f"{asker} asks: {action.reason}\n{action.waiting}",
        frozenset({action.account_id}),
        "actions",
        group="waiting",
        many="{n} actions wait for approval",
        line=f"{name}: {what}, asked by {asker}",
    )
    asked_by = approvals.asked_by(place.db, action)
    for user in place.able(Permission.APPROVE):
        if user.email.casefold() not in asked_by:
            yield user, occasion


def _not_agreed(place: _Place, event: Happened) -> Told:
    """Somebody said no, or nobody said anything in time."""
    rejected = event.type == "ActionRejected"
    action = _action(place, event) if rejected or event.data.get("unanswered") else None
    if action is None or action.state not in {ActionState.REFUSED, ActionState.CANCELLED}:
        return
    name = _name(place.resource(action.resource_id), action.resource_id)
    what = DECLARATIONS[action.kind].title
    occasion = Occasion(
        NoticeKind.FAILURE,
        event.aggregate,
        str(event.event_id),
        f"{'Rejected' if rejected else 'Not approved in time'}: {what}, {name}",
        action.outcome,
        frozenset({action.account_id}),
        "actions",
        group="rejected" if rejected else "unanswered",
        many="{n} actions were rejected" if rejected else "{n} actions were not approved in time",
        line=f"{name}: {what}. {action.outcome}",
    )
    for user in place.people.named(approvals.asked_by(place.db, action)):
        yield user, occasion


def _alert(place: _Place, event: Happened) -> Told:
    alert_id = UUID(event.aggregate.partition(":")[2])
    found = alerts.listing(place.db, place.organisation_id, accounts=None, alert_id=alert_id)
    resource = place.resource(str(event.data["resource_id"]))
    if not found or resource is None:
        return
    alert, name = found[0], _name(resource, resource.id)
    firing = event.type == alerts.FIRED
    word = "fires" if firing else "recovered"
    what = f"{rule(alert, metric_of(resource.kind, alert.metric))} on {name}"
    idle = firing and alert.comparison.startswith("<") and resource.kind is Kind.INSTANCE
    occasion = Occasion(
        NoticeKind.ALERT,
        event.aggregate,
        str(event.event_id),
        f"Alert {word}: {what}",
        str(event.data.get("detail") or ""),
        frozenset({resource.account_id}),
        "resources",
        {"resource": resource.id},
        group=word,
        many="{n} alerts fire" if firing else "{n} alerts recovered",
        line=what,
        offers=(Offer(Deed.STOP, resource.id, f"Stop {name} now", event.at + OFFERED),) if idle else (),
    )
    for user in place.people.named([alert.created_by]) | place.owners(resource):
        yield user, occasion


def _budget(place: _Place, event: Happened) -> Told:
    budget = budgets.find(place.db, place.organisation_id, UUID(event.aggregate.partition(":")[2]))
    if budget is None:
        return
    said = event.data
    breached = "burn" in said
    amount, planned = said.get("burn" if breached else "expected"), said["planned"]
    came = _amount(amount, said) if amount is not None else "More"
    day = f" It is expected to be passed on {_day(said['day'])}." if not breached and said.get("day") else ""
    occasion = Occasion(
        NoticeKind.BUDGET,
        event.aggregate,
        str(event.event_id),
        f"Budget {'breached' if breached else 'at risk'}: {budget.plan.name}",
        f"{came} {'is spent' if breached else 'is expected'} of {_amount(planned, said)} planned "
        f"for the period from {_day(said['period'])}.{day}",
        _accounts(budget),
        "budgets",
    )
    for user in place.people.named([budget.created_by]) | place.able(Permission.MANAGE_COSTS):
        yield user, occasion


def _amount(amount: object, said: Mapping[str, object]) -> str:
    """An amount of an event as people read it, to the cent."""
    return money(Decimal(str(amount)), str(said["currency"]), CENTS)


def _day(said: object) -> str:
    """A day of an event as people read it."""
    return dates.day(date.fromisoformat(str(said)))


def _accounts(budget: Budget) -> frozenset[str]:
    """The accounts whose cost a budget counts."""
    named = [
        each.value
        for each in budget.plan.filters
        if each.dimension == ACCOUNT and each.match is Match.IS and each.value
    ]
    return frozenset(named or [EVERY_ACCOUNT])


def _bills(place: _Place, event: Happened) -> Told:
    occasion = Occasion(
        NoticeKind.DATA,
        event.aggregate,
        str(event.event_id),
        f"A bill could not be loaded: {event.data.get('what')}",
        str(event.data.get("message") or ""),
        frozenset({EVERY_ACCOUNT}),
        "connections",
    )
    for user in place.able(Permission.MANAGE_CONNECTIONS, Permission.MANAGE_COSTS):
        yield user, occasion


_READERS: Mapping[str, Callable[[_Place, Happened], Told]] = {
    "ActionSettled": _failed,
    "ActionRequested": _asked,
    "ActionApproved": lambda _place, _event: iter(()),
    "ActionRejected": _not_agreed,
    "ActionCancelled": _not_agreed,
    "AlertFiring": _alert,
    "AlertRecovered": _alert,
    "BudgetBreached": _budget,
    "BudgetAtRisk": _budget,
    "BillsRefused": _bills,
}
