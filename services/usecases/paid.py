"""What the bill says of the hours of what schedules switch: of each by itself, of groups and services by all that belonged to them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Connection

from core.access.roles import User
from core.costs.members import NO_MEMBERS, Members
from core.costs.month import full_until
from core.costs.scope import COMMITMENT, Filter, Match
from core.costs.spend import ResourceCost
from core.measured_groups import SAMPLES
from core.money import ZERO
from core.periods import Period, midnight
from core.schedules.spent import Spent, Weights, spent
from core.schedules.what_if import Paid
from services.context import Context
from services.db.stores import members, samples
from services.warehouse import answers, member_answers
from services.warehouse.warehouse import Pin

DAYS = 30
_UNCOVERED = (Filter(COMMITMENT, Match.IS, None),)


@dataclass(frozen=True)
class Known:
    """What the bill says of each one's hours, until a day (excluded); and what of it is whose, where that is more than its own lines."""

    by_id: Mapping[str, Paid | Spent]
    until: date
    members: Members = NO_MEMBERS


def paid(
    ctx: Context, user: User, today: date, accounts: tuple[str, ...] | None, ids: Collection[str]
) -> Known:
    """What the last 30 full days of the bill say; until today, where it says nothing of any."""
    pinned = ctx.warehouse.pin(user.organisation_id)
    until = full_until(today, answers.span(pinned, accounts)[1])
    if until is None:
        return Known({}, today)
    first = until - timedelta(days=DAYS)
    with ctx.read() as db:
        grouped = members.grouped(db, user.organisation_id, ids)
        whose = members.of(db, user.organisation_id, grouped, midnight(first)) if grouped else NO_MEMBERS
        more = _members_by_hour(db, user, sorted(grouped), first)
    found: dict[str, Paid | Spent] = {**_alone(pinned, today, accounts, frozenset(ids) - grouped)}
    period = Period(first, until)
    for name, (currency, spans) in (
        member_answers.spans(pinned, period, accounts, whose).items() if grouped else ()
    ):
        found[name] = spent(spans, midnight(first), DAYS * samples.STEPS, more.get(name), currency)
    return Known(found, until if found else today, whose)


def _members_by_hour(db: Connection, user: User, names: list[str], first: date) -> Mapping[str, Weights]:
    """How many members ran in each hour, if only against other hours."""
    if not names:
        return {}
    rows = samples.hours(db, user.organisation_id, names, SAMPLES, first, DAYS)
    return dict(zip(names, rows, strict=True))


def _alone(
    pinned: Pin, today: date, accounts: tuple[str, ...] | None, ids: Collection[str]
) -> Mapping[str, Paid]:
    """What is billed under its own id."""
    every = answers.resource_costs(pinned, today, DAYS, accounts, ids)
    uncovered = answers.resource_costs(pinned, today, DAYS, accounts, ids, filters=_UNCOVERED)
    return {
        name: Paid(cost.hours, _hourly(uncovered.get(name), cost.currency), cost.currency)
        for name, cost in every.items()
        if cost.hours is not None and cost.hours > ZERO
    }


def _hourly(cost: ResourceCost | None, currency: str) -> Decimal:
    """What its billed hours cost, in the currency wanted."""
    if cost is None or cost.currency != currency or cost.hours is None or cost.per_hour is None:
        return ZERO
    return cost.per_hour * cost.hours
