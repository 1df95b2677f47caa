"""Sign-ins and the tickets they begin with. Tokens are kept as hashes only."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select, update

from core.access.sessions import Session
from services.db.database import NOW, REAL_NOW
from services.db.stores.access import Member, member_of
from services.db.tables.access import sessions, tickets, users

_PERSON = [column.label(f"person_{column.name}") for column in users.c]
_HOLDER = (
    select(sessions, *_PERSON, REAL_NOW.label("real_now"), NOW.label("now"))
    .join(users, users.c.id == sessions.c.user_id)
    .where(sessions.c.token_hash == bindparam("token"), sessions.c.revoked_at.is_(None))
)
"""Put together once: each run of each screen asks it."""


def _session(row: RowMapping) -> Session:
    return Session(
        row["id"], row["user_id"], row["created_at"], row["last_seen_at"], row["expires_at"], row["device"]
    )


def add_ticket(db: Connection, ticket_hash: bytes, user_id: UUID, expires_at: datetime) -> None:
    """Keep a ticket that can be redeemed once."""
    db.execute(insert(tickets).values(ticket_hash=ticket_hash, user_id=user_id, expires_at=expires_at))


def redeem(db: Connection, ticket_hash: bytes, at: datetime) -> UUID | None:
    """Use the ticket up; whose it was, or None when it is unknown, used or too old. Of many at once, one succeeds."""
    statement = (
        update(tickets)
        .where(
            tickets.c.ticket_hash == ticket_hash, tickets.c.redeemed_at.is_(None), tickets.c.expires_at > at
        )
        .values(redeemed_at=at)
        .returning(tickets.c.user_id)
    )
    return db.execute(statement).scalar_one_or_none()


def forget_old(db: Connection, before: datetime) -> None:
    """Drop tickets and sign-ins that ended before an instant."""
    db.execute(delete(tickets).where(tickets.c.expires_at < before))
    db.execute(delete(sessions).where(sessions.c.expires_at < before))


def add(db: Connection, token_hash: bytes, session: Session) -> None:
    """Begin a sign-in."""
    db.execute(
        insert(sessions).values(
            token_hash=token_hash,
            id=session.id,
            user_id=session.user_id,
            created_at=session.created_at,
            last_seen_at=session.last_seen_at,
            expires_at=session.expires_at,
            device=session.device,
        )
    )


def by_token(db: Connection, token_hash: bytes) -> Session | None:
    """The sign-in behind a cookie, unless it was revoked."""
    query = select(sessions).where(sessions.c.token_hash == token_hash, sessions.c.revoked_at.is_(None))
    row = db.execute(query).mappings().first()
    return None if row is None else _session(row)


def holder(db: Connection, token_hash: bytes) -> tuple[Session, Member, datetime, datetime] | None:
    """The sign-in behind a cookie unless it was revoked, whose it is, the machine's time and the product's: one question, as each run asks it."""
    row = db.execute(_HOLDER, {"token": token_hash}).mappings().first()
    if row is None:
        return None
    return (
        _session(row),
        member_of({column.name: row[f"person_{column.name}"] for column in users.c}),
        row["real_now"].astimezone(UTC),
        row["now"].astimezone(UTC),
    )


def of_user(db: Connection, user_id: UUID, at: datetime, used_since: datetime) -> Sequence[Session]:
    """The person's sign-ins that still count, last used first."""
    query = select(sessions).where(
        sessions.c.user_id == user_id,
        sessions.c.revoked_at.is_(None),
        sessions.c.expires_at > at,
        sessions.c.last_seen_at > used_since,
    )
    return [_session(row) for row in db.execute(query.order_by(sessions.c.last_seen_at.desc())).mappings()]


def seen(db: Connection, session_id: UUID, at: datetime) -> None:
    """Remember that a sign-in was used."""
    db.execute(update(sessions).where(sessions.c.id == session_id).values(last_seen_at=at))


def revoke(db: Connection, user_id: UUID, session_id: UUID, at: datetime) -> bool:
    """End one sign-in of this person; False when there is none such."""
    statement = update(sessions).where(
        sessions.c.id == session_id, sessions.c.user_id == user_id, sessions.c.revoked_at.is_(None)
    )
    return db.execute(statement.values(revoked_at=at).returning(sessions.c.id)).first() is not None


def revoke_all(db: Connection, user_id: UUID, at: datetime, *, keep: UUID | None = None) -> int:
    """End every sign-in of this person but `keep`; how many ended."""
    statement = update(sessions).where(sessions.c.user_id == user_id, sessions.c.revoked_at.is_(None))
    if keep is not None:
        statement = statement.where(sessions.c.id != keep)
    return len(db.execute(statement.values(revoked_at=at).returning(sessions.c.id)).all())
