"""What schedules saved in the last 30 days, as observed."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from core.access.roles import Permission, User
from core.costs.members import NO_MEMBERS, Members
from core.money import ZERO
from core.periods import midnight
from core.recommendations.lever import Lever
from core.schedules.intervals import valid_span
from core.schedules.spared import Off, Spared, spared
from core.schedules.spent import Spent
from core.schedules.what_if import Paid
from services.context import Context
from services.db import database
from services.db.stores import ledger, schedules, selected
from services.db.stores.spared import offs
from services.usecases import paid

OVERRIDES = "Overrides"


@dataclass(frozen=True)
class Observed:
    """By schedule, largest first, from `start` to `end`. Money in US dollars, hours not covered by commitments only.

    `judged` are resources whose schedule the ledger holds against the bill: their saving is in its total already.
    """

    start: datetime
    end: datetime
    rows: tuple[Spared, ...]
    names: Mapping[UUID, str]
    judged: frozenset[str]
    members: Members = NO_MEMBERS
    """What of the bill is whose, where that is more than a resource's own lines."""

    @property
    def billed(self) -> tuple[str, ...]:
        """The ids under which those are billed that have a price."""
        return self.members.billed(*frozenset().union(*(row.resources - row.unpriced for row in self.rows)))

    @property
    def saved(self) -> Decimal:
        """What all came to."""
        return sum((each.saved for each in self.rows), ZERO)

    @property
    def hours(self) -> Decimal:
        """Hours off of all resources together."""
        return sum((each.hours for each in self.rows), ZERO)

    @property
    def resources(self) -> frozenset[str]:
        """What was off."""
        return frozenset().union(*(row.resources for row in self.rows))

    def name(self, row: Spared) -> str:
        """What the row is called."""
        return OVERRIDES if row.schedule_id is None else self.names.get(row.schedule_id, "A deleted schedule")


def observed(ctx: Context, user: User) -> Observed:
    """The last 30 days, at what an hour cost on the last 30 full days of the bill, in the accounts that the user sees.

    A schedule saves nothing after its last day, though what it stopped stays off. A cluster is told as its instances, which are what is billed;
    groups and services as themselves, at what the hour before each stop cost of all their members together: what ran then was stopped.
    """
    user.require(Permission.VIEW_SCHEDULES)
    user.require(Permission.VIEW_COSTS)
    accounts = None if user.accounts is None else tuple(sorted(user.accounts))
    with ctx.read() as db:
        end = database.now(db)
        start = end - timedelta(days=paid.DAYS)
        stopped = offs(db, user.organisation_id, start, end, accounts)
        within = selected.instances_of(db, user.organisation_id, {each.resource_id for each in stopped})
        found = tuple(
            replace(each, resource_id=name)
            for each in stopped
            for name in within.get(each.resource_id) or (each.resource_id,)
        )
        kept = schedules.listing(db, user.organisation_id)
        standing = ledger.standing(db, user.organisation_id, accounts)
    names = {each.id: each.name for each in kept}
    over: dict[UUID | None, datetime] = {each.id: valid_span(each.definition)[1] for each in kept}
    found = tuple(replace(each, end=min(each.end, over.get(each.schedule_id, end))) for each in found)
    ids = {each.resource_id for each in found}
    known = paid.paid(ctx, user, end.date(), accounts, ids) if ids else paid.Known({}, end.date())
    rows = sorted(
        spared(found, start, end, _by_hour(known, found)), key=lambda each: (-each.saved, -each.hours)
    )
    judged = {each.entry.resource_id for each in standing if each.entry.lever is Lever.SCHEDULE}
    return Observed(start, end, tuple(rows), names, frozenset(judged & ids), known.members)


def _by_hour(known: paid.Known, stopped: Collection[Off]) -> Mapping[str, Paid]:
    """What an hour of each cost; of a group or service, of those before its stops. What the bill knows no hour of is left out."""
    stops: defaultdict[str, list[datetime]] = defaultdict(list)
    for each in stopped:
        stops[each.resource_id].append(each.start)
    first = midnight(known.until - timedelta(days=paid.DAYS))
    told = (
        (name, each.paid_before(stops[name], first) if isinstance(each, Spent) else each)
        for name, each in known.by_id.items()
    )
    return {name: each for name, each in told if each is not None}
