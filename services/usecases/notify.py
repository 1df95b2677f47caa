"""Notices: the one door by which somebody is told of something, and each person's inbox."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.errors import Invalid, NotFound
from core.events import Event
from core.notices.kinds import NoticeKind, kinds_for, may_read
from core.notices.model import Notice, Occasion, Preference, line, together
from services.context import Beat, Context
from services.db import database
from services.db.stores import leases, notices
from services.usecases.record import record

MOST = 200
"""Notices a page."""
KEPT = timedelta(days=180)
REMEMBERED = timedelta(days=90)
"""For how long it is known whom we told of what: longer than anything is told ahead, or said again."""
LONGEST_AHEAD = 24 * 60
Group = tuple[UUID, NoticeKind, str, frozenset[str]]
Chosen = Mapping[UUID, Mapping[NoticeKind, Preference]]


@dataclass(frozen=True)
class Inbox:
    """How many notices there are, how many of all are unread, and one page of them, newest first."""

    total: int
    unread: int
    rows: tuple[Notice, ...]


def tell(
    db: Connection,
    ctx: Context,
    organisation_id: UUID,
    wanted: Iterable[tuple[User, Occasion]],
    chosen: Chosen | None = None,
) -> int:
    """Tell people of occasions, each person of each subject and moment once; answers how many notices were made.

    Who may not see what an occasion speaks of, or does not want to hear of its kind, is told nothing, now or later.
    """
    pairs = [(user, each) for user, each in wanted if may_read(user, each.kind, each.accounts)]
    if not pairs:
        return 0
    if chosen is None:
        chosen = notices.chosen(db, {user.id for user, _ in pairs})
    now = database.now(db)
    fresh = notices.first_time(db, [(user.id, each.subject, each.moment) for user, each in pairs], now)
    groups: defaultdict[Group, dict[tuple[str, str], Occasion]] = defaultdict(dict)
    people: dict[UUID, User] = {}
    for user, each in pairs:
        if (user.id, each.subject, each.moment) in fresh:
            alone = each.group or f"{each.subject} {each.moment}"
            people[user.id] = user
            groups[user.id, each.kind, alone, each.accounts][each.subject, each.moment] = each
    made: list[tuple[UUID, Notice, bool, bool]] = []
    for (user_id, *_), held in groups.items():
        one = together(list(held.values()))
        owner = people[user_id]
        wants = chosen.get(owner.id, {}).get(one.kind, Preference(one.kind))
        by_mail = wants.mail and ctx.settings.smtp_host is not None
        if wants.inbox or by_mail:
            notice = Notice(
                uuid4(),
                one.kind,
                line(one.title),
                one.text,
                one.page,
                one.query,
                now,
                offers=one.offers,
                accounts=one.accounts,
            )
            made.append((owner.id, notice, wants.inbox, by_mail))
    notices.add(db, organisation_id, made, now)
    return len(made)


def inbox(
    ctx: Context,
    user: User,
    *,
    kind: NoticeKind | None = None,
    unread: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> Inbox:
    """One's own notices, newest first, `limit` of them (200 at most); of one kind, or those not read."""
    user.require(Permission.OWN_PROFILE)
    with ctx.read() as db:
        total, rows = notices.listing(
            db, user, kind=kind, unread=unread, limit=max(1, min(limit, MOST)), offset=max(0, offset)
        )
        left = notices.unread(db, user)
    may_act = user.may(Permission.ACT)
    return Inbox(total, left, rows if may_act else tuple(replace(each, offers=()) for each in rows))


def unread(ctx: Context, user: User) -> int:
    """How many of one's own notices are not read."""
    user.require(Permission.OWN_PROFILE)
    with ctx.read() as db:
        return notices.unread(db, user)


def read(ctx: Context, user: User, notice_id: UUID) -> None:
    """Mark one of one's own notices as read; it is no error if it was. Raises `NotFound`."""
    user.require(Permission.OWN_PROFILE)
    with ctx.begin() as db:
        if not notices.read(db, user, database.now(db), notice_id):
            message = "There is no such notice in your inbox."
            raise NotFound(message)


def read_all(ctx: Context, user: User) -> int:
    """Mark all of one's own notices as read; answers how many were not."""
    user.require(Permission.OWN_PROFILE)
    with ctx.begin() as db:
        return notices.read(db, user, database.now(db))


def forget(ctx: Context, beat: Beat) -> str:
    """Worker job: delete notices of half a year ago."""
    with ctx.begin() as db:
        leases.fence(db, beat.epoch)
        gone = notices.forget(db, database.now(db), KEPT, REMEMBERED)
    return f"{gone} deleted." if gone else "None is that old."


def preferences(ctx: Context, user: User) -> tuple[Preference, ...]:
    """Where one is told of each kind that may reach one."""
    user.require(Permission.OWN_PROFILE)
    with ctx.read() as db:
        chosen = notices.chosen(db, [user.id]).get(user.id, {})
    return tuple(chosen.get(kind, Preference(kind)) for kind in kinds_for(user))


def prefer(ctx: Context, user: User, wanted: Sequence[Preference]) -> None:
    """Choose where one is told of some kinds. Raises `Invalid` for minutes that nobody can be told ahead."""
    user.require(Permission.OWN_PROFILE)
    for each in wanted:
        if each.minutes is not None and not 1 <= each.minutes <= LONGEST_AHEAD:
            message = f"You are told 1 to {LONGEST_AHEAD:,} minutes before a stop, not {each.minutes:,}."
            raise Invalid(message)
    with ctx.begin() as db:
        notices.choose(db, user.id, wanted)
        what = {each.kind.value: {"inbox": each.inbox, "mail": each.mail} for each in wanted}
        event = Event("NoticesChosen", f"user:{user.id}", {"what": what})
        record(db, user, event, subject=f"user:{user.id}")
