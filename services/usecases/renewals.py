"""Savings Plans and reservations that end soon or ended lately."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.access.roles import Permission, User
from core.costs import commitments as view
from core.costs import renewals as told
from core.costs.commitments import Cover, Term, Use
from core.costs.month import full_until
from core.costs.renewals import AHEAD, LATELY, Renewal, Renewals
from core.costs.scope import COMMITMENT, EVER, Scope
from core.money import total
from core.periods import Period, month_back
from services.context import Context
from services.warehouse import answers
from services.warehouse.questions import commitments as question
from services.warehouse.questions import freshness
from services.warehouse.warehouse import Pin

LOOKED_AT = timedelta(days=30)


@dataclass(frozen=True)
class _One:
    """A commitment as the whole bill knows it."""

    id: str
    name: str | None
    type: str | None
    first: date
    last: date
    term: Term
    expires: datetime | None

    @property
    def ends(self) -> date | None:
        return told.ends_on(self.term, self.last, self.expires)


def renewals(
    ctx: Context, user: User, *, ahead: int = AHEAD, lately: int = LATELY, at: str | None = None
) -> Renewals:
    """Commitments that end within `ahead` days or ended within `lately`, each with its last 30 days' cost and cover.

    To who does not see every account no worth is told: others may use a commitment. Raises `Invalid` for days out of 0 to 400.
    """
    user.require(Permission.VIEW_COSTS)
    told.check(ahead, lately)
    pinned = ctx.warehouse.pin(user.organisation_id, at)
    scope, now = Scope(EVER).within(user.accounts), ctx.now()
    everything = tuple(_known(pinned, scope, now))
    until = full_until(now.date(), answers.span(pinned, scope.accounts)[1])
    due = [
        _renewal(pinned, scope, one, ends, until)
        for one in everything
        if (ends := one.ends) is not None and told.is_due(ends, now, ahead, lately)
    ]
    unknown = [one.name or one.id for one in everything if one.ends is None]
    return Renewals(
        tuple(sorted(due, key=lambda each: (each.ends, each.id))),
        tuple(sorted(unknown)),
        sum(
            1 for one in everything if one.ends is not None and one.ends > now.date() + timedelta(days=ahead)
        ),
    )


def ending(pinned: Pin, now: datetime, since: date) -> tuple[str, ...]:
    """Ids of commitments that end within `AHEAD` days, or ended since a day: their use is free for another one."""
    return tuple(
        one.id
        for one in _known(pinned, Scope(EVER), now)
        if (ends := one.ends) is not None and since <= ends <= now.date() + timedelta(days=AHEAD)
    )


def _known(pinned: Pin, scope: Scope, now: datetime) -> Iterator[_One]:
    newest = {source: last for source, _, last, _ in pinned.ask(freshness.freshness, scope.accounts)}
    for identity, name, type_, _, _, source, first, last, ends in pinned.ask(question.known, scope):
        expires = view.expiry(ends)
        term = view.term(last, newest[source], expires, now, all_seen=scope.accounts is None)
        yield _One(identity, name, type_, first, last, term, expires)


def _renewal(pinned: Pin, scope: Scope, one: _One, ends: date, until: date | None) -> Renewal:
    """Its use in the last 30 full days that it ran, or in the last whole month where that is how it is billed."""
    stop = min(ends, until or ends, one.last + timedelta(days=1))
    period = Period(max(one.first, stop - LOOKED_AT), max(one.first, stop))
    mine = scope.at(COMMITMENT, one.id)
    rows = pinned.ask(question.use, mine.during(period), period.end)
    if any(row[9] for row in rows):  # what nobody used is billed by the month: the last whole one, then
        first = stop.replace(day=1)
        period = Period(month_back(first, 1), first)
        rows = pinned.ask(question.use, mine.during(period), period.end)
    money = {named: total((used, unused)) for _, named, used, unused, *_ in rows}
    currency = view.largest(money, None)
    use, cover, cut = Use(), Cover(), False
    for _, named, used, unused, unknown, covered, unlisted, _, _, reaches in rows:
        if named == currency:
            use, cover, cut = (
                Use(used, unused, int(unknown)),
                Cover(covered, unknown=int(unlisted)),
                bool(reaches),
            )
    missing = view.missing(use, all_seen=scope.accounts is None, cut=cut)
    if missing is None and cover.unknown:
        missing = f"{cover.unknown:,} of its bill lines say no on-demand price."
    return Renewal(
        one.id,
        one.name,
        one.type,
        currency,
        ends,
        ended=one.term in {Term.ENDED, Term.EXPIRED},
        seen=one.expires is None,
        period=period,
        use=use,
        cover=cover,
        missing=missing,
    )
