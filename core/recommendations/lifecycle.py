"""From one evaluation to the next: what is new, what still holds, what is gone, and what people said of it is kept."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from core.actions.facts import facts_of
from core.actions.model import OPEN, ActionState
from core.recommendations.evaluate import Evaluation, Found
from core.recommendations.finding import FindingState, StoredFinding
from core.savings import MoneyFrom

MATERIAL = Decimal("0.2")
"""A judged finding is opened again when its saving has moved by more than this share since it was judged."""
SETTLING = timedelta(hours=6)
"""How long after its fix a finding may still be seen, before we take it that somebody undid the fix."""

JUDGED = frozenset({FindingState.DISMISSED, FindingState.SNOOZED})
_OVER = frozenset({FindingState.APPLIED, FindingState.VERIFIED, FindingState.GONE})


@dataclass(frozen=True)
class Settled:
    """How a finding's action stands."""

    state: ActionState
    at: datetime | None


def reconcile(
    stored: Iterable[StoredFinding],
    evaluation: Evaluation,
    actions: Mapping[UUID, Settled],
    now: datetime,
    identify: Callable[[str, str], UUID],
) -> tuple[StoredFinding, ...]:
    """The findings that are to be written, in their new state.

    What could not be told this time keeps its state, with the reason: not knowing is no reason to call something gone.
    """
    known = {(finding.rule, finding.resource_id): finding for finding in stored}
    written: list[StoredFinding] = []
    for found in evaluation.found:
        before = known.pop(found.key, None)
        fresh = _fresh(found, now, identify(*found.key))
        written.append(fresh if before is None else _still(before, fresh, actions, now))
    for key, before in known.items():
        why = evaluation.unsure.get(key)
        after = _vanished(before, actions) if why is None else _doubted(before, why)
        after = _expired(after, now)
        if after != before:
            written.append(after)
    return tuple(written)


def _fresh(found: Found, now: datetime, identity: UUID) -> StoredFinding:
    rule, resource, finding = found.rule, found.resource, found.finding
    return StoredFinding(
        id=identity,
        rule=rule.id,
        resource_id=resource.id,
        resource_kind=resource.kind,
        resource_name=resource.name,
        account_id=resource.account_id,
        region=resource.region,
        state=FindingState.OPEN,
        because=finding.because,
        saving=finding.saving,
        cost=None if finding.cost.source is MoneyFrom.LIST else finding.cost.monthly,
        part=None if finding.cost.source is MoneyFrom.LIST else finding.part,
        money_from=finding.cost.source,
        effort=rule.effort,
        risk=rule.risk,
        undo=rule.undo,
        lever=rule.lever,
        fix=rule.fix,
        fix_parameters=finding.fix_parameters,
        evidence=finding.evidence,
        claims=finding.claims,
        seen=facts_of(resource),
        first_found_at=now,
        last_found_at=now,
    )


def _still(
    before: StoredFinding, fresh: StoredFinding, actions: Mapping[UUID, Settled], now: datetime
) -> StoredFinding:
    """A finding found again: up to date, its judgement kept unless it is over or overtaken by the facts."""
    opened = replace(fresh, id=before.id, first_found_at=before.first_found_at, owner=before.owner)
    kept = replace(
        opened,
        state=before.state,
        judged_by=before.judged_by,
        judged_at=before.judged_at,
        judgement=before.judgement,
        until=before.until,
        action_id=before.action_id,
    )
    if before.state is FindingState.GONE:
        return replace(opened, first_found_at=now)
    if before.state in JUDGED:
        over = before.until is not None and before.until <= now
        # The saving it was judged by stays beside it, so that slow drift adds up to a material change.
        return (
            opened if over or material(before.saving, fresh.saving) else replace(kept, saving=before.saving)
        )
    if before.state is FindingState.ACCEPTED:
        return _accepted(kept, opened, actions)
    if before.state in {FindingState.APPLIED, FindingState.VERIFIED}:
        return opened if before.judged_at is None or now - before.judged_at > SETTLING else kept
    return kept


def _accepted(kept: StoredFinding, opened: StoredFinding, actions: Mapping[UUID, Settled]) -> StoredFinding:
    """As its action stands: done makes it applied, failed opens it again."""
    action = actions.get(kept.action_id) if kept.action_id else None
    if action is None:
        return opened
    if action.state is ActionState.DONE:
        return replace(kept, state=FindingState.APPLIED, judged_at=action.at)
    return kept if action.state in OPEN else opened


def _doubted(before: StoredFinding, why: str) -> StoredFinding:
    """Not told this time; of what was done or is gone nobody asks."""
    return before if before.state in _OVER else replace(before, unknown=why)


def _vanished(before: StoredFinding, actions: Mapping[UUID, Settled]) -> StoredFinding:
    """No longer found: applied where our action did it, else gone."""
    before = replace(before, unknown=None)
    if before.state is FindingState.ACCEPTED:
        return _accepted(before, replace(before, state=FindingState.GONE), actions)
    # what people said of it is kept: it may flicker, and is then not news
    if before.state in _OVER | JUDGED:
        return before
    return replace(before, state=FindingState.GONE)


def _expired(finding: StoredFinding, now: datetime) -> StoredFinding:
    """Open again where a snooze has ended."""
    if finding.state is FindingState.SNOOZED and finding.until is not None and finding.until <= now:
        return replace(
            finding, state=FindingState.OPEN, judged_by=None, judged_at=None, judgement=None, until=None
        )
    return finding


def material(judged: Decimal, now: Decimal) -> bool:
    """Whether a saving has moved so far that the judgement should be looked at again."""
    return abs(now - judged) > MATERIAL * abs(judged)
