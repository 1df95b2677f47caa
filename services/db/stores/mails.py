"""Mails on their way: an outbox in the transaction of their notice, and how the mail server answered last."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.notices.model import Notice
from services.db.stores.access import Member, member_of
from services.db.stores.notices import notice_of
from services.db.tables.access import users
from services.db.tables.notices import notices, outbox, server


@dataclass(frozen=True)
class Mail:
    """One to be sent: the notice, whom it is for as they are now, and how often it was tried before."""

    notice: Notice
    member: Member
    attempts: int


@dataclass(frozen=True)
class Server:
    """How the mail server answered last. `failing_since` None: well, or never asked."""

    good_at: datetime | None = None
    failing_since: datetime | None = None
    error: str = ""
    attempts: int = 0
    not_before: datetime | None = None


@dataclass(frozen=True)
class Waiting:
    """How many of an organisation's mails wait, since when the oldest, and how many were refused for good."""

    waiting: int
    oldest: datetime | None
    refused: int


def claim(db: Connection, now: datetime, limit: int, lease: timedelta) -> tuple[Mail, ...]:
    """Take the oldest that are due: nobody else is handed them for `lease`, and who dies with one leaves it to be sent again then."""
    due = (
        select(outbox.c.notice_id)
        .where(outbox.c.state == "waiting", outbox.c.not_before <= now)
        .order_by(outbox.c.not_before, outbox.c.notice_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = list(db.execute(due).scalars())
    db.execute(
        update(outbox)
        .where(outbox.c.notice_id.in_(taken))
        .values(attempts=outbox.c.attempts + 1, not_before=now + lease)
    )
    rows = db.execute(
        select(notices, outbox.c.attempts)
        .join(outbox)
        .where(notices.c.id.in_(taken))
        .order_by(notices.c.at, notices.c.id)
    ).mappings()
    found = [(notice_of(row), row["user_id"], row["attempts"]) for row in rows]
    whom = select(users).where(users.c.id.in_({user_id for _, user_id, _ in found}))
    people = {row["id"]: member_of(row) for row in db.execute(whom).mappings()}
    return tuple(Mail(notice, people[user_id], attempts - 1) for notice, user_id, attempts in found)


def settle(db: Connection, notice_id: UUID, state: str, now: datetime, words: str = "") -> None:
    """It was sent, refused for good, or withheld."""
    db.execute(
        update(outbox).where(outbox.c.notice_id == notice_id).values(state=state, error=words, settled_at=now)
    )


def put_off(db: Connection, notice_id: UUID, until: datetime, words: str) -> None:
    """Try it again then."""
    db.execute(update(outbox).where(outbox.c.notice_id == notice_id).values(not_before=until, error=words))


def give_back(db: Connection, notice_ids: Collection[UUID], now: datetime) -> None:
    """These were not tried after all."""
    statement = update(outbox).where(outbox.c.notice_id.in_(list(notice_ids)), outbox.c.state == "waiting")
    db.execute(statement.values(not_before=now, attempts=func.greatest(outbox.c.attempts - 1, 0)))


def present(db: Connection) -> Server:
    """How the mail server answered last."""
    row = db.execute(select(server)).one_or_none()
    if row is None:
        return Server()
    return Server(row.good_at, row.failing_since, row.error, row.attempts, row.not_before)


def answered(db: Connection, now: datetime) -> None:
    """It took what we had for it."""
    _keep(db, Server(good_at=now))


def failed(db: Connection, now: datetime, error: str, before: Server, not_before: datetime) -> None:
    """It did not answer, or took nothing: leave it alone until `not_before`."""
    since = before.failing_since or now
    _keep(db, Server(before.good_at, since, error, before.attempts + 1, not_before))


def standing(db: Connection, organisation_id: UUID) -> Waiting:
    """How an organisation's mails stand."""
    query = (
        select(
            func.count().filter(outbox.c.state == "waiting").label("waiting"),
            func.min(notices.c.at).filter(outbox.c.state == "waiting").label("oldest"),
            func.count().filter(outbox.c.state == "refused").label("refused"),
        )
        .select_from(outbox)
        .join(notices)
        .where(notices.c.organisation_id == organisation_id, outbox.c.state.in_(["waiting", "refused"]))
    )
    row = db.execute(query).one()
    return Waiting(row.waiting, row.oldest, row.refused)


def _keep(db: Connection, how: Server) -> None:
    statement = upsert(server).values(**how.__dict__)
    db.execute(statement.on_conflict_do_update(index_elements=["id"], set_=how.__dict__))
