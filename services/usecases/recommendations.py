"""Recommendations: found by the worker, read as a plan, judged by people, applied through the one door for actions."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.activity import TOLD, Activity, tell
from core.errors import Conflict, Invalid, NotFound
from core.events import Event
from core.ledger import book
from core.money import ZERO
from core.recommendations.catalog import catalog
from core.recommendations.finding import FindingState, StoredFinding
from core.recommendations.portfolio import Plan
from core.recommendations.selection import FindingDetail, FindingFilter, FindingPage, FixStanding
from services.context import Context
from services.db import database
from services.db.stores import access, coverage, findings, ledger, records
from services.db.stores import actions as asked
from services.usecases import applying, evaluation, unbilled
from services.usecases.applying import demand_open, judgement, reasoned
from services.usecases.record import record, record_all
from services.usecases.savings import records as records_of
from services.usecases.unchanged import by_findings

HISTORY = 50
LONGEST_SNOOZE = timedelta(days=366)
_JUDGED = frozenset({FindingState.DISMISSED, FindingState.SNOOZED})

evaluate = evaluation.run
apply = applying.apply
apply_all = applying.apply_all
foretold = applying.foretold


def listing(ctx: Context, user: User, wanted: FindingFilter | None = None) -> FindingPage:
    """Findings by saving, one page, with how far each rule could see; evidence is in `one`."""
    user.require(Permission.VIEW_RECOMMENDATIONS)
    wish, accounts = wanted or FindingFilter(), _scope(user)

    def read(db: Connection, now: datetime) -> FindingPage:
        total, saving, rows = findings.page(db, user.organisation_id, accounts, wish, now)
        return FindingPage(total, saving, rows, coverage.covered(db, user.organisation_id, accounts))

    return by_findings(ctx, user, "page", wish, read)


def one(ctx: Context, user: User, finding_id: UUID) -> FindingDetail:
    """A finding with its evidence, its rule, and what else was found on the same resource. Raises `NotFound`."""
    user.require(Permission.VIEW_RECOMMENDATIONS)
    with ctx.read() as db:
        now = database.now(db)
        finding = _found(db, user, finding_id, now)
        alike = FindingFilter(resource_ids=(finding.resource_id,))
        together = findings.matching(db, user.organisation_id, _scope(user), alike, now)
        entangled = findings.entangled(db, user.organisation_id, _scope(user), finding, now)
        kept = records_of(ledger.standing(db, user.organisation_id, _scope(user)))
        beside = [finding, *(each for each in entangled if each.id != finding.id)]
        made = unbilled.plan(db, user.organisation_id, beside, now)
        fix = _fix_of(db, user.organisation_id, finding, now)
    counts, because = _counted(finding, made)
    others = tuple(
        sorted((other for other in together if other.id != finding.id), key=lambda other: -other.saving)
    )
    rule, record_of_rule = catalog().get(finding.rule), kept.get(finding.rule)
    return FindingDetail(finding, rule, others, counts, because, record_of_rule, fix)


def fix_of(ctx: Context, user: User, finding_id: UUID) -> FixStanding | None:
    """How a finding's fix stands; None where none was asked for. Raises `NotFound`."""
    user.require(Permission.VIEW_RECOMMENDATIONS)
    with ctx.read() as db:
        now = database.now(db)
        return _fix_of(db, user.organisation_id, _found(db, user, finding_id, now), now)


def _fix_of(
    db: Connection, organisation_id: UUID, finding: StoredFinding, now: datetime
) -> FixStanding | None:
    if finding.action_id is None:
        return None
    action = asked.by_ids(db, organisation_id, [finding.action_id]).get(finding.action_id)
    if action is None or action.settled_at is None:
        return None if action is None else FixStanding(action)
    rows = records.audit_about(db, organisation_id, finding.resource_id, ["FindingFollowed"], HISTORY)
    for row in rows:
        if row.data.get("rule") == finding.rule and row.at >= action.settled_at:
            return FixStanding(action, row.at, bool(row.data.get("found")))
    return FixStanding(action, late=now - action.settled_at > evaluation.LATELY)


def _counted(finding: StoredFinding, made: Plan) -> tuple[Decimal, str]:
    """What an open finding adds to the plan of what it is entangled with, and why that is not its whole saving."""
    if finding.state is not FindingState.OPEN:
        return ZERO, ""
    for choice in made.chosen:
        if choice.finding.id == finding.id:
            return choice.counts, choice.because
    return ZERO, next(each.because for each in made.alternatives if each.finding.id == finding.id)


def plan(ctx: Context, user: User, wanted: FindingFilter | None = None) -> Plan:
    """What to do within the filter's limits (paging is not looked at): the set that saves most, and the alternatives.

    Its total is the headline: no dollar is counted twice, none that a fix under way or the ledger promises already, and no resource
    saves more than it costs.
    """
    user.require(Permission.VIEW_RECOMMENDATIONS)
    wish = (wanted or FindingFilter()).whole

    def made(db: Connection, now: datetime) -> Plan:
        rows = findings.matching(db, user.organisation_id, _scope(user), wish, now)
        return unbilled.plan(db, user.organisation_id, rows, now)

    return by_findings(ctx, user, "plan", wish, made)


