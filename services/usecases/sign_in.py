"""Signing up, in and out: with a password, with Google, by cookie and by bearer token. What everybody may do has no permission to ask for."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import uuid4

from core.access import limits, passwords, tokens
from core.access.client import Client
from core.access.people import LONGEST_EMAIL, email_of, name_of
from core.access.roles import Role, User
from core.access.sessions import TICKET_LIFE, Session, alive, hash_of, seen_long_ago
from core.access.tokens import Token
from core.errors import Forbidden, Invalid, NotLetIn, Unauthenticated, Unavailable
from core.events import Event
from services.context import Context
from services.db import database
from services.db.stores import access, counters, sessions
from services.db.stores.access import Member
from services.usecases import attempts, hashing
from services.usecases.record import record

WRONG = "The e-mail and the password do not match."
ENDED = "The sign-in has ended."
KEPT_AFTER = timedelta(days=30)
"""Ended sign-ins and old counts are dropped this long after their end."""


@dataclass(frozen=True)
class SignUp:
    """What became of a sign-up: `active` may sign in now, `pending` waits for an admin."""

    status: Literal["active", "pending"]

    @property
    def message(self) -> str:
        """The same for a new and a known e-mail: it tells nobody who has an account."""
        if self.status == "active":
            return "If this e-mail was new here, its account is ready: sign in."
        return "If this e-mail was new here, its sign-up now waits for an admin to approve it."


@dataclass(frozen=True)
class Look:
    """One look at a sign-in: whose it is, and what the product's time was."""

    user: User
    session: Session
    now: datetime


def sign_up(ctx: Context, email: str, password: str, name: str, client: Client) -> SignUp:
    """Make a viewer's account, waiting for an admin unless sign-up is open. A known e-mail gets the same answer, and stays as it is.

    Raises `Forbidden` when sign-up is closed, `Invalid` for an unusable e-mail or a weak password, `TooMany`.
    """
    if ctx.settings.signup == "closed":
        raise Forbidden("Sign-up is closed here.", mend="Ask an admin for an account.")
    email, name = email_of(email), name_of(name, email)
    weakness = passwords.refusal(password, email=email, name=name)
    if weakness:
        raise Invalid(weakness)
    attempts.count(ctx, (limits.SIGN_UP, client.address))
    kept = hashing.hashed(password, ctx.settings.bcrypt_cost)
    status: Literal["active", "pending"] = "active" if ctx.settings.signup == "open" else "pending"
    with ctx.begin() as db:
        organisation_id = access.first_organisation(db)
        if organisation_id is None:
            raise Unavailable("Nobody can sign up yet.", mend="Run ./pioneer admin create first.")
        user = User(uuid4(), organisation_id, email, name, frozenset({Role.VIEWER}))
        if access.add(db, user, password_hash=kept, status=status, at=database.now(db)):
            event = Event("UserSignedUp", f"user:{user.id}", {"email": email, "status": status})
            record(db, user, event, subject=f"user:{user.id}")
    return SignUp(status)


def log_in(ctx: Context, email: str, password: str, client: Client) -> User:
    """Who this is. Raises `Unauthenticated`, alike for an unknown e-mail and a wrong password, and `TooMany`."""
    email = "".join(letter for letter in email.strip().lower()[:LONGEST_EMAIL] if letter.isprintable())
    pair = (limits.PAIR, f"{client.address} {email}")
    wider = ((limits.ACCOUNT, email), (limits.ADDRESS, client.address))
    attempts.count(ctx, pair, *wider)
    with ctx.begin() as db:
        member = access.by_email(db, email)
    work_factor = ctx.settings.bcrypt_cost
    right = hashing.matches(
        password[: passwords.LONGEST + 1], member.password_hash if member else None, work_factor
    )
    if member is None or not right:
        raise Unauthenticated(WRONG, mend="Check both, or ask an admin.")
    attempts.forgive(ctx, *wider, clear=[pair])
    if member.password_hash and passwords.cost(member.password_hash) < work_factor:
        stronger = hashing.hashed(password, work_factor)
        with ctx.begin() as db:
            access.set_password(db, member.user.id, stronger, end_tokens=False)
    return _let_in(ctx, member, client)


def with_google(ctx: Context, id_token: str, client: Client) -> User:
    """Who the configured issuer says this is. Raises `Unavailable` when none is configured, `Unauthenticated`, `Forbidden`."""
    if ctx.identity is None:
        raise Unavailable(
            "Signing in with Google is not set up here.", mend="An admin sets GOOGLE_CLIENT_ID."
        )
    attempts.count(ctx, (limits.GOOGLE, client.address))
    identity = ctx.identity.verify(id_token, ctx.real_now())
    with ctx.begin() as db:
        member = access.by_identity(db, identity.issuer, identity.subject)
        if member is None:
            if not identity.email_verified:
                raise Unauthenticated("The provider has not verified this e-mail.")
            if ctx.settings.signup == "closed":
                raise Forbidden("Sign-up is closed here.", mend="Ask an admin for an account.")
            organisation_id = access.first_organisation(db)
            if organisation_id is None:
                raise Unavailable("Nobody can sign up yet.", mend="Run ./pioneer admin create first.")
            email, at = email_of(identity.email), database.now(db)
            status = "active" if ctx.settings.signup == "open" else "pending"
            user = User(
                uuid4(), organisation_id, email, name_of(identity.name, email), frozenset({Role.VIEWER})
            )
            # The same e-mail is not the same person: an existing account is never taken over by a provider's word.
            if not access.add(db, user, password_hash=None, status=status, at=at):
                raise Forbidden(
                    "This e-mail signs in with a password here.", mend="Sign in with the password."
                )
            access.link_identity(db, identity.issuer, identity.subject, user.id, at)
            event = Event("UserSignedUp", f"user:{user.id}", {"email": email, "status": status})
            record(db, user, event, subject=f"user:{user.id}")
            member = access.by_id(db, user.id)
    if member is None:
        raise Unauthenticated(ENDED)
    return _let_in(ctx, member, client)


