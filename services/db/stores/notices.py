"""What people were told and are to be told, and where each wants it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.access.roles import User
from core.notices.kinds import NoticeKind, kinds_for
from core.notices.model import Deed, Notice, Offer, Preference
from services.db.tables.notices import due, notices, outbox, preferences, told
from services.db.tables.records import events

CHUNK = 2000
"""Rows a statement."""


@dataclass(frozen=True)
class Happened:
    """An event that somebody may have to be told of."""

    event_id: UUID
    organisation_id: UUID
    type: str
    aggregate: str
    data: Mapping[str, object]
    at: datetime


def owe(db: Connection, event_ids: Sequence[UUID]) -> None:
    """Somebody may have to be told of these events of the same transaction."""
    if event_ids:
        db.execute(insert(due), [{"event_id": each} for each in event_ids])


def take_due(db: Connection, limit: int) -> tuple[Happened, ...]:
    """Take the oldest such events off the list; they come back if the transaction does not commit."""
    oldest = (
        select(due.c.event_id)
        .join(events, events.c.event_id == due.c.event_id)
        .order_by(events.c.id)
        .limit(limit)
        .with_for_update(of=due, skip_locked=True)
    )
    taken = list(db.execute(oldest).scalars())
    db.execute(delete(due).where(due.c.event_id.in_(taken)))
    rows = db.execute(select(events).where(events.c.event_id.in_(taken)).order_by(events.c.id))
    return tuple(
        Happened(row.event_id, row.organisation_id, row.type, row.aggregate, row.data, row.occurred_at)
        for row in rows
    )


_FIRST = text("""
    insert into notice_told (user_id, subject, moment, at)
    select u, s, m, :at from unnest(cast(:users as uuid[]), cast(:subjects as text[]), cast(:moments as text[])) t(u, s, m)
    on conflict do nothing
    returning user_id, subject, moment
""")
_KNOWN = text("""
    select n.user_id, n.subject, n.moment
    from unnest(cast(:users as uuid[]), cast(:subjects as text[]), cast(:moments as text[])) t(u, s, m)
    join notice_told n on n.user_id = t.u and n.subject = t.s and n.moment = t.m
""")
Key = tuple[UUID, str, str]


def first_time(db: Connection, keys: Collection[Key], at: datetime) -> frozenset[Key]:
    """Which of these (person, subject, moment) nobody was told of before; from now on they were."""
    fresh: set[Key] = set()
    ordered = sorted(set(keys), key=str)
    for start in range(0, len(ordered), CHUNK):
        users, subjects, moments = zip(*ordered[start : start + CHUNK], strict=True)
        given = {"users": list(users), "subjects": list(subjects), "moments": list(moments), "at": at}
        fresh |= {(row.user_id, row.subject, row.moment) for row in db.execute(_FIRST, given)}
    return frozenset(fresh)


def known(db: Connection, keys: Collection[Key]) -> frozenset[Key]:
    """Which of these (person, subject, moment) somebody was told of."""
    found: set[Key] = set()
    ordered = list(keys)
    for start in range(0, len(ordered), CHUNK):
        users, subjects, moments = zip(*ordered[start : start + CHUNK], strict=True)
        given = {"users": list(users), "subjects": list(subjects), "moments": list(moments)}
        found |= {(row.user_id, row.subject, row.moment) for row in db.execute(_KNOWN, given)}
    return frozenset(found)


def add(
    db: Connection, organisation_id: UUID, made: Sequence[tuple[UUID, Notice, bool, bool]], at: datetime
) -> None:
    """Keep notices of people, each with whether it goes to the inbox and whether it goes by mail."""
    for start in range(0, len(made), CHUNK):
        chunk = made[start : start + CHUNK]
        rows = [
            {
                "id": notice.id,
                "organisation_id": organisation_id,
                "user_id": user_id,
                "kind": notice.kind.value,
                "title": notice.title,
                "text": notice.text,
                "accounts": sorted(notice.accounts),
                "page": notice.page,
                "query": dict(notice.query),
                "offers": [_offered(each) for each in notice.offers],
                "at": notice.at,
                "in_inbox": inbox,
            }
            for user_id, notice, inbox, _ in chunk
        ]
        db.execute(insert(notices), rows)
        letters = [
            {"notice_id": notice.id, "state": "waiting", "not_before": at}
            for _, notice, _, mail in chunk
            if mail
        ]
        if letters:
            db.execute(insert(outbox), letters)


_SETTLE = text("""
update notice n set read_at = :at
where n.organisation_id = :organisation and n.kind = 'approval' and n.in_inbox and n.read_at is null
  and not exists (
    select from action a join notice_told t on t.subject = 'action:' || a.id and t.moment = :moment
    where a.organisation_id = :organisation and a.state = 'waiting' and t.user_id = n.user_id and t.at = n.at
      and a.account_id = any(n.accounts)
  )
""")


def settle_approvals(db: Connection, organisation_id: UUID, at: datetime, moment: str) -> None:
    """Mark as read what tells of approvals of which none waits any more: those that a person was told of at that time and `moment`."""
    db.execute(_SETTLE, {"organisation": organisation_id, "at": at, "moment": moment})


_UNREAD = text("""
select count(*) from notice where user_id = :person and in_inbox and read_at is null and kind = any(cast(:kinds as text[]))
  and (cast(:accounts as text[]) is null or accounts <@ cast(:accounts as text[]))
