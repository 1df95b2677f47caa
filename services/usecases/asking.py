"""What every way of asking for an action needs: the thing, the action and the reason, within what somebody sees."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection

from core.access.roles import User
from core.actions.model import Action, ActionKind
from core.errors import Invalid, NotFound
from core.inventory import Resource
from services.context import System
from services.db.stores import actions, resources

LONGEST_REASON = 500


def new(
    who: User | System,
    kind: ActionKind,
    resource: Resource,
    given: Mapping[str, object],
    reason: str,
    now: datetime,
) -> Action:
    """A click's action, with an id of its own."""
    return Action(
        id=uuid4(),
        organisation_id=who.organisation_id,
        kind=kind,
        resource_id=resource.id,
        resource_kind=resource.kind,
        account_id=resource.account_id,
        region=resource.region,
        parameters=given,
        reason=reason,
        requested_by=who.actor if isinstance(who, System) else who.email,
        requested_at=now,
        not_before=now,
    )


def reasoned(reason: str) -> str:
    """Whoever reads the audit log later must find out why."""
    words = " ".join(reason.split())
    if not words:
        message = "Please say why: the reason is kept with the action."
        raise Invalid(message)
    return words[:LONGEST_REASON]


def resource(
    db: Connection,
    organisation_id: UUID,
    resource_id: str,
    accounts: frozenset[str] | None,
    *,
    there: bool = True,
) -> Resource:
    """The resource as our records have it. Raises `NotFound`, also for one that is gone, unless it need not be there."""
    found = looked_up(db, organisation_id, [resource_id], accounts, there=there)[resource_id]
    if isinstance(found, NotFound):
        raise found
    return found


def looked_up(
    db: Connection,
    organisation_id: UUID,
    resource_ids: Sequence[str],
    accounts: frozenset[str] | None,
    *,
    there: bool = True,
) -> Mapping[str, Resource | NotFound]:
    """Each resource as our records have it, or why not; two questions, however many they are."""
    found = resources.by_ids(db, organisation_id, resource_ids, accounts=accounts)
    gone = actions.gone(db, organisation_id, found) if there and found else frozenset()
    return {
        each: NotFound(f"{each} was there, but is gone since.")
        if each in gone
        else found.get(each) or NotFound(f"There is no resource {each} among those you see.")
        for each in resource_ids
    }


def action(db: Connection, user: User, action_id: UUID, *, lock: bool = False) -> Action:
    """One action among those the user sees, locked where asked. Raises `NotFound`."""
    found = actions.one(db, user.organisation_id, action_id, accounts=user.accounts, lock=lock)
    if found is None:
        message = "There is no such action among those you see."
        raise NotFound(message)
    return found
