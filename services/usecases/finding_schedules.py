"""The schedule that a finding proposes: attached at once, or asked for where a second person must agree and attached then."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.actions.model import Action, ActionKind, ActionState, Origin
from core.errors import Conflict
from core.events import Event
from core.ledger import book
from core.recommendations.catalog import catalog
from core.recommendations.finding import StoredFinding
from core.schedules.attachment import Attachment, Mode
from core.schedules.model import ScheduleDefinition
from core.schedules.selector import Selector
from services.context import System
from services.db.stores import access, actions, findings, ledger
from services.usecases import asking, schedules
from services.usecases.record import record


def at_once(db: Connection, user: User, finding: StoredFinding, now: datetime, reason: str) -> Attachment:
    """Attach what the finding proposes, and promise what it saves. Raises as `schedules.attach` does."""
    attachment = _attached(db, user, finding.resource_id, finding.fix_parameters, now, reason)
    _promise(db, user.organisation_id, finding, now, user.email)
    return attachment


def ask(
    db: Connection,
    user: User,
    finding: StoredFinding,
    waits: str,
    now: datetime,
    reason: str,
    batch_id: UUID | None,
) -> Action:
    """The same as something that waits for a second person, and why. Raises `NotFound`, `Conflict` while another action is open."""
    resource = asking.resource(db, user.organisation_id, finding.resource_id, user.accounts)
    given = dict(finding.fix_parameters)
    action = replace(
        asking.new(user, ActionKind.ATTACH_SCHEDULE, resource, given, reason, now),
        origin=Origin.RECOMMENDATION,
        origin_id=str(finding.id),
        expected_saving=finding.saving,
        batch_id=batch_id,
        state=ActionState.WAITING,
        after={"waiting": waits},
    )
    if not actions.add(db, [action]):
        message = f"Another action on {resource.short_id} is still open."
        raise Conflict(message, mend="Wait until it has ended, or cancel it on the actions screen.")
    data = {**_told(action), "origin": action.origin.value, "parameters": given}
    event = Event("ActionRequested", f"action:{action.id}", data)
    record(db, user, event, subject=resource.id, reason=reason)
    return action


def attach(db: Connection, action: Action, approver: User, now: datetime) -> str:
    """Attach what was asked for, in the name of who asked; answers what came of it, in words.

    Raises `Conflict` where they may no longer, and as `schedules.attach` does.
    """
    member = access.by_email(db, action.requested_by)
    someone = None if member is None or member.status != "active" else member.user
    if (
        someone is None
        or someone.organisation_id != action.organisation_id
        or not (someone.may(Permission.EDIT_SCHEDULES) and someone.may(Permission.ACT))
    ):
        message = f"{action.requested_by} may no longer attach schedules."
        raise Conflict(message, mend="Reject it; somebody who may can ask again.")
    reason = f"{action.reason} (approved by {approver.email})"
    _attached(db, someone, action.resource_id, action.parameters, now, reason)
    found = findings.find(db, action.organisation_id, UUID(str(action.origin_id)), now)
    if found is not None:
        _promise(db, action.organisation_id, found, now, someone.email, action)
    outcome = (
        f"The schedule “{action.parameters.get('name', 'Office hours')}” is attached to {action.short_id}."
    )
    event = Event(
        "ActionSettled",
        f"action:{action.id}",
        {**_told(action), "state": ActionState.DONE.value, "outcome": outcome},
    )
    worker = System(action.organisation_id, "schedules")
    record(db, worker, event, subject=action.resource_id, reason=action.reason)
    return outcome


def _attached(
    db: Connection, user: User, resource_id: str, given: Mapping[str, object], now: datetime, reason: str
) -> Attachment:
    definition = ScheduleDefinition.from_json(given.get("definition"))
    name = str(given.get("name", "Office hours"))
    selector = Selector(resource_ids=(resource_id,))
    return schedules.attach_alike(db, user, name, definition, selector, Mode.APPLY, now, reason)


def _promise(
    db: Connection,
    organisation_id: UUID,
    finding: StoredFinding,
    now: datetime,
    by: str,
    action: Action | None = None,
) -> None:
    rule = catalog().get(finding.rule)
    title = rule.title if rule else finding.rule
    ledger.add(
        db,
        organisation_id,
        book.of_finding(
            finding,
            title,
            now,
            by,
            action.id if action else None,
            action.expected_saving if action else None,
        ),
    )


def _told(action: Action) -> dict[str, object]:
    return {
        "kind": action.kind.value,
        "resource_id": action.resource_id,
        "account_id": action.account_id,
    }
