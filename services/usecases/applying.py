"""Applying what was found: fixes asked for through the one door for actions, one or many in one transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.actions import approval
from core.actions.model import Action, ActionKind, Origin
from core.errors import Conflict, Invalid, NotFound, PioneerError
from core.events import Event
from core.money import ZERO
from core.recommendations.finding import FindingState, StoredFinding
from core.recommendations.lever import Lever
from core.recommendations.unbilled import Promises, left_of, promised
from core.schedules.attachment import Attachment
from services.context import Context
from services.db import database
from services.db.stores import findings
from services.usecases import bulk, finding_schedules, requesting, second_person, unbilled
from services.usecases.record import Happened, record_all
from services.usecases.requesting import Ask

Answer = Action | Attachment | PioneerError


def apply(ctx: Context, user: User, finding_id: UUID, reason: str) -> Action | Attachment:
    """Put a finding's fix into the queue, or attach the schedule it proposes, once a second person agrees where one must.

    Raises `NotFound`, `Conflict` when it is not open, `Refused` by the guard, `Invalid` without a reason.
    """
    user.require(Permission.ACT)
    with ctx.begin() as db:
        (answer,) = ask(db, ctx, user, [finding_id], reason)
        if isinstance(answer, PioneerError):
            raise answer
        return answer


def apply_all(ctx: Context, user: User, finding_ids: Sequence[UUID], reason: str) -> bulk.Done:
    """Apply many, as a batch whose rest can be stopped; its answer says what became of each. Raises `Invalid`."""
    return bulk.run(ctx, user, finding_ids, reason, ask)


def foretold(ctx: Context, user: User, among: Sequence[StoredFinding]) -> str:
    """What to say before these fixes are asked for, where a second person must agree to some of them; else empty. Asks nothing."""
    user.require(Permission.ACT)
    limit = ctx.settings.approval_above
    if limit is None:
        return ""
    whys = [
        second_person.needed(ctx, user, each.fix, Origin.RECOMMENDATION, each.saving, each.cost)
        for each in among
        if each.fix is not None
    ]
    return approval.beforehand([why for why in whys if why is not None], len(among), limit)


def ask(
    db: Connection,
    ctx: Context,
    user: User,
    finding_ids: Sequence[UUID],
    reason: str,
    batch_id: UUID | None = None,
) -> tuple[Answer, ...]:
    """Ask for the fixes of findings inside a caller's transaction: for each what was made, or why nothing was. Raises `Forbidden`, `Invalid`.

    Each promises what its saving is of the cost that others under way leave: those asked for before it, too.
    """
    user.require(Permission.ACT)
    reason = reasoned(reason)
    now = database.now(db)
    known = findings.locked(db, user.organisation_id, finding_ids, now)
    before = unbilled.promises(db, user.organisation_id, tuple(known.values()), now)
    here: dict[tuple[str, Lever], Decimal] = defaultdict(lambda: ZERO)
    answers: dict[UUID, Answer] = {}
    for turn in _turns(finding_ids, known):
        asked: list[StoredFinding] = []
        for each in turn:
            try:
                finding = _open(known.get(each), user)
                left = _left(finding, before(finding), here)
                if finding.fix is ActionKind.ATTACH_SCHEDULE:
                    with db.begin_nested():
                        answers[each] = _attach(db, ctx, user, finding, left, now, reason, batch_id)
                elif finding.fix is None:
                    message = "No click does this one: it says what people do by hand."
                    raise Invalid(message, mend="Do it, then mark it as done.")
                else:
                    asked.append(left)
                    continue
                _promise(here, left)
            except PioneerError as error:
                answers[each] = error
        asks = [_asked(known[left.id], left, reason, batch_id) for left in asked]
        made = requesting.request_all(db, ctx, user, asks, Origin.RECOMMENDATION) if asks else ()
        for left, answer in zip(asked, made, strict=True):
            answers[left.id] = answer
            if not isinstance(answer, PioneerError):
                _promise(here, left)
    _judge(db, user, [(known[each], answers[each]) for each in answers if each in known], now, reason)
    return tuple(answers[each] for each in finding_ids)


def _turns(finding_ids: Sequence[UUID], known: Mapping[UUID, StoredFinding]) -> Sequence[Sequence[UUID]]:
    """Findings that share no resource come to the door together; of those that do, each once it is known what became of the one before."""
    turns: list[list[UUID]] = []
    following: dict[str, int] = {}
    for each in finding_ids:
        finding = known.get(each)
        touched = () if finding is None else (finding.resource_id, *finding.claims)
        turn = max((following.get(name, 0) for name in touched), default=0)
        if turn == len(turns):
            turns.append([])
        turns[turn].append(each)
        following |= dict.fromkeys(touched, turn + 1)
    return turns


def _left(
    finding: StoredFinding, before: Promises, here: Mapping[tuple[str, Lever], Decimal]
) -> StoredFinding:
    """The finding on the cost that what is under way leaves, asked for here or before. Raises `Conflict` where that is nothing."""
    owed = dict(before)
    for key in [key for key in here if key[0] in {finding.resource_id, *finding.claims}]:
        owed[key] = owed.get(key, ZERO) + here[key]
    left = left_of(finding, owed)
    if left is None:
        message = "What is under way, or done and not on the bill yet, saves all of its cost already."
        raise Conflict(message, mend="Look again once the bill shows it.")
    return left


def _promise(here: dict[tuple[str, Lever], Decimal], left: StoredFinding) -> None:
    for key, usd in promised([left]).items():
        here[key] += usd


def _open(finding: StoredFinding | None, user: User) -> StoredFinding:
    if finding is None or not user.sees(finding.account_id):
        message = "There is no such recommendation."
        raise NotFound(message, mend="It may be in an account you do not see; look at the list.")
    demand_open(finding)
    if finding.unknown:
        message = f"Whether it still holds is not known. {finding.doubt}"
        raise Conflict(message, mend="It can be applied again once its rule can tell.")
    return finding


def _attach(
    db: Connection,
    ctx: Context,
    user: User,
    finding: StoredFinding,
    left: StoredFinding,
    now: datetime,
    reason: str,
    batch_id: UUID | None,
) -> Action | Attachment:
    """Whether somebody must agree goes by all of the finding, what it promises by what is left of it."""
    user.require(Permission.EDIT_SCHEDULES)
    waits = second_person.needed(
        ctx, user, ActionKind.ATTACH_SCHEDULE, Origin.RECOMMENDATION, finding.saving, finding.cost
    )
    if waits is not None:
        return finding_schedules.ask(db, user, left, waits, now, reason, batch_id)
    return finding_schedules.at_once(db, user, left, now, reason)


def _asked(finding: StoredFinding, left: StoredFinding, reason: str, batch_id: UUID | None) -> Ask:
    """All of the finding is at stake, what is left of it promised."""
    if finding.fix is None:
        raise Invalid("No click does this one.")
    return Ask(
        finding.fix,
        finding.resource_id,
        reason,
        finding.fix_parameters,
        origin_id=str(finding.id),
        expected_saving=left.saving,
        at_stake=finding.saving,
        cost=finding.cost,
        expects=finding.seen,
        batch_id=batch_id,
    )


def _judge(
    db: Connection,
    user: User,
    answered: Sequence[tuple[StoredFinding, Answer]],
    now: datetime,
    reason: str,
) -> None:
    """Write down which findings are accepted or applied by it, and that they were judged so."""
    judged = [
        replace(
            finding,
            state=FindingState.ACCEPTED if isinstance(answer, Action) else FindingState.APPLIED,
            action_id=answer.id if isinstance(answer, Action) else None,
            judged_by=user.email,
            judged_at=now,
            judgement=reason,
            until=None,
        )
        for finding, answer in answered
        if not isinstance(answer, PioneerError)
    ]
    findings.judge(db, user.organisation_id, *judged)
    record_all(db, user, [judgement(finding, reason) for finding in judged])


def judgement(finding: StoredFinding, reason: str) -> Happened:
    """That somebody judged a finding so."""
    data = {"rule": finding.rule, "resource_id": finding.resource_id, "state": finding.state.value}
    return Happened(Event("FindingJudged", f"finding:{finding.id}", data), finding.resource_id, reason)


def demand_open(finding: StoredFinding) -> None:
    """Raise `Conflict` for a finding that is not open."""
    if finding.state is not FindingState.OPEN:
        words = f" by {finding.judged_by}" if finding.judged_by else ""
        message = f"This finding is {finding.state.words}{words} and not open."
        raise Conflict(message, mend="Reopen it first, or look at what became of it under actions.")


def reasoned(reason: str) -> str:
    """The reason without spaces around it. Raises `Invalid` where there is none."""
    if not reason.strip():
        message = "Give a reason: it is kept with the finding."
        raise Invalid(message)
    return reason.strip()
