"""What was done and the bill does not show yet, as our records have it: for what resources cost since, and for plans."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection

from core.actions.model import ActionKind
from core.costs.members import NO_MEMBERS, is_grouped
from core.inventory import Resource
from core.ledger.entry import Entry
from core.money import ZERO
from core.periods import midnight
from core.prices import PriceBook
from core.recommendations import unbilled
from core.recommendations.finding import FindingState, StoredFinding
from core.recommendations.portfolio import Plan
from core.recommendations.portfolio import plan as choose
from core.recommendations.selection import FindingFilter
from core.recommendations.unbilled import Done, Promises, Since, shared
from services.db import database
from services.db.stores import actions, findings, ledger, members

_RESIZING = (
    ActionKind.RESIZE_INSTANCE,
    ActionKind.MODIFY_VOLUME,
    ActionKind.MODIFY_DATABASE,
    ActionKind.MODIFY_DATABASE_STORAGE,
)
"""What changes the price of a thing that stays."""


def since(
    db: Connection,
    organisation_id: UUID,
    bill: Mapping[str, Decimal],
    days: Mapping[str, tuple[date, int]],
    fleet: Iterable[Resource],
    book: PriceBook,
) -> Since:
    """The bill (USD a month, each amount of so many days before a day) as it will be once it shows what was done.

    What was done before a day from which the bill shows it undone is over: of that the bill is believed.
    """
    if not bill:
        return Since(bill, {})
    first = midnight(min(until - timedelta(days=count) for until, count in days.values()))
    entries = ledger.promising(db, organisation_id, first)
    whose = _whose(db, organisation_id, entries)
    done = [
        Done(name, each.applied_at, promised=usd)
        for each in entries
        for name, usd in _parts(each, {name: bill[name] for name in whose(each) if name in bill}).items()
    ]
    told = {each.action_id for each in entries}
    changes = actions.done_since(db, organisation_id, _RESIZING, first)
    known = {each.id: each for each in fleet} if changes else {}
    undone = ledger.undone(db, organisation_id, first) if changes else {}
    for action in changes:
        resource = known.get(action.resource_id)
        if action.id in told or resource is None or action.settled_at is None:
            continue
        if action.settled_at.astimezone(UTC).date() <= undone.get(action.resource_id, date.min):
            continue
        ratio = unbilled.ratio(resource, action.before or {}, action.after or {}, book)
        done.append(Done(action.resource_id, action.settled_at, ratio=ratio))
    return unbilled.since(bill, days, done)


def plan(db: Connection, organisation_id: UUID, rows: Sequence[StoredFinding], now: datetime) -> Plan:
    """The set of these findings that saves most, beside what is under way and what was done since they were evaluated."""
    return choose(rows, promises(db, organisation_id, rows, now))


def promises(
    db: Connection, organisation_id: UUID, rows: Collection[StoredFinding], now: datetime
) -> Callable[[StoredFinding], Promises]:
    """What is promised already of the cost of what a finding is about: by fixes under way, and by the ledger since it was evaluated."""
    wanted = FindingFilter(states=(FindingState.ACCEPTED,))
    accepted = findings.matching(db, organisation_id, None, wanted, now)
    under_way = unbilled.promised(accepted, findings.asked_for(db, organisation_id) if accepted else {})
    oldest = min((each.last_found_at for each in rows), default=now)
    entries = ledger.promising(db, organisation_id, oldest)
    whose = _whose(db, organisation_id, entries)

    def of(finding: StoredFinding) -> Promises:
        if finding.state is not FindingState.OPEN or not (under_way or entries):
            return {}
        names = {finding.resource_id, *finding.claims}
        found = {key: usd for key, usd in under_way.items() if key[0] in names}
        for each in entries:
            if each.applied_at <= finding.last_found_at:
                continue
            same = each.resource_id == finding.resource_id
            costs = finding.claims if same else dict.fromkeys(whose(each), ZERO)
            for name, usd in _parts(each, costs).items():
                if name in names:
                    found[name, each.lever] = found.get((name, each.lever), ZERO) + usd
        return found

    return of


def _whose(
    db: Connection, organisation_id: UUID, entries: Sequence[Entry]
) -> Callable[[Entry], Sequence[str]]:
    """The members that are there of the group that an entry is about; none where it is about no group."""
    groups = {each.resource_id for each in entries if is_grouped(each.resource_id)}
    found = members.of(db, organisation_id, groups, database.now(db)) if groups else NO_MEMBERS
    there: dict[str, list[str]] = defaultdict(list)
    for name, whole in found.by_id:
        if name not in groups:
            there[whole].append(name)
    return lambda entry: there[found.whose(entry.resource_id)]


def _parts(entry: Entry, costs: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    """What an entry promises, by what it is promised of: a group's by its members, where the bill or a finding knows any."""
    return shared(entry.promised, costs) if costs else {entry.resource_id: entry.promised}
