"""What if a schedule had been at work in the last 30 days: kept samples and the bill, replayed."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.errors import NotFound
from core.inventory import Database, Resource, short_id
from core.periods import midnight
from core.schedules.model import ScheduleDefinition
from core.schedules.selector import Selector
from core.schedules.spent import Spent
from core.schedules.use import USES, Use
from core.schedules.what_if import Flags, Paid, Replay, Seconds, WhatIf, off_seconds, replay
from services.context import Context
from services.db import database
from services.db.stores import samples, selected
from services.usecases import paid

DAYS = paid.DAYS


def what_if(ctx: Context, user: User, definition: ScheduleDefinition, selector: Selector) -> WhatIf:
    """The last 30 days of the bill (of the samples, where there is none) replayed for what is selected, of what the user sees.

    For instances, databases, warehouses, Auto Scaling groups, node groups and ECS services; an Aurora cluster is told as its instances.
    Money is effective cost an hour billed, of groups and services that of all their members in each hour; hours that a commitment had
    paid count none. Raises `NotFound` for something named that is not there or cannot be replayed.
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
        mend = (
            "Instances, databases, warehouses, Auto Scaling groups, node groups and ECS services that the last collection saw can be "
            "replayed; what belongs to a group, as that group."
        )
        raise NotFound(message, mend=mend)
    known = paid.paid(ctx, user, today, accounts, ids)
    bill, until = known.by_id, known.until
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
                    _replay(name, off, ran[row], used[row], bill.get(name)) for row, name in enumerate(chunk)
                )
    return WhatIf(midnight(first), midnight(until), tuple(replays), known.members)


def _missing(selector: Selector, found: Sequence[Resource]) -> set[str]:
    """What was named and is not there; a cluster is there where one of its instances is."""
    clusters = {each.cluster for each in found if isinstance(each, Database)}
    return {
        name
        for name in set(selector.resource_ids or ()) - {each.id for each in found}
        if short_id(name) not in clusters
    }


def _replay(name: str, off: Seconds, sampled: Flags, used: Flags, billed: Paid | Spent | None) -> Replay:
    """A group ran in the hours in which the bill has something of it, too, whether or not these were sampled."""
    ran = sampled | billed.ran if isinstance(billed, Spent) else sampled
    return replay(name, off, ran, used, billed, sampled)


def _observed(
    db: Connection, organisation_id: UUID, use: Use, ids: Sequence[str], first: date
) -> tuple[Flags, Flags]:
    """A row a resource, an hour a column: whether it ran (CloudWatch had a sample), and whether it was in use."""
    return use.observed(
        {metric: samples.hours(db, organisation_id, ids, metric, first, DAYS) for metric in use.metrics}
    )