def _let_in(ctx: Context, member: Member, client: Client) -> User:
    """The secret was right; the account must be active too."""
    if member.status == "pending":
        raise NotLetIn(
            "Your sign-up waits for an admin to approve it.",
            mend="Ask an admin of yours to do so under Team, then sign in as you just did.",
        )
    if member.status != "active":
        raise NotLetIn(
            "This account is disabled.", mend="Ask an admin of yours to let you in again under Team."
        )
    with ctx.begin() as db:
        access.signed_in(db, member.user.id, database.now(db))
        event = Event("UserSignedIn", f"user:{member.user.id}", {"device": client.device})
        record(db, member.user, event, subject=f"user:{member.user.id}")
    return member.user


def issue_ticket(ctx: Context, user: User) -> str:
    """A ticket for the browser to trade for its session cookie, once, within half a minute."""
    ticket = secrets.token_urlsafe(32)
    with ctx.begin() as db:
        sessions.add_ticket(db, hash_of(ticket), user.id, database.real_now(db) + TICKET_LIFE)
    return ticket


def redeem_ticket(ctx: Context, ticket: str, client: Client) -> str:
    """The session token to keep in the cookie. Raises `Unauthenticated` for a ticket that is unknown, used or too old."""
    token = secrets.token_urlsafe(32)
    with ctx.begin() as db:
        now = database.real_now(db)
        user_id = sessions.redeem(db, hash_of(ticket), now)
        member = None if user_id is None else access.by_id(db, user_id)
        if member is None or member.status != "active":
            raise Unauthenticated(ENDED, mend="Sign in again.")
        expires_at = now + timedelta(days=ctx.settings.session_days)
        sessions.add(
            db, hash_of(token), Session(uuid4(), member.user.id, now, now, expires_at, client.device)
        )
        sessions.forget_old(db, now - KEPT_AFTER)
        counters.forget_old(db, now - KEPT_AFTER)
    return token


def look(ctx: Context, token: str) -> Look | None:
    """Whose sign-in the cookie's token is, and until when; None once it ended, by whatever way. Asked on every run, so it is one question."""
    idle = timedelta(hours=ctx.settings.session_idle_hours)
    with ctx.read() as db:
        known = sessions.holder(db, hash_of(token))
        if known is None:
            return None
        found, member, real_now, now = known
        if not alive(found, real_now, idle) or member.status != "active":
            return None
        if seen_long_ago(found, real_now):
            sessions.seen(db, found.id, real_now)
    return Look(member.user, replace(found, current=True), now)


def session_of(ctx: Context, token: str) -> tuple[User, Session] | None:
    """The same without the time."""
    found = look(ctx, token)
    return None if found is None else (found.user, found.session)


def session_user(ctx: Context, token: str) -> User | None:
    """Whose sign-in the cookie's token is; None once it ended."""
    found = look(ctx, token)
    return None if found is None else found.user


def log_out(ctx: Context, token: str) -> None:
    """End the sign-in behind this cookie; nothing happens when it has ended before."""
    with ctx.begin() as db:
        found = sessions.by_token(db, hash_of(token))
        member = None if found is None else access.by_id(db, found.user_id)
        if found is None or member is None:
            return
        if sessions.revoke(db, found.user_id, found.id, database.real_now(db)):
            record(
                db,
                member.user,
                Event("UserSignedOut", f"user:{found.user_id}"),
                subject=f"user:{found.user_id}",
            )


def issue_token(ctx: Context, user: User) -> Token:
    """A bearer token for the API, good for the configured minutes."""
    with ctx.begin() as db:
        member = access.by_id(db, user.id)
        now = database.real_now(db)
    if member is None or member.status != "active":
        raise Unauthenticated(ENDED, mend="Sign in again.")
    life = timedelta(minutes=ctx.settings.token_minutes)
    return tokens.issue(ctx.secret, user.id, member.token_version, now, life, secrets.token_urlsafe(16))


def token_of(ctx: Context, token: str) -> tuple[User, tokens.Claims]:
    """Whose bearer token this is, and what it says. Raises `Unauthenticated` when it is not ours, too old or void."""
    with ctx.begin() as db:
        claims = tokens.read(ctx.secret, token, database.real_now(db))
        member = access.by_id(db, claims.user_id)
    if member is None or member.status != "active" or member.token_version != claims.version:
        raise Unauthenticated(tokens.ENDED, mend=tokens.MEND)
    return member.user, claims


def token_user(ctx: Context, token: str) -> User:
    """Whose bearer token this is. Raises `Unauthenticated`."""
    return token_of(ctx, token)[0]
