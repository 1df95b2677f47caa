"""Savings Plans and reservations: how far they are used, what they cover, and when they end."""

from datetime import timedelta

from core.access.roles import Permission, User
from core.costs import commitments as view
from core.costs.commitments import Commitment, Cover, Covered, Slot, Standing, Term, Use
from core.costs.month import full_until
from core.costs.scope import ACCOUNT, COMMITMENT, EVER, REGION, SERVICE, Dimension, Scope
from core.errors import Invalid, NotFound
from core.money import ZERO, total
from core.periods import Period, last_days
from services.context import Context
from services.warehouse import answers
from services.warehouse.questions import commitments as question
from services.warehouse.questions import freshness
from services.warehouse.warehouse import Pin, Rows

DAYS = 30
MOST_HOURLY_DAYS = 92
COVERAGE_BY = (SERVICE, ACCOUNT, REGION)
ORDER = {Term.RUNNING: 0, Term.UNKNOWN: 1, Term.EXPIRED: 2, Term.ENDED: 2}


def standing(
    ctx: Context,
    user: User,
    period: Period | None = None,
    *,
    currency: str | None = None,
    at: str | None = None,
) -> Standing:
    """All commitments, each with what was used and not used of it in the period (the last 30 full days unless said), in one currency.

    Running ones come first, the costliest of them at the top. Utilisation is told to whom sees all accounts: others may use a commitment.
    """
    user.require(Permission.VIEW_COSTS)
    pinned = ctx.warehouse.pin(user.organisation_id, at)
    scope = _scope(ctx, user, pinned, period)
    _, newest = answers.span(pinned, scope.accounts)
    if newest is None:
        return Standing(scope.period, currency, (), (), (), all_seen=user.accounts is None)
    used = pinned.ask(question.use, scope, newest + timedelta(days=1))
    by_month = tuple(sorted({row[0] for row in used if row[8]}))
    days = _slots(pinned.ask(question.daily, scope, by_month))
    money = {named: view.money(each) for named, each in days.items()}
    for identity, named, spent, unused, *_ in used:
        left_out = (spent, unused) if identity in by_month else ()
        money[named] = total([money.get(named, ZERO), *left_out])
    chosen = view.largest(money, currency)
    found = _commitments(ctx, pinned, scope, used, chosen)
    return Standing(
        scope.period,
        chosen,
        tuple(sorted(money)),
        found,
        days.get(chosen or "", ()),
        all_seen=user.accounts is None,
    )


def hours(
    ctx: Context,
    user: User,
    period: Period | None = None,
    commitment: str | None = None,
    *,
    currency: str | None = None,
    at: str | None = None,
) -> tuple[str | None, tuple[Slot, ...]]:
    """A currency, and hour by hour what was used of one commitment (or of all) and covered; with `hour` None what is billed by the day.

    Raises `NotFound` where the lines that the user sees never name the commitment, and `Invalid` for more than 92 days.
    """
    user.require(Permission.VIEW_COSTS)
    pinned = ctx.warehouse.pin(user.organisation_id, at)
    scope = _scope(ctx, user, pinned, period)
    if scope.period.length > MOST_HOURLY_DAYS:
        message = f"Hours are told of {MOST_HOURLY_DAYS} days at most."
        raise Invalid(message, mend="Choose a shorter period.")
    if commitment is not None:
        if commitment not in {row[0] for row in _known(pinned, scope)}:
            message = f"The bill names no commitment {commitment!r}."
            raise NotFound(message)
        scope = scope.at(COMMITMENT, commitment)
    found = _slots(pinned.ask(question.hourly, scope))
    chosen = view.largest({named: view.money(each) for named, each in found.items()}, currency)
    return chosen, found.get(chosen or "", ())


def coverage(
    ctx: Context,
    user: User,
    by: Dimension,
    period: Period | None = None,
    *,
    currency: str | None = None,
    at: str | None = None,
) -> tuple[str | None, tuple[Covered, ...]]:
    """A currency, and by service, account or region what commitments covered and could have; the most on demand first."""
    user.require(Permission.VIEW_COSTS)
    if by not in COVERAGE_BY:
        raise Invalid("Coverage is cut by service, account or region.")
    pinned = ctx.warehouse.pin(user.organisation_id, at)
    scope = _scope(ctx, user, pinned, period)
    rows = pinned.ask(question.coverage, scope, by)
    money = {
        named: total(amount for row in rows if row[1] == named for amount in row[2:4])
        for named in {row[1] for row in rows}
    }
    chosen = view.largest(money, currency)
    return chosen, view.coverable(
        Covered(value, Cover(covered, on_demand, int(unlisted)))
        for value, named, covered, on_demand, unlisted in rows
        if named == chosen
    )


def _scope(ctx: Context, user: User, pinned: Pin, period: Period | None) -> Scope:
    """What the user sees of the period; without one, of the last full days of the bill. In all currencies: they are told apart after."""
    seen = Scope(EVER).within(user.accounts)
    if period is None:
        today = ctx.now().date()
        _, last = answers.span(pinned, seen.accounts)
        period = last_days(full_until(today, last) or today, DAYS)
    return seen.during(period)


def _known(pinned: Pin, scope: Scope) -> Rows:
    return pinned.ask(question.known, Scope(EVER, accounts=scope.accounts))


def _commitments(
    ctx: Context, pinned: Pin, scope: Scope, used: Rows, currency: str | None
) -> tuple[Commitment, ...]:
    """Those that the bill ever named; of the ones used in this period, those of the currency."""
    now, all_seen = ctx.now(), scope.accounts is None
    newest = {source: last for source, _, last, _ in pinned.ask(freshness.freshness, scope.accounts)}
    mine = {row[0]: row for row in used if row[1] == currency}
    elsewhere = {row[0] for row in used} - set(mine)
    nothing = (ZERO, ZERO, 0, ZERO, 0, ZERO, 0, 0)
    found = []
    for identity, name, type_, category, provider, source, first, last, ends in _known(pinned, scope):
        if identity in elsewhere:
            continue
        spent, unused, unknown, covered, unlisted, billed, long, cut = mine.get(identity, (0, 0, *nothing))[
            2:
        ]
        use, expires = Use(spent, unused, int(unknown)), view.expiry(ends)
        found.append(
            Commitment(
                identity,
                name,
                type_,
                category,
                provider,
                currency,
                first,
                last,
                view.term(last, newest[source], expires, now, all_seen=all_seen),
                expires,
                use,
                Cover(covered, ZERO, int(unlisted)),
                billed,
                by_month=bool(long),
                missing=view.missing(use, all_seen=all_seen, cut=bool(cut)),
            )
        )
    return tuple(
        sorted(found, key=lambda each: (ORDER[each.term], each.use.commitment.copy_negate(), each.id))
    )


def _slots(rows: Rows) -> dict[str, tuple[Slot, ...]]:
    """The rows of hours or days by currency."""
    found: dict[str, list[Slot]] = {}
    for day, hour, currency, used, unused, unknown, covered, on_demand, unlisted in rows:
        use, cover = Use(used, unused, int(unknown)), Cover(covered, on_demand, int(unlisted))
        found.setdefault(currency, []).append(Slot(day, None if hour is None else int(hour), use, cover))
    return {currency: tuple(each) for currency, each in found.items()}
