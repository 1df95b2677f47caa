"""The ledger of savings: what was promised, and what each came to on the bill."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.costs.members import Members
from core.costs.month import full_until
from core.costs.scope import Scope
from core.errors import Invalid, NotFound
from core.events import Event
from core.inventory import Resource
from core.ledger.entry import Entry, Proof, Realised, RealisedDay, Standing, TrackRecord
from core.ledger.estimate import BEFORE, ledger
from core.ledger.expected import Billed, Prices
from core.money import ZERO, total
from core.periods import Period
from core.recommendations.lever import Lever
from services.context import Beat, Context, System
from services.db import database
from services.db.stores import leases, members, resources
from services.db.stores import ledger as store
from services.usecases.record import record
from services.warehouse import answers
from services.warehouse.questions import resource_days as question
from services.warehouse.warehouse import Pin

BATCH = 500
"""How many resources are asked about and written at a time."""
LONGEST_AGO = timedelta(days=800)
_PROVEN = frozenset({Proof.PROVEN, Proof.UNDONE})
_JUDGED = _PROVEN | {Proof.UNPROVEN}


@dataclass(frozen=True)
class Ledger:
    """Everything that was done to save. Money in US dollars; `saved` counts only what the bill proves, between `low` and `high`."""

    rows: tuple[Standing, ...]
    by_day: Mapping[date, Decimal]
    promised_by_day: Mapping[date, Decimal]
    """What was promised for each day that the bill can judge."""
    records: Mapping[str, TrackRecord]
    saved: Decimal
    low: Decimal
    high: Decimal
    promised: Decimal
    """What was promised for the days judged."""
    monthly: Decimal
    """What all entries that still hold promise for a month."""
    holding: int
    """How many entries `monthly` adds up: nobody took them back or undid them."""
    waiting: int
    """How many of those no bill could judge yet."""
    until: date | None


@dataclass(frozen=True)
class EntryDetail:
    """One entry with its days, and the bill before and after: `change` is what its cost changed by, over as many days."""

    standing: Standing
    days: tuple[RealisedDay, ...]
    before: Decimal
    after: Decimal
    window: int
    """Days on each side that `before` and `after` are of."""
    billed: tuple[str, ...] = ()
    """The ids under which it is billed: of a group, those of its members that are known."""

    @property
    def change(self) -> Decimal:
        """Negative where it costs less than before: what the question "why did it change" explains."""
        return self.after - self.before

    @property
    def saved(self) -> Decimal:
        """What the ledger says of those days."""
        return total(day.saved for day in self.days[: self.window])

    @property
    def otherwise(self) -> Decimal:
        """What of the change is not this saving: more or less use than before, other prices. `change = otherwise - saved`, exactly."""
        return self.change + self.saved


def listing(ctx: Context, user: User) -> Ledger:
    """Everything that was done to save in the accounts the user sees, and how far the bill proves it."""
    user.require(Permission.VIEW_RECOMMENDATIONS)
    with ctx.read() as db:
        rows = store.standing(db, user.organisation_id, _scope(user))
        days = store.by_day(db, user.organisation_id, _scope(user))
    judged = [row for row in rows if row.result is not None and row.result.proof in _JUDGED]
    holding = [row for row in rows if row.holds]
    proven = [row.result for row in judged if row.result is not None and row.result.proof in _PROVEN]
    return Ledger(
        rows,
        days,
        _promised(judged),
        records(rows),
        total(one.saved for one in proven),
        total(one.low for one in proven),
        total(one.high for one in proven),
        total(row.promised for row in judged),
        total(row.entry.promised for row in holding),
        len(holding),
        sum(row.result is None or row.result.proof is Proof.WAITING for row in holding),
        max((row.until for row in rows if row.until), default=None),
    )


def _promised(judged: Iterable[Standing]) -> dict[date, Decimal]:
    found: dict[date, Decimal] = defaultdict(lambda: ZERO)
    for row in judged:
        for offset in range(1, row.days + 1):
            found[row.entry.applied_at.date() + timedelta(days=offset)] += row.entry.promised_a_day
    return dict(sorted(found.items()))


def records(rows: Iterable[Standing]) -> dict[str, TrackRecord]:
    """By rule, how far its promises came true."""
    by_rule: dict[str, list[Standing]] = defaultdict(list)
    for row in rows:
        if row.entry.rule:
            by_rule[row.entry.rule].append(row)
    found = {}
    for rule, held in sorted(by_rule.items()):
        judged = [row for row in held if row.result is not None and row.result.proof in _JUDGED]
        realised = total(row.result.counted for row in judged if row.result is not None)
        found[rule] = TrackRecord(
            rule, len(held), len(judged), total(row.promised for row in judged), realised
        )
    return found


def one(ctx: Context, user: User, entry_id: UUID) -> EntryDetail:
    """One entry, day by day, held against the bill. Raises `NotFound`."""
    user.require(Permission.VIEW_RECOMMENDATIONS)
    with ctx.read() as db:
        rows = store.standing(db, user.organisation_id, _scope(user), entry_id)
        days = store.days_of(db, user.organisation_id, entry_id)
    if not rows:
        message = "There is no such saving."
        raise NotFound(message, mend="It may be in an account you do not see; look at the list.")
    entry, done = rows[0].entry, rows[0].entry.applied_at.date()
    window = min(len(days), BEFORE)
    with ctx.read() as db:
        whose = _members(db, user.organisation_id, store.of(db, user.organisation_id))
    whole = whose.whose(entry.resource_id)
    mine = whose.only([whole])
    before = _cost(ctx, user, mine, Period(done - timedelta(days=window), done))
    after = _cost(ctx, user, mine, Period(done + timedelta(days=1), done + timedelta(days=1 + window)))
    return EntryDetail(rows[0], days, before, after, window, mine.billed(whole))


def _cost(ctx: Context, user: User, members: Members, period: Period) -> Decimal:
    if not period.length:
        return ZERO
    scope = Scope(period).within(user.accounts)
    rows = ctx.warehouse.pin(user.organisation_id).ask(question.resource_days, scope, members)
    return total(row[4] for row in rows)


def _members(db: Connection, organisation_id: UUID, entries: Sequence[Entry]) -> Members:
    """Whose the lines are that all entries are held against: a group's those of its members, but for such as have entries of their own."""
    first = min((entry.applied_at for entry in entries), default=database.now(db))
    ids = {entry.resource_id for entry in entries}
    return members.of(db, organisation_id, ids, first - timedelta(days=BEFORE + 1))


