"""Notices by mail through a real SMTP server: what a dead or moody one does not take is sent later, under the same Message-ID."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text, update

from core.access.roles import Role, User
from core.notices import links
from core.notices.kinds import NoticeKind
from core.notices.model import Deed, Occasion, Offer, Preference
from services.bootstrap import mail
from services.context import Beat, Context
from services.db.tables.access import clock_shift, users
from services.db.tables.notices import outbox
from services.settings import Settings
from services.usecases import mailing, notify
from tests.builders import ACCOUNT
from tests.mail_server import Post, serving

HOUR = timedelta(hours=1)


def mailed(settings: Settings, post: Post, **changed: object) -> Settings:
    given = {
        "smtp_host": "127.0.0.1",
        "smtp_port": post.port,
        "smtp_tls": "none",
        "smtp_from": "pioneer@acme.example",
    }
    return settings.model_copy(update={**given, "public_url": "https://pioneer.example/", **changed})


@pytest.fixture
def post() -> Iterator[Post]:
    with serving(Post()) as made:
        yield made


@pytest.fixture
def ctx(ctx: Context, post: Post) -> Context:
    """A context that sends mail to the server."""
    settings = mailed(ctx.settings, post)
    return replace(ctx, settings=settings, mail=mail(settings))


def tell(ctx: Context, user: User, title: str = "web is to stop", **changed: object) -> None:
    one = Occasion(
        NoticeKind.STOP,
        title,
        "now",
        title,
        "It stops.",
        frozenset({ACCOUNT}),
        "resources",
        {"resource": "i-1"},
    )
    with ctx.begin() as db:
        notify.tell(db, ctx, user.organisation_id, [(user, replace(one, **changed))])  # type: ignore[arg-type]  # a field each


def send(ctx: Context, later: timedelta = timedelta()) -> str:
    with ctx.begin() as db:
        db.execute(text("delete from clock_shift"))
        db.execute(insert(clock_shift).values(shift=later))
    return mailing.send(ctx, Beat())


def states(ctx: Context) -> list[str]:
    with ctx.begin() as db:
        return sorted(db.execute(select(outbox.c.state)).scalars())


def test_a_notice_is_sent_once_as_text_and_as_html(ctx: Context, post: Post, operator: User) -> None:
    tell(ctx, operator, text="<b>bold</b> & more\nsecond line")
    assert [send(ctx), send(ctx)] == ["1 sent.", "Nothing to send."]
    (message,) = post.messages
    (notice,) = notify.inbox(ctx, operator).rows
    assert notice.mail == "sent"
    assert message["From"] == "Cloud Pioneer <pioneer@acme.example>"
    assert message["To"] == f"Test Person <{operator.email}>"
    assert message["Subject"] == "web is to stop"
    assert message["Message-ID"] == f"<{notice.id}@acme.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert "<b>bold</b> & more\nsecond line" in plain.get_content().replace("\r\n", "\n")
    assert "https://pioneer.example/resources?resource=i-1" in plain.get_content()
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; more<br>second line" in html.get_content()
    assert "<b>" not in html.get_content()


def test_a_link_in_a_mail_is_the_readers_own_and_leads_to_a_screen_that_asks(
    ctx: Context, post: Post, operator: User, viewer: User
) -> None:
    until = ctx.now() + HOUR
    offer = Offer(Deed.KEEP_ON, "i-1", "Keep web on until then", until, None, until)
    for user in (operator, viewer):
        tell(ctx, user, offers=(offer,))
    send(ctx)
    bodies = {str(each["To"]): each.get_body(("plain",)).get_content() for each in post.messages}  # type: ignore[union-attr]
    ours = next(body for to, body in bodies.items() if operator.email in to)
    address, _, link = next(line for line in ours.splitlines() if "Keep web" in line).partition("?do=")
    assert address == "Keep web on until then: https://pioneer.example/inbox"
    assert links.read(ctx.secret, link, operator.id, ctx.now()).offer == offer
    assert "?do=" not in next(body for to, body in bodies.items() if viewer.email in to), (
        "a viewer may not act"
    )


def test_nothing_somebody_is_called_adds_a_header_or_a_recipient(
    ctx: Context, post: Post, operator: User
) -> None:
    evil = "x\r\nBcc: thief@example.com\r\n\r\nbody"
    with ctx.begin() as db:
        db.execute(update(users).where(users.c.id == operator.id).values(name=f'"{evil}", <a@b.example>'))
    tell(ctx, operator, title=evil)
    tell(ctx, operator, title="=?utf-8?q?x=0aBcc:_thief@example.com?=")
    tell(ctx, operator, title="é" * 70 + "==?utf-8?q?x=0d=0aBcc:_thief@example.com?=")
    assert send(ctx) == "3 sent."
    for message in post.messages:
        assert message["Bcc"] is None
        assert [each.addr_spec for each in message["To"].addresses] == [operator.email]
        assert "thief@example.com" in message["Subject"]
    with ctx.begin() as db:
        address = "=?utf-8?q?x=0aBcc:_thief?=@b.example"
        db.execute(update(users).where(users.c.id == operator.id).values(email=address))
    tell(ctx, operator, title="to nobody")
    send(ctx)
    assert all(each["Bcc"] is None for each in post.messages)


def test_a_dead_server_loses_nothing_and_is_said(
    ctx: Context, post: Post, operator: User, organisation_id: object
) -> None:
    assert organisation_id == operator.organisation_id
    dead = mail(mailed(ctx.settings, post, smtp_port=1))
    assert dead is not None
    down = replace(ctx, mail=dead)
    for number in range(3):
        tell(ctx, operator, f"notice {number}")
    assert "takes no mail" in send(down)
    told = mailing.standing(ctx, operator)
    assert (told.mails.waiting, told.server.failing_since is not None) == (3, True)
    assert "is asked again at" in send(ctx, timedelta(seconds=5)), (
        "a server that is down is left alone for a while"
    )
    assert send(ctx, timedelta(minutes=1)) == "3 sent."
    told = mailing.standing(ctx, operator)
    assert (told.mails.waiting, told.server.failing_since, told.server.error) == (0, None, "")
    assert len(set(post.ids)) == 3


def test_a_server_that_is_down_is_asked_ever_less_often_but_at_least_every_ten_minutes(
    ctx: Context, post: Post, operator: User
) -> None:
    down = replace(ctx, mail=mail(mailed(ctx.settings, post, smtp_port=1)))
    tell(ctx, operator)
    asked, shift = [], timedelta()
    while shift < 2 * HOUR:
        if "asked again" not in send(down, shift):
            asked.append(shift)
        shift += timedelta(minutes=1)
    assert 12 <= len(asked) <= 20
    assert send(ctx, shift + timedelta(minutes=10)) == "1 sent."


@pytest.mark.parametrize("vanish", ["before", "after"])
def test_a_server_that_goes_away_with_a_mail_is_given_it_again_under_the_same_id(
    ctx: Context, post: Post, operator: User, vanish: str
) -> None:
    tell(ctx, operator, "first")
    tell(ctx, operator, "second")
    post.vanish = vanish
    assert "went away while it had a mail" in send(ctx)
    assert states(ctx) == ["waiting", "waiting"]
    post.vanish = ""
    assert send(ctx, timedelta(seconds=20)) == "1 sent.", "the other does not wait for it"
    assert send(ctx, timedelta(minutes=2)) == "1 sent."
    assert len(post.messages) == (3 if vanish == "after" else 2)
    assert len(set(post.ids)) == 2, "whoever gets it twice can tell"


def test_a_worker_that_dies_with_a_mail_sends_it_again_under_the_same_id(
    ctx: Context, post: Post, operator: User
) -> None:
    tell(ctx, operator)

    class Dying(Beat):
        pass

    def die() -> None:
        if post.messages:
            raise SystemExit

    class Fails:
        def check(self) -> str:
            return ""

        def deliver(self, letters: object) -> Iterator[object]:
            assert ctx.mail is not None
            for _ in ctx.mail.deliver(letters):  # type: ignore[arg-type]  # as it was given
                die()
            yield

    with pytest.raises(SystemExit):
        mailing.send(replace(ctx, mail=Fails()), Dying())  # type: ignore[arg-type]  # dies where a process would
    assert states(ctx) == ["waiting"]
    assert send(ctx) == "Nothing to send.", "another may still be at it"
    assert send(ctx, timedelta(minutes=6)) == "1 sent."
    assert len(post.ids) == 2
    assert len(set(post.ids)) == 1


def test_one_recipient_that_is_refused_stops_nobody_elses_mail(
    ctx: Context, post: Post, operator: User, admin: User, viewer: User
) -> None:
    post.answers = {operator.email: 550, admin.email: 451}
    for user in (operator, admin, viewer):
        tell(ctx, user)
    assert send(ctx) == "1 sent."
    assert notify.inbox(ctx, operator).rows[0].mail == "refused: 550 not to them"
    assert notify.inbox(ctx, admin).rows[0].mail == "waiting: 451 not to them"
    assert mailing.standing(ctx, admin).mails.refused == 1
    post.answers = {}
    assert send(ctx, timedelta(seconds=30)) == "Nothing to send."
    assert send(ctx, timedelta(minutes=2)) == "1 sent."
    assert states(ctx) == ["refused", "sent", "sent"]


def test_a_sender_that_is_refused_holds_all_mail_back(ctx: Context, post: Post, operator: User) -> None:
    tell(ctx, operator)
    post.answers = {"mail": 553}
    assert "553 not from you" in send(ctx)
    assert states(ctx) == ["waiting"]


def test_who_may_no_longer_see_it_gets_no_mail(ctx: Context, post: Post, operator: User, admin: User) -> None:
    tell(ctx, operator)
    tell(ctx, admin)
    with ctx.begin() as db:
        db.execute(update(users).where(users.c.id == operator.id).values(accounts=["222222222222"]))
        db.execute(update(users).where(users.c.id == admin.id).values(status="disabled"))
    assert send(ctx) == "Nothing to send."
    assert (states(ctx), post.messages) == (["withheld", "withheld"], [])


def test_mail_alone_leaves_no_notice_in_the_inbox(ctx: Context, post: Post, operator: User) -> None:
    notify.prefer(ctx, operator, [Preference(NoticeKind.STOP, inbox=False)])
    tell(ctx, operator)
    assert send(ctx) == "1 sent."
    assert notify.inbox(ctx, operator).total == 0
    notify.prefer(ctx, operator, [Preference(NoticeKind.STOP, mail=False)])
    tell(ctx, operator, "another")
    assert send(ctx) == "Nothing to send."
    assert (notify.inbox(ctx, operator).total, len(post.messages)) == (1, 1)


def test_many_mails_go_through_few_connections(ctx: Context, post: Post, person: Callable[..., User]) -> None:
    people = [person(Role.OPERATOR) for _ in range(45)]
    for user in people:
        tell(ctx, user)
    assert send(ctx) == "45 sent."
    assert post.connections == 3
