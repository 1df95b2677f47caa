"""A sign-in: a random token in the visitor's cookie, and only its hash in our records."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

COOKIE = "pioneer"
SECURE_COOKIE = "__Host-pioneer"
"""Browsers accept this name only from https, for this host alone, for every path."""
TICKET_LIFE = timedelta(seconds=30)
SEEN_EVERY = timedelta(minutes=1)
"""`last_seen_at` is written at most this often."""


@dataclass(frozen=True)
class Session:
    """One sign-in on one device. `current` marks the one that asks."""

    id: UUID
    user_id: UUID
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    device: str
    current: bool = False


def hash_of(token: str) -> bytes:
    """SHA-256: the token is random and long, so a slow hash would only cost."""
    return hashlib.sha256(token.encode()).digest()


def cookie_name(*, secure: bool) -> str:
    """The cookie's name over https or plain http."""
    return SECURE_COOKIE if secure else COOKIE


def alive(session: Session, now: datetime, idle: timedelta) -> bool:
    """Whether the sign-in still counts: not past its end and not unused for `idle`."""
    return now < session.expires_at and now < session.last_seen_at + idle


def seen_long_ago(session: Session, now: datetime) -> bool:
    """Whether it is time to write down that the session was used."""
    return now >= session.last_seen_at + SEEN_EVERY