def tell(
    ctx: Context, user: User, resource_id: str, lever: Lever, day: date, promised: Decimal, title: str
) -> Entry:
    """Note something that was done elsewhere to save, so that the bill can prove it: `promised` is USD a month.

    Raises `NotFound` for a resource that no collection ever saw, `Invalid` for what cannot be.
    """
    user.require(Permission.JUDGE_RECOMMENDATIONS)
    now = ctx.now()
    if not title.strip() or promised <= ZERO:
        raise Invalid("Say what was done, and what it was to save a month: an amount above zero.")
    if not now - LONGEST_AGO <= _noon(day, now) <= now:
        raise Invalid("Name a day that is past, and at most two years ago.")
    with ctx.begin() as db:
        known = resources.by_ids(db, user.organisation_id, [resource_id]).get(resource_id)
        if known is None or not user.sees(known.account_id):
            message = "No resource with this id is known."
            raise NotFound(message, mend="Give the id as the bill writes it, such as i-0123456789abcdef0.")
        entry = told(known, lever, _noon(day, now), promised, title.strip(), user.email)
        store.add(db, user.organisation_id, [entry])
        data = {"resource_id": resource_id, "lever": lever.value, "promised": f"{promised:.2f}"}
        record(db, user, Event("SavingTold", f"saving:{entry.id}", data), subject=resource_id, reason=title)
    return entry


