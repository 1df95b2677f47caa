"""Notices that leave as mail: at least once, always under the same Message-ID; what a dead server does not take waits for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.errors import Lost, Unavailable
from core.notices.kinds import may_read
from core.notices.letter import Letter, letter
from core.ports import Delivered, Delivery, Mail
from services.context import Beat, Context
from services.db import database
from services.db.stores import leases, mails
from services.db.stores.mails import Server, Waiting
from services.settings import Settings

AT_ONCE = 20
LEASE = timedelta(minutes=5)
"""Longer than a batch takes: each letter is given 10 seconds, and nearly all take none of it."""
FIRST_RETRY, LATEST_RETRY = timedelta(minutes=1), timedelta(hours=1)
"""Of a letter that the server put off."""
FIRST_REST, LATEST_REST = timedelta(seconds=15), timedelta(minutes=10)
"""Of a server that takes nothing."""


@dataclass(frozen=True)
class Standing:
    """How mail stands: the server by name (None: none is set), how it answered last, and what waits for it."""

    host: str | None
    server: Server
    mails: Waiting


def standing(ctx: Context, user: User) -> Standing:
    """How the mails of one's organisation stand."""
    user.require(Permission.VIEW_CONNECTIONS)
    with ctx.read() as db:
        return Standing(ctx.settings.smtp_host, mails.present(db), mails.standing(db, user.organisation_id))


def send(ctx: Context, beat: Beat) -> str:
    """Worker job: send what is due. Between a server's answer and our note of it a crash may send a mail twice, never lose it."""
    if ctx.mail is None:
        return "No mail server is set."
    sent = 0
    while True:
        beat.check()
        with ctx.begin() as db:
            leases.fence(db, beat.epoch)
            now, before = database.now(db), mails.present(db)
            if before.not_before is not None and now < before.not_before <= now + LATEST_REST:
                return f"{before.error} It is asked again at {before.not_before:%H:%M:%S} UTC."
            claimed = mails.claim(db, now, AT_ONCE, LEASE)
            letters: dict[Letter, int] = {}
            for mail in claimed:
                user, notice = mail.member.user, mail.notice
                if mail.member.status == "active" and may_read(user, notice.kind, notice.accounts):
                    may_act = user.may(Permission.ACT)
                    made = letter(notice, user, place(ctx.settings), ctx.secret, may_act=may_act)
                    letters[made] = mail.attempts
                else:
                    mails.settle(db, notice.id, "withheld", now, "They may no longer see what it speaks of.")
        if letters:
            taken, trouble = _deliver(ctx, beat, ctx.mail, letters, before)
            sent += taken
            if trouble:
                return f"{sent} sent. {trouble}"
        if len(claimed) < AT_ONCE:
            return f"{sent} sent." if sent else "Nothing to send."


def place(settings: Settings) -> str:
    """Where people reach us, without a slash at its end."""
    return (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")


def _deliver(
    ctx: Context, beat: Beat, server: Mail, letters: dict[Letter, int], before: Server
) -> tuple[int, str]:
    """How many were sent, and why no more of them can be now; empty where all were handed over."""
    left, sent = dict(letters), 0
    try:
        for delivery in server.deliver(letters):
            attempts = left.pop(delivery.letter)
            sent += delivery.outcome is Delivered.SENT
            with ctx.begin() as db:
                leases.fence(db, beat.epoch)
                now = database.now(db)
                mails.answered(db, now)
                _settle(db, delivery, attempts, now)
    except (Unavailable, Lost) as error:
        with ctx.begin() as db:
            leases.fence(db, beat.epoch)
            now = database.now(db)
            if isinstance(error, Lost):  # the first of those left was on its way: it alone is put off
                lost = next(iter(left))
                mails.put_off(
                    db, lost.id, now + _wait(FIRST_RETRY, LATEST_RETRY, left.pop(lost)), error.message
                )
            mails.give_back(db, [each.id for each in left], now)
            known = mails.present(db) if sent else before
            rest = now + _wait(FIRST_REST, LATEST_REST, known.attempts)
            mails.failed(db, now, error.message, known, rest)
        return sent, error.message
    return sent, ""


def _settle(db: Connection, delivery: Delivery, attempts: int, now: datetime) -> None:
    """Write down what became of one letter."""
    if delivery.outcome is Delivered.LATER:
        until = now + _wait(FIRST_RETRY, LATEST_RETRY, attempts)
        mails.put_off(db, delivery.letter.id, until, delivery.words)
    else:
        mails.settle(db, delivery.letter.id, delivery.outcome.value, now, delivery.words)


def _wait(first: timedelta, latest: timedelta, attempts: int) -> timedelta:
    """Twice as long after each attempt."""
    return min(latest, first * (1 << min(attempts, 20)))
