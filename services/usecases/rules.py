"""Rules as people see and set them: thresholds, what is left alone, how far each sees and how far its promises came true."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.errors import Forbidden, Invalid, NotFound
from core.events import Event
from core.ledger.entry import TrackRecord
from core.recommendations.catalog import catalog
from core.recommendations.rule import Rule
from core.recommendations.selection import RuleCoverage
from core.recommendations.tuning import Exclusion, checked, demand_something, option_of
from services.context import Context
from services.db import database
from services.db.stores import coverage, ledger, resources
from services.db.stores import tuning as store
from services.usecases import savings
from services.usecases.record import record

LONGEST = timedelta(days=3 * 366)


@dataclass(frozen=True)
class RuleView:
    """A rule with what is set of it, how far it saw lately, what leaves it out, and its track record (None: nothing done yet)."""

    rule: Rule
    options: Mapping[str, float]
    coverage: tuple[RuleCoverage, ...]
    exclusions: tuple[Exclusion, ...]
    record: TrackRecord | None

    @property
    def tuned(self) -> frozenset[str]:
        """The options that are not the defaults."""
        return frozenset(name for name, value in self.options.items() if value != self.rule.defaults[name])


def listing(ctx: Context, user: User) -> tuple[RuleView, ...]:
    """Every rule, by id."""
    user.require(Permission.VIEW_RECOMMENDATIONS)
    accounts = None if user.accounts is None else tuple(sorted(user.accounts))
    with ctx.read() as db:
        now = database.now(db)
        tuned = store.load(db, user.organisation_id, now)
        covered = coverage.covered(db, user.organisation_id, accounts)
        records = savings.records(ledger.standing(db, user.organisation_id, accounts))
        seen = _seen(db, user, tuned.exclusions)
    return tuple(
        RuleView(
            rule,
            {**rule.defaults, **tuned.options.get(rule.id, {})},
            tuple(row for row in covered if row.rule == rule.id),
            tuple(each for each in seen if each.rule in {"", rule.id}),
            records.get(rule.id),
        )
        for rule in catalog().values()
    )


def exclusions(ctx: Context, user: User) -> tuple[Exclusion, ...]:
    """What is left alone, newest first, as far as it is about what the user sees."""
    user.require(Permission.VIEW_RECOMMENDATIONS)
    with ctx.read() as db:
        return _seen(db, user, store.excluded(db, user.organisation_id, database.now(db)))


def _seen(db: Connection, user: User, kept: tuple[Exclusion, ...] | object) -> tuple[Exclusion, ...]:
    held = kept if isinstance(kept, tuple) else ()
    if user.accounts is None:
        return held
    known = resources.by_ids(
        db, user.organisation_id, [each.resource_id for each in held if each.resource_id]
    )
    return tuple(
        each
        for each in held
        if (not each.account_id or user.sees(each.account_id))
        and (
            not each.resource_id
            or (each.resource_id in known and user.sees(known[each.resource_id].account_id))
        )
    )


def set_option(ctx: Context, user: User, rule_id: str, name: str, value: float | None, reason: str) -> float:
    """Set a rule's threshold for the whole organisation; None puts the default back. It holds from the next evaluation on.

    Raises `NotFound`, `Invalid`, and `Forbidden` for a user who does not see every account.
    """
    user.require(Permission.JUDGE_RECOMMENDATIONS)
    _demand_all(user, "change a rule for all accounts")
    rule = _rule(rule_id)
    option = option_of(rule, name)
    wanted = None if value is None or value == option.default else checked(option, value)
    with ctx.begin() as db:
        store.set_option(db, user.organisation_id, rule.id, name, wanted, user.email, database.now(db))
        data = {"rule": rule.id, "option": name, "value": option.default if wanted is None else wanted}
        event = Event("RuleTuned", f"rule:{rule.id}", data)
        record(db, user, event, subject=rule.id, reason=reason.strip())
    return option.default if wanted is None else wanted


def exclude(ctx: Context, user: User, wanted: Exclusion) -> Exclusion:
    """Leave something alone from the next evaluation on. Its id, author and time are set here.

    Raises `Invalid` without a reason or for everything at once, `NotFound` for a rule or resource that is not there, `Forbidden` for
    accounts the user does not see.
    """
    user.require(Permission.JUDGE_RECOMMENDATIONS)
    demand_something(wanted)
    if not wanted.reason.strip():
        raise Invalid("Give a reason: it is kept with the exclusion.")
    if wanted.rule:
        _rule(wanted.rule)
    with ctx.begin() as db:
        now = database.now(db)
        _demand_within(db, user, wanted, now)
        made = replace(wanted, id=uuid4(), by=user.email, at=now, reason=wanted.reason.strip())
        store.exclude(db, user.organisation_id, made)
        _record(db, user, "ExclusionMade", made)
    return made


def include(ctx: Context, user: User, exclusion_id: UUID) -> Exclusion:
    """Take an exclusion back: from the next evaluation on it is looked at again. Raises `NotFound`, `Forbidden`."""
    user.require(Permission.JUDGE_RECOMMENDATIONS)
    with ctx.begin() as db:
        now = database.now(db)
        kept = {each.id: each for each in _seen(db, user, store.excluded(db, user.organisation_id, now))}
        found = kept.get(exclusion_id)
        if found is None:
            message = "There is no such exclusion, or it has ended."
            raise NotFound(message)
        if not (found.account_id or found.resource_id):
            _demand_all(user, "take back what holds for all accounts")
        store.include(db, user.organisation_id, exclusion_id, now)
        _record(db, user, "ExclusionEnded", found)
    return found


def _demand_within(db: Connection, user: User, wanted: Exclusion, now: datetime) -> None:
    if wanted.until is not None and not now < wanted.until <= now + LONGEST:
        raise Invalid("An exclusion ends in the future, within three years.")
    if wanted.resource_id:
        known = resources.by_ids(db, user.organisation_id, [wanted.resource_id]).get(wanted.resource_id)
        if known is None or not user.sees(known.account_id):
            message = "No resource with this id is known."
            raise NotFound(message)
    elif wanted.account_id:
        if not user.sees(wanted.account_id):
            message = "There is no such account, or you do not see it."
            raise NotFound(message)
    else:
        _demand_all(user, "leave something alone in all accounts")


def _demand_all(user: User, what: str) -> None:
    if user.accounts is not None:
        message = f"You see some accounts only, so you cannot {what}."
        raise Forbidden(message, mend="Name one of your accounts, or ask somebody who sees them all.")


def _rule(rule_id: str) -> Rule:
    found = catalog().get(rule_id)
    if found is None:
        message = f"There is no rule called {rule_id}."
        raise NotFound(message)
    return found


def _record(db: Connection, user: User, name: str, made: Exclusion) -> None:
    data = {
        "rule": made.rule,
        "what": made.in_words(),
        "until": made.until.isoformat() if made.until else None,
    }
    record(db, user, Event(name, f"exclusion:{made.id}", data), subject=made.in_words(), reason=made.reason)