def told(known: Resource, lever: Lever, at: datetime, promised: Decimal, title: str, by: str) -> Entry:
    """The entry of something done elsewhere."""
    return Entry(
        id=uuid4(),
        rule="",
        title=title,
        lever=lever,
        resource_id=known.id,
        resource_name=known.name,
        account_id=known.account_id,
        region=known.region,
        promised=promised,
        applied_at=at,
        applied_by=by,
    )


def _noon(day: date, like: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=like.tzinfo)


def prove(ctx: Context, beat: Beat) -> str:
    """Worker job: hold every entry against the bill as it is now."""
    with ctx.begin() as db:
        owners = store.organisations(db)
    lines = [_prove(ctx, beat, organisation_id) for organisation_id in owners]
    return " ".join(lines) or "Nothing was done to save yet."


def _prove(ctx: Context, beat: Beat, organisation_id: UUID) -> str:
    with ctx.begin() as db:
        entries = store.of(db, organisation_id)
        whose = _members(db, organisation_id, entries)
        now = database.now(db)
    pinned = ctx.warehouse.pin(organisation_id)
    until = full_until(now.date(), answers.span(pinned, None)[1])
    if until is None:
        return "There is no bill to hold savings against yet."
    by_resource = _by_resource(entries, whose)
    names = sorted(by_resource)
    proven = 0
    for start in range(0, len(names), BATCH):
        beat.say(f"Holding savings against the bill: {start} of {len(names)} resources")
        beat.check()
        chunk = {name: by_resource[name] for name in names[start : start + BATCH]}
        came = _came(pinned, chunk, whose.only(chunk), until)
        with ctx.begin() as db:
            leases.fence(db, beat.epoch)
            store.keep(db, organisation_id, came, until, now)
            found = [e.finding_id for e, one in came.items() if one.proof is Proof.PROVEN and e.finding_id]
            verified = store.verify(db, organisation_id, found)
            proven += sum(one.proof is Proof.PROVEN for one in came.values())
            if verified:
                event = Event("SavingsProven", f"organisation:{organisation_id}", {"findings": verified})
                record(db, System(organisation_id, "savings"), event, subject="savings")
    return f"{proven} of {len(entries)} savings proven by the bill up to {until - timedelta(days=1)}."


def _by_resource(entries: Sequence[Entry], whose: Members) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[whose.whose(entry.resource_id)].append(entry)
    return found


def held(pinned: Pin, entries: Sequence[Entry], whose: Members, until: date) -> dict[Entry, Realised]:
    """What entries came to by the bill before a day, each held against the lines that are its resource's."""
    return _came(pinned, _by_resource(entries, whose), whose, until)


def _came(
    pinned: Pin, chunk: Mapping[str, Sequence[Entry]], whose: Members, until: date
) -> dict[Entry, Realised]:
    """What the entries on some resources came to, on the lines that are theirs."""
    first = min(entry.applied_at.date() for held in chunk.values() for entry in held)
    scope = Scope(Period(first - timedelta(days=BEFORE), max(until, first)))
    billed: dict[str, list[Billed]] = defaultdict(list)
    meters: set[str] = set()
    for resource, day, meter, unit, cost, quantity, contracted in pinned.ask(
        question.resource_days, scope, whose
    ):
        billed[resource].append(Billed(day, meter, unit, cost, quantity, contracted))
        meters.add(meter)
    prices: Prices = {
        (meter, month): Decimal(repr(price))
        for meter, month, price in pinned.ask(question.meter_prices, scope, tuple(meters), whose)
    }
    came: dict[Entry, Realised] = {}
    for resource, held in chunk.items():
        found = ledger(held, billed.get(resource, ()), until, prices)
        came |= {entry: found[entry.id] for entry in held}
    return came


def _scope(user: User) -> tuple[str, ...] | None:
    return None if user.accounts is None else tuple(sorted(user.accounts))
