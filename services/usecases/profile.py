"""What everybody may do with their own account: see and end sign-ins, change the password."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from core.access import limits, passwords
from core.access.roles import Permission, User
from core.access.sessions import Session, hash_of
from core.errors import Invalid, NotFound, Unauthenticated
from core.events import Event
from services.context import Context
from services.db import database
from services.db.stores import access
from services.db.stores import sessions as store
from services.usecases import attempts, hashing
from services.usecases.record import record


def sessions(ctx: Context, user: User, token: str | None = None) -> tuple[Session, ...]:
    """One's sign-ins that still count, last used first; the one behind `token` is marked as current."""
    user.require(Permission.OWN_PROFILE)
    with ctx.begin() as db:
        now = database.real_now(db)
        used_since = now - timedelta(hours=ctx.settings.session_idle_hours)
        current = None if token is None else store.by_token(db, hash_of(token))
        found = store.of_user(db, user.id, now, used_since)
    return tuple(replace(one, current=current is not None and one.id == current.id) for one in found)


def revoke(ctx: Context, user: User, session_id: UUID) -> None:
    """End one of one's own sign-ins at once. Raises `NotFound` when it has ended already or is not one's own."""
    user.require(Permission.OWN_PROFILE)
    with ctx.begin() as db:
        if not store.revoke(db, user.id, session_id, database.real_now(db)):
            raise NotFound("This sign-in has ended already.")
        event = Event("UserSignedOut", f"user:{user.id}", {"session": str(session_id)})
        record(db, user, event, subject=f"user:{user.id}", reason="Revoked under profile.")


def revoke_others(ctx: Context, user: User, token: str) -> int:
    """End every one of one's own sign-ins but the one behind `token`; answers how many. Raises `Unauthenticated` when that is none of one's own."""
    user.require(Permission.OWN_PROFILE)
    with ctx.begin() as db:
        current = store.by_token(db, hash_of(token))
        if current is None or current.user_id != user.id:
            raise Unauthenticated("This sign-in has ended.", mend="Sign in again.")
        ended = store.revoke_all(db, user.id, database.real_now(db), keep=current.id)
        if ended:
            event = Event("UserSignedOut", f"user:{user.id}", {"others": ended})
            record(db, user, event, subject=f"user:{user.id}", reason="All others revoked under profile.")
    return ended


def change_password(ctx: Context, user: User, old: str, new: str, *, token: str | None = None) -> None:
    """Change one's password; every other sign-in and every bearer token ends, the sign-in behind `token` stays.

    Raises `Unauthenticated` for a wrong old password, `Invalid` for a weak new one, `TooMany`.
    """
    user.require(Permission.OWN_PROFILE)
    weakness = passwords.refusal(new, email=user.email, name=user.name)
    if weakness:
        raise Invalid(weakness)
    attempt = (limits.PASSWORD, str(user.id))
    attempts.count(ctx, attempt)
    with ctx.begin() as db:
        member = access.by_id(db, user.id)
    if member is None or member.password_hash is None:
        raise Invalid("This account signs in through a provider and has no password.")
    if not hashing.matches(old[: passwords.LONGEST + 1], member.password_hash, ctx.settings.bcrypt_cost):
        raise Unauthenticated("The old password is not right.")
    kept = hashing.hashed(new, ctx.settings.bcrypt_cost)
    with ctx.begin() as db:
        current = None if token is None else store.by_token(db, hash_of(token))
        keep = current.id if current is not None and current.user_id == user.id else None
        access.set_password(db, user.id, kept, end_tokens=True)
        ended = store.revoke_all(db, user.id, database.real_now(db), keep=keep)
        event = Event("PasswordChanged", f"user:{user.id}", {"ended": ended})
        record(db, user, event, subject=f"user:{user.id}")
    attempts.forgive(ctx, clear=[attempt])
