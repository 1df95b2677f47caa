"""What if a schedule had been at work in the last 30 days: kept samples and the bill, replayed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.costs.scope import COMMITMENT, Filter, Match
from core.costs.spend import ResourceCost
from core.errors import NotFound
from core.money import ZERO
from core.periods import midnight
from core.recommendations.profiles import QUIET_CPU, QUIET_NETWORK
from core.schedules.model import ScheduleDefinition
from core.schedules.selector import Selector
from core.schedules.what_if import Flags, Paid, Replay, WhatIf, off_seconds, replay
from services.context import Context
from services.db import database
from services.db.stores import samples, selected
from services.warehouse import answers

DAYS = 30
HOUR = 3600
_UNCOVERED = (Filter(COMMITMENT, Match.IS, None),)


def what_if(ctx: Context, user: User, definition: ScheduleDefinition, selector: Selector) -> WhatIf:
    """The last 30 days of the bill (of the samples, where there is none) replayed for the instances selected, of those the user sees.

    Money is effective cost an hour billed; hours that a commitment had paid count none. Raises `NotFound` for a named instance that is not there.
    """
    user.require(Permission.VIEW_SCHEDULES)
    user.require(Permission.VIEW_COSTS)
    accounts = None if user.accounts is None else tuple(sorted(user.accounts))
    with ctx.read() as db:
        today = database.now(db).date()
        found = selected.instances(db, user.organisation_id, selector, accounts)
    ids = [resource.id for resource in found]
    missing = set(selector.resource_ids or ()) - set(ids)
    if missing:
        message = f"There is no instance {min(missing)}."
        raise NotFound(message, mend="Only instances that the last collection saw can be replayed.")
    bill, until = paid(ctx, user, today, accounts, ids)
    first = until - timedelta(days=DAYS)
    off = off_seconds(definition, midnight(first), DAYS * samples.STEPS)
    replays: list[Replay] = []
    with ctx.read() as db:
        for at in range(0, len(ids), samples.BATCH):
            chunk = ids[at : at + samples.BATCH]
            ran, used = _observed(db, user.organisation_id, chunk, first)
            replays += (
                replay(name, off, ran[row], used[row], bill.get(name)) for row, name in enumerate(chunk)
            )
    return WhatIf(midnight(first), midnight(until), tuple(replays))


def _observed(db: Connection, organisation_id: UUID, ids: Sequence[str], first: date) -> tuple[Flags, Flags]:
    """A row an instance, an hour a column: whether it ran (CloudWatch had a sample), and whether it was in use."""
    cpu, into, out = (
        samples.hours(db, organisation_id, ids, metric, first, DAYS)
        for metric in ("cpu", "network_in", "network_out")
    )
    used = (cpu > QUIET_CPU) | (into + out > QUIET_NETWORK * HOUR)
    return ~np.isnan(cpu), used


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
