"""Who belongs to the organisation, what each may do and which AWS accounts each sees."""

import re
from collections.abc import Collection
from enum import Enum
from uuid import UUID

from sqlalchemy import Connection

from core.access.roles import Permission, Role, User
from core.errors import Conflict, Invalid, NotFound, Refused
from core.events import Event
from services.context import Context
from services.db import database
from services.db.stores import access, sessions
from services.db.stores.access import Member
from services.usecases.record import record

STATUSES = ("pending", "active", "disabled")


class Keep(Enum):
    """Says "leave it as it is" where None means something else."""

    AS_IS = "as is"


def members(ctx: Context, user: User) -> tuple[Member, ...]:
    """Everybody of the organisation; who waits for approval comes first."""
    user.require(Permission.MANAGE_TEAM)
    with ctx.read() as db:
        return tuple(access.members(db, user.organisation_id))


def approve(ctx: Context, user: User, member_id: UUID, roles: Collection[Role] = (Role.VIEWER,)) -> Member:
    """Let a waiting sign-up in. Raises `NotFound`, and `Conflict` when it does not wait any more."""
    user.require(Permission.MANAGE_TEAM)
    with ctx.begin() as db:
        before = _locked(db, user, member_id)
        if before.status != "pending":
            raise Conflict(f"{before.user.email} does not wait for approval any more.")
        return _change(db, user, before, frozenset(roles), before.user.accounts, "active")


def change(
    ctx: Context,
    user: User,
    member_id: UUID,
    *,
    roles: Collection[Role] | Keep = Keep.AS_IS,
    accounts: Collection[str] | Keep | None = Keep.AS_IS,
    status: str | Keep = Keep.AS_IS,
) -> Member:
    """Set roles, the AWS accounts seen (None: all) or the status; it holds from the member's next request on.

    Raises `NotFound`, `Invalid`, and `Refused` when nobody could manage the team afterwards or one would shut oneself out.
    """
    user.require(Permission.MANAGE_TEAM)
    with ctx.begin() as db:
        before = _locked(db, user, member_id)
        return _change(
            db,
            user,
            before,
            before.user.roles if isinstance(roles, Keep) else frozenset(roles),
            before.user.accounts if isinstance(accounts, Keep) else _accounts(accounts),
            before.status if isinstance(status, Keep) else status,
        )


def _locked(db: Connection, user: User, member_id: UUID) -> Member:
    """The person as they are, and as they stay until this transaction ends."""
    access.lock_organisation(db, user.organisation_id)
    found = access.member(db, user.organisation_id, member_id)
    if found is None:
        raise _missing()
    return found


def _change(
    db: Connection,
    user: User,
    before: Member,
    roles: frozenset[Role],
    accounts: frozenset[str] | None,
    status: str,
) -> Member:
    _refuse_unusable(user, before, roles, status)
    member_id = before.user.id
    access.change(db, member_id, roles=roles, accounts=accounts, status=status, end_tokens=status != "active")
    if status != "active":
        sessions.revoke_all(db, member_id, database.real_now(db))
    if access.active_admins(db, user.organisation_id) == 0:
        raise Refused("Nobody could manage the team any more.", mend="Make somebody else an admin first.")
    what = {
        "roles": sorted(roles),
        "accounts": None if accounts is None else sorted(accounts),
        "status": status,
    }
    event = Event("UserChanged", f"user:{member_id}", {"what": what, "email": before.user.email})
    record(db, user, event, subject=f"user:{member_id}")
    after = access.member(db, user.organisation_id, member_id)
    if after is None:
        raise _missing()
    return after


def _missing() -> NotFound:
    return NotFound("There is no such person in your organisation.")


def _accounts(accounts: Collection[str] | None) -> frozenset[str] | None:
    if accounts is None:
        return None
    wrong = sorted(account for account in accounts if not re.fullmatch(r"[0-9]{12}", account))
    if wrong:
        raise Invalid(f"An AWS account has twelve digits; these do not: {', '.join(wrong)}.")
    return frozenset(accounts)


def _refuse_unusable(user: User, before: Member, roles: frozenset[Role], status: str) -> None:
    if status not in STATUSES:
        raise Invalid(f"A person is {', '.join(STATUSES[:-1])} or {STATUSES[-1]}, not {status}.")
    if status == "pending" and before.status != "pending":
        raise Invalid("Somebody who was let in cannot wait again.", mend="Disable the account instead.")
    if not roles:
        raise Invalid(
            "A person needs at least one role.", mend="Disable the account to take everything away."
        )
    if before.user.id == user.id and (status != "active" or Role.ADMIN not in roles):
        raise Refused("You would shut yourself out.", mend="Ask another admin to do it.")
