"""What if a schedule had been at work in the last 30 days: kept samples and the bill, replayed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.costs.scope import COMMITMENT, Filter, Match
from core.costs.spend import ResourceCost
from core.errors import NotFound
from core.inventory import Database, Resource, short_id
from core.money import ZERO
from core.periods import midnight
from core.schedules.model import ScheduleDefinition
from core.schedules.selector import Selector
from core.schedules.use import USES, Use
from core.schedules.what_if import Flags, Paid, Replay, WhatIf, off_seconds, replay
from services.context import Context
from services.db import database
from services.db.stores import samples, selected
from services.warehouse import answers

DAYS = 30
_UNCOVERED = (Filter(COMMITMENT, Match.IS, None),)


def what_if(ctx: Context, user: User, definition: ScheduleDefinition, selector: Selector) -> WhatIf:
    """The last 30 days of the bill (of the samples, where there is none) replayed for what is selected, of what the user sees.

    For instances, databases and warehouses; an Aurora cluster is told as its instances. Money is effective cost an hour billed; hours
    that a commitment had paid count none. Raises `NotFound` for something named that is not there or cannot be replayed.
    """
    user.require(Permission.VIEW_SCHEDULES)
    user.require(Permission.VIEW_COSTS)
    accounts = None if user.accounts is None else tuple(sorted(user.accounts))
    with ctx.read() as db:
        today = database.now(db).date()
        found = selected.replayable(db, user.organisation_id, selector, accounts)
    ids = [resource.id for resource in found]
    if missing := _missing(selector, found):
        message = f"There is nothing called {min(missing)} whose hours are known."
        mend = "Instances, databases and warehouses that the last collection saw can be replayed."
        raise NotFound(message, mend=mend)
    bill, until = paid(ctx, user, today, accounts, ids)
    first = until - timedelta(days=DAYS)
    off = off_seconds(definition, midnight(first), DAYS * samples.STEPS)
    replays: list[Replay] = []
    with ctx.read() as db:
        for kind, use in USES.items():
            alike = [resource.id for resource in found if resource.kind is kind]
            for at in range(0, len(alike), samples.BATCH):
                chunk = alike[at : at + samples.BATCH]
                ran, used = _observed(db, user.organisation_id, use, chunk, first)
                replays += (
                    replay(name, off, ran[row], used[row], bill.get(name)) for row, name in enumerate(chunk)
                )
    return WhatIf(midnight(first), midnight(until), tuple(replays))


def _missing(selector: Selector, found: Sequence[Resource]) -> set[str]:
    """What was named and is not there; a cluster is there where one of its instances is."""
    clusters = {each.cluster for each in found if isinstance(each, Database)}
    return {
        name
        for name in set(selector.resource_ids or ()) - {each.id for each in found}
        if short_id(name) not in clusters
    }


def _observed(
    db: Connection, organisation_id: UUID, use: Use, ids: Sequence[str], first: date
) -> tuple[Flags, Flags]:
    """A row a resource, an hour a column: whether it ran (CloudWatch had a sample), and whether it was in use."""
    return use.observed(
        {metric: samples.hours(db, organisation_id, ids, metric, first, DAYS) for metric in use.metrics}
    )


def paid(
    ctx: Context, user: User, today: date, accounts: tuple[str, ...] | None, ids: Collection[str]
) -> tuple[Mapping[str, Paid], date]:
    """What the bill says of each resource's hours, and the day before which its last full days end."""
    pinned = ctx.warehouse.pin(user.organisation_id)
    every = answers.resource_costs(pinned, today, DAYS, accounts, ids)
    uncovered = answers.resource_costs(pinned, today, DAYS, accounts, ids, filters=_UNCOVERED)
    until = next((cost.until for cost in every.values()), today)
    return {
        name: Paid(cost.hours, _hourly(uncovered.get(name), cost.currency), cost.currency)
        for name, cost in every.items()
        if cost.hours is not None and cost.hours > ZERO
    }, until


def _hourly(cost: ResourceCost | None, currency: str) -> Decimal:
    """What its billed hours cost, in the currency wanted."""
    if cost is None or cost.currency != currency or cost.hours is None or cost.per_hour is None:
        return ZERO
    return cost.per_hour * cost.hours
