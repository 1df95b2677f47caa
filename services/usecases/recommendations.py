"""Recommendations: found by the worker, read as a plan, judged by people, applied through the one door for actions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.actions.model import Action, ActionKind, Origin
from core.activity import TOLD, Activity, tell
from core.errors import Conflict, Invalid, NotFound
from core.events import Event
from core.ledger import book
from core.money import ZERO
from core.recommendations.catalog import catalog
from core.recommendations.finding import FindingState, StoredFinding
from core.recommendations.portfolio import Plan
from core.recommendations.portfolio import plan as choose
from core.recommendations.selection import FindingDetail, FindingFilter, FindingPage
from core.schedules.attachment import Attachment
from services.context import Context
from services.db import database
from services.db.stores import access, findings, ledger, records
from services.usecases import actions, bulk, evaluation, finding_schedules, second_person
from services.usecases.record import record
from services.usecases.savings import records as records_of

HISTORY = 50
LONGEST_SNOOZE = timedelta(days=366)
_JUDGED = frozenset({FindingState.DISMISSED, FindingState.SNOOZED})

evaluate = evaluation.run


def listing(ctx: Context, user: User, wanted: FindingFilter | None = None) -> FindingPage:
    """Findings by saving, one page, with how far each rule could see; evidence is in `one`."""
    user.require(Permission.VIEW_RECOMMENDATIONS)
    with ctx.read() as db:
        now, accounts = database.now(db), _scope(user)
        total, saving, rows = findings.page(
            db, user.organisation_id, accounts, wanted or FindingFilter(), now
        )
        return FindingPage(total, saving, rows, findings.covered(db, user.organisation_id, accounts))


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
    others = tuple(
        sorted((other for other in together if other.id != finding.id), key=lambda other: -other.saving)
    )
    counts, because = _counted(finding, entangled)
    return FindingDetail(
        finding, catalog().get(finding.rule), others, counts, because, kept.get(finding.rule)
    )


def _counted(finding: StoredFinding, others: Sequence[StoredFinding]) -> tuple[Decimal, str]:
    """What an open finding adds to the plan beside the others it is entangled with, and why that is not its whole saving."""
    if finding.state is not FindingState.OPEN:
        return ZERO, ""
    made = choose((finding, *(other for other in others if other.id != finding.id)))
    for choice in made.chosen:
        if choice.finding.id == finding.id:
            return choice.counts, choice.because
    return ZERO, next(each.because for each in made.alternatives if each.finding.id == finding.id)


def plan(ctx: Context, user: User, wanted: FindingFilter | None = None) -> Plan:
    """What to do within the filter's limits (paging is not looked at): the set that saves most, and the alternatives.

    Its total is the headline: no dollar is counted twice, and no resource saves more than it costs.
    """
    user.require(Permission.VIEW_RECOMMENDATIONS)
    with ctx.read() as db:
        now = database.now(db)
        rows = findings.matching(db, user.organisation_id, _scope(user), wanted or FindingFilter(), now)
    return choose(rows)


def apply_all(ctx: Context, user: User, finding_ids: Sequence[UUID], reason: str) -> bulk.Done:
    """Apply many at once, as a batch whose rest can be stopped; its answer says what became of each. Raises `Invalid`."""
    return bulk.run(ctx, user, finding_ids, reason, apply)


def apply(
    ctx: Context, user: User, finding_id: UUID, reason: str, batch_id: UUID | None = None
) -> Action | Attachment:
    """Put a finding's fix into the queue, or attach the schedule it proposes, once a second person agrees where one must.

    Raises `NotFound`, `Conflict` when it is not open, `Refused` by the guard, `Invalid` without a reason.
    """
    user.require(Permission.ACT)
    with ctx.begin() as db:
        now = database.now(db)
        finding = _found(db, user, finding_id, now, lock=True)
        _demand_open(finding)
        reason = _reasoned(reason)
        judged = replace(finding, judged_by=user.email, judged_at=now, judgement=reason, until=None)
        if finding.fix is ActionKind.ATTACH_SCHEDULE:
            user.require(Permission.EDIT_SCHEDULES)
            waits = second_person.needed(
                ctx, user, finding.fix, Origin.RECOMMENDATION, finding.saving, finding.cost
            )
            if waits is not None:
                asked = finding_schedules.ask(db, user, finding, waits, now, reason, batch_id)
                _judge(db, user, replace(judged, state=FindingState.ACCEPTED, action_id=asked.id), reason)
                return asked
            attachment = finding_schedules.at_once(db, user, finding, now, reason)
            _judge(db, user, replace(judged, state=FindingState.APPLIED, action_id=None), reason)
            return attachment
        if finding.fix is None:
            message = "No click does this one: it says what people do by hand."
            raise Invalid(message, mend="Do it, then mark it as done.")
        action = actions.request_in(
            db,
            ctx,
            user,
            finding.fix,
            finding.resource_id,
            finding.fix_parameters,
            reason,
            origin="recommendation",
            origin_id=str(finding.id),
            expected_saving=finding.saving,
            cost=finding.cost,
            expects=finding.seen,
            batch_id=batch_id,
        )
        _judge(db, user, replace(judged, state=FindingState.ACCEPTED, action_id=action.id), reason)
        return action


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
    """Say no to a finding; it comes back when its saving moves by more than 20 %. Raises `NotFound`, `Conflict`, `Invalid`."""
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
            _demand_open(finding)
        reason = _reasoned(reason)
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
    data = {"rule": finding.rule, "resource_id": finding.resource_id, "state": finding.state.value}
    record(
        db,
        user,
        Event("FindingJudged", f"finding:{finding.id}", data),
        subject=finding.resource_id,
        reason=reason,
    )


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


def _demand_open(finding: StoredFinding) -> None:
    if finding.state is not FindingState.OPEN:
        words = f" by {finding.judged_by}" if finding.judged_by else ""
        message = f"This finding is {finding.state.words}{words} and not open."
        raise Conflict(message, mend="Reopen it first, or look at what became of it under actions.")


def _reasoned(reason: str) -> str:
    if not reason.strip():
        message = "Give a reason: it is kept with the finding."
        raise Invalid(message)
    return reason.strip()


def _scope(user: User) -> tuple[str, ...] | None:
    return None if user.accounts is None else tuple(sorted(user.accounts))
