"""What is written down of an action under way: the intent before each call, what it waits for, and how it ended."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from core.actions import steps
from core.actions.catalog import DECLARATIONS
from core.actions.facts import facts_of
from core.actions.kind import Call, Settle, Sight, Wait
from core.actions.model import Action, ActionState, Origin, passes
from core.events import Event
from core.ledger import book
from core.ledger.entry import Entry
from core.recommendations.catalog import catalog
from services.context import System
from services.db import database
from services.db.stores import actions, findings, ledger, resources
from services.usecases.record import record


def intend(db: Connection, epoch: int, action: Action, call: Call) -> Action:
    """Write down which call is about to be sent. Raises `Conflict` when the action is no longer ours."""
    attempts = action.attempts + 1 if action.step == call else 1
    written = actions.write(
        db,
        epoch,
        action,
        step=call.value,
        step_at=database.now(db),
        attempts=attempts,
        before=action.before,
        after=_without(action) or None,
    )
    if not action.begun:
        record(
            db,
            _worker(action),
            _event("ActionStarted", action),
            subject=action.resource_id,
            reason=action.reason,
        )
    return written


def _without(action: Action) -> dict[str, object]:
    """What it is done without stays written down until the end, and after."""
    return {"without": list(action.without)} if action.without else {}


def put_off(db: Connection, epoch: int, action: Action, wait: Wait, sight: Sight | None) -> None:
    """Write down what it waits for and when to look again, and show the resource as it is now."""
    now = database.now(db)
    seen = {} if sight is None or sight.resource is None else facts_of(sight.resource)
    actions.write(
        db,
        epoch,
        action,
        not_before=steps.look_again(action, now),
        before=action.before,
        after={**seen, **_without(action), "waiting": wait.why},
    )
    if seen and sight is not None and sight.resource is not None:
        resources.observe(db, action.organisation_id, sight.resource, now)


def settle(db: Connection, epoch: int, action: Action, end: Settle, sight: Sight | None) -> None:
    """Write down how it ended, what it saves, and the resource as it was read back."""
    now = database.now(db)
    seen = None if sight is None else sight.resource
    after: dict[str, object] = {**({} if seen is None else facts_of(seen)), **_without(action)}
    if sight is not None and sight.copies:
        after[f"{DECLARATIONS[action.kind].keeps}s"] = [copy for copy, _ in sight.copies]
    settled = actions.write(
        db,
        epoch,
        action,
        state=passes(action.state, end.state),
        outcome=end.outcome,
        before=action.before,
        after=after,
        settled_at=now,
    )
    if sight is not None:
        _show(db, action, sight, now=now)
    if end.state is ActionState.DONE:
        _book(db, settled, now)
    data = {"state": end.state.value, "outcome": end.outcome}
    record(
        db,
        _worker(action),
        _event("ActionSettled", action, data),
        subject=action.resource_id,
        reason=action.reason,
    )


def _show(db: Connection, action: Action, sight: Sight, *, now: datetime) -> None:
    """The screens show what we have just seen, without waiting for the next collection."""
    if sight.resource is not None:
        resources.observe(db, action.organisation_id, sight.resource, now)
        return
    stored = resources.by_ids(db, action.organisation_id, [action.resource_id])
    if action.resource_id in stored:
        resources.observe_gone(db, action.organisation_id, stored[action.resource_id], now)


def _book(db: Connection, action: Action, now: datetime) -> None:
    """A saving starts only where we did something; taking an action back ends what it saved."""
    if not action.begun:
        return
    if action.expected_saving is not None:
        ledger.add(db, action.organisation_id, _entries(db, action, now))
    if action.origin is Origin.UNDO and action.origin_id is not None:
        ledger.end(db, action.organisation_id, UUID(action.origin_id), now)


def _entries(db: Connection, action: Action, now: datetime) -> tuple[Entry, ...]:
    """What it promises: what its finding does, in parts where that claims other resources' cost."""
    finding = None
    if action.origin is Origin.RECOMMENDATION and action.origin_id is not None:
        finding = findings.find(db, action.organisation_id, UUID(action.origin_id), now)
    if finding is None:
        return book.of_action(action, DECLARATIONS[action.kind].title, now)
    rule = catalog().get(finding.rule)
    title = rule.title if rule else DECLARATIONS[action.kind].title
    return book.of_finding(finding, title, now, action.requested_by, action.id, action.expected_saving)


def _worker(action: Action) -> System:
    return System(action.organisation_id, "worker")


def _event(name: str, action: Action, data: Mapping[str, object] | None = None) -> Event:
    facts = {"kind": action.kind.value, "resource_id": action.resource_id, "account_id": action.account_id}
    return Event(name, f"action:{action.id}", {**facts, **(data or {})})