""")
"""As `_readable` says, put together once: each run of each screen asks it."""


def _readable(user: User) -> tuple[ColumnElement[bool], ...]:
    """Of this person's inbox, what they may read as they are now."""
    kinds = [kind.value for kind in kinds_for(user)]
    own = (notices.c.user_id == user.id, notices.c.in_inbox, notices.c.kind.in_(kinds))
    return own if user.accounts is None else (*own, notices.c.accounts.contained_by(sorted(user.accounts)))


def listing(
    db: Connection, user: User, *, kind: NoticeKind | None, unread: bool, limit: int, offset: int
) -> tuple[int, tuple[Notice, ...]]:
    """How many there are in somebody's inbox, and one page of them, newest first."""
    conditions = [*_readable(user)]
    if kind is not None:
        conditions.append(notices.c.kind == kind.value)
    if unread:
        conditions.append(notices.c.read_at.is_(None))
    total = db.execute(select(func.count()).select_from(notices).where(*conditions)).scalar_one()
    page = (
        select(notices, outbox.c.state.label("mail"), outbox.c.error)
        .outerjoin(outbox, outbox.c.notice_id == notices.c.id)
        .where(*conditions)
        .order_by(notices.c.at.desc(), notices.c.id)
    )
    rows = db.execute(page.limit(limit).offset(offset)).mappings()
    return int(total), tuple(notice_of(row) for row in rows)


def unread(db: Connection, user: User) -> int:
    """How many of somebody's notices are not read."""
    given = {
        "person": user.id,
        "kinds": [kind.value for kind in kinds_for(user)],
        "accounts": None if user.accounts is None else sorted(user.accounts),
    }
    return int(db.execute(_UNREAD, given).scalar_one())


def read(db: Connection, user: User, at: datetime, notice_id: UUID | None = None) -> int:
    """Mark one of somebody's notices as read, or all; answers how many there are, read before or not."""
    conditions = [*_readable(user)]
    conditions.append(notices.c.read_at.is_(None) if notice_id is None else notices.c.id == notice_id)
    statement = update(notices).where(*conditions).values(read_at=func.coalesce(notices.c.read_at, at))
    return db.execute(statement).rowcount


def notice_of(row: RowMapping) -> Notice:
    """A row of the table, with how its mail stands."""
    state = row.get("mail") or ""
    return Notice(
        id=row["id"],
        kind=NoticeKind(row["kind"]),
        title=row["title"],
        text=row["text"],
        page=row["page"],
        query=row["query"],
        at=row["at"],
        read_at=row["read_at"],
        offers=tuple(_offer(each) for each in row["offers"]),
        accounts=frozenset(row["accounts"]),
        mail=f"{state}: {row['error']}" if state and row.get("error") else state,
    )


def chosen(db: Connection, user_ids: Collection[UUID]) -> Mapping[UUID, Mapping[NoticeKind, Preference]]:
    """What these people have chosen, as far as they have."""
    found: defaultdict[UUID, dict[NoticeKind, Preference]] = defaultdict(dict)
    for row in db.execute(select(preferences).where(preferences.c.user_id.in_(list(user_ids)))):
        kind = NoticeKind(row.kind)
        found[row.user_id][kind] = Preference(kind, row.inbox, row.mail, row.minutes)
    return found


def choose(db: Connection, user_id: UUID, wanted: Iterable[Preference]) -> None:
    """Keep what somebody chose."""
    for each in wanted:
        statement = upsert(preferences).values(user_id=user_id, **each.__dict__)
        changed = {name: statement.excluded[name] for name in ("inbox", "mail", "minutes")}
        db.execute(statement.on_conflict_do_update(index_elements=["user_id", "kind"], set_=changed))


def forget(db: Connection, at: datetime, notices_for: timedelta, told_for: timedelta) -> int:
    """Delete what is older; a notice whose mail still waits stays. Answers how many notices went."""
    db.execute(delete(told).where(told.c.at < at - told_for))
    waiting = select(outbox.c.notice_id).where(outbox.c.state == "waiting")
    old = delete(notices).where(notices.c.at < at - notices_for, notices.c.id.not_in(waiting))
    return db.execute(old).rowcount


def _offered(offer: Offer) -> dict[str, str | None]:
    def text_of(at: datetime | None) -> str | None:
        return None if at is None else at.isoformat()

    return {
        "deed": offer.deed.value,
        "resource_id": offer.resource_id,
        "words": offer.words,
        "expires": text_of(offer.expires),
        "begin": text_of(offer.begin),
        "until": text_of(offer.until),
    }


def _offer(kept: Mapping[str, str]) -> Offer:
    begin, until = kept["begin"], kept["until"]
    return Offer(
        Deed(kept["deed"]),
        kept["resource_id"],
        kept["words"],
        datetime.fromisoformat(kept["expires"]),
        None if begin is None else datetime.fromisoformat(begin),
        None if until is None else datetime.fromisoformat(until),
    )