def done_by_hand(ctx: Context, user: User, finding_id: UUID, reason: str) -> StoredFinding:
    """Note that people did what a finding says; it opens again when it is still found hours later. Raises `NotFound`, `Conflict`, `Invalid`."""
    user.require(Permission.JUDGE_RECOMMENDATIONS)
    return _say(ctx, user, finding_id, FindingState.APPLIED, reason, None)


def assign(ctx: Context, user: User, finding_id: UUID, owner: str | None) -> StoredFinding:
    """Give a finding to somebody of the organisation who sees it, or to nobody (None). Raises `NotFound`."""
    user.require(Permission.JUDGE_RECOMMENDATIONS)
    with ctx.begin() as db:
        finding = _found(db, user, finding_id, database.now(db), lock=True)
        if owner is not None:
            someone = access.by_email(db, owner)
            if (
                someone is None
                or someone.user.organisation_id != user.organisation_id
                or not someone.user.sees(finding.account_id)
            ):
                message = f"{owner} is nobody here who sees this account."
                raise NotFound(message)
        given = replace(finding, owner=owner)
        findings.judge(db, user.organisation_id, given)
        data = {"rule": finding.rule, "resource_id": finding.resource_id, "owner": owner}
        event = Event("FindingAssigned", f"finding:{finding.id}", data)
        record(db, user, event, subject=finding.resource_id)
    return given


def history(ctx: Context, user: User, finding_id: UUID) -> tuple[Activity, ...]:
    """What was done and said about a finding's resource, newest first. Raises `NotFound`."""
    user.require(Permission.VIEW_RECOMMENDATIONS)
    with ctx.read() as db:
        finding = _found(db, user, finding_id, database.now(db))
        rows = records.audit_about(db, user.organisation_id, finding.resource_id, sorted(TOLD), HISTORY)
    return tuple(tell(row) for row in rows)


def dismiss(ctx: Context, user: User, finding_id: UUID, reason: str) -> StoredFinding:
    """Say no to a finding; it comes back when its saving moves by more than 20%. Raises `NotFound`, `Conflict`, `Invalid`."""
    user.require(Permission.JUDGE_RECOMMENDATIONS)
    return _say(ctx, user, finding_id, FindingState.DISMISSED, reason, None)


def snooze(ctx: Context, user: User, finding_id: UUID, until: datetime, reason: str) -> StoredFinding:
    """Put a finding off until a time within a year. Raises `NotFound`, `Conflict`, `Invalid`."""
    user.require(Permission.JUDGE_RECOMMENDATIONS)
    return _say(ctx, user, finding_id, FindingState.SNOOZED, reason, until)


def reopen(ctx: Context, user: User, finding_id: UUID, reason: str = "") -> StoredFinding:
    """Take back a dismissal or a snooze. Raises `NotFound`, `Conflict` for a finding that is neither."""
    user.require(Permission.JUDGE_RECOMMENDATIONS)
    with ctx.begin() as db:
        finding = _found(db, user, finding_id, database.now(db), lock=True)
        if finding.state not in _JUDGED:
            message = f"This finding is {finding.state}; only dismissed and snoozed ones can be reopened."
            raise Conflict(message)
        opened = replace(
            finding, state=FindingState.OPEN, judged_by=None, judged_at=None, judgement=None, until=None
        )
        _judge(db, user, opened, reason.strip())
    return opened


def _say(
    ctx: Context, user: User, finding_id: UUID, state: FindingState, reason: str, until: datetime | None
) -> StoredFinding:
    with ctx.begin() as db:
        now = database.now(db)
        finding = _found(db, user, finding_id, now, lock=True)
        if finding.state not in _JUDGED:
            demand_open(finding)
        reason = reasoned(reason)
        if until is not None and not now < until <= now + LONGEST_SNOOZE:
            message = "A snooze ends in the future, within a year."
            raise Invalid(message)
        judged = replace(
            finding,
            state=state,
            judged_by=user.email,
            judged_at=now,
            judgement=reason,
            until=until,
            action_id=None,
        )
        _judge(db, user, judged, reason)
        if state is FindingState.APPLIED:
            ledger.add(db, user.organisation_id, book.of_finding(finding, _title(finding), now, user.email))
    return judged


def _judge(db: Connection, user: User, finding: StoredFinding, reason: str) -> None:
    """Write the judgement, and that it was made."""
    findings.judge(db, user.organisation_id, finding)
    record_all(db, user, [judgement(finding, reason)])


def _found(
    db: Connection, user: User, finding_id: UUID, now: datetime, *, lock: bool = False
) -> StoredFinding:
    finding = findings.find(db, user.organisation_id, finding_id, now, lock=lock)
    if finding is None or not user.sees(finding.account_id):
        message = "There is no such recommendation."
        raise NotFound(message, mend="It may be in an account you do not see; look at the list.")
    return finding


def _title(finding: StoredFinding) -> str:
    rule = catalog().get(finding.rule)
    return rule.title if rule else finding.rule


def _scope(user: User) -> tuple[str, ...] | None:
    return None if user.accounts is None else tuple(sorted(user.accounts))
