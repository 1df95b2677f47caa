"""The inbox: what somebody was told, and links that do nothing before they are confirmed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.access.roles import Role, User
from core.notices.kinds import NoticeKind, kinds_for
from core.notices.model import Deed, Occasion, Offer
from core.schedules.model import State
from services import bootstrap
from services.bootstrap import mail
from services.context import Beat, Context
from services.usecases import actions, mailing, notice_links, notify, overrides
from services.usecases.actions import ActionFilter
from tests.builders import ACCOUNT
from tests.pages.conftest import HOSTILE, opened
from tests.pages.test_every_page import text_of

SignIn = Callable[[User | None], str]


def told(ctx: Context, user: User, *offers: Offer, title: str = "web stops soon") -> None:
    one = Occasion(
        NoticeKind.STOP,
        f"resource:{title}",
        "tonight",
        title,
        "It stops.",
        frozenset({ACCOUNT}),
        "resources",
        {"resource": "i-2"},
        offers=offers,
    )
    with ctx.begin() as db:
        notify.tell(db, ctx, user.organisation_id, [(user, one)])


def an_offer(ctx: Context, deed: Deed = Deed.KEEP_ON, hours: int = 12) -> Offer:
    until = ctx.now() + timedelta(hours=hours)
    if deed is Deed.STOP:
        return Offer(deed, "i-2", "Stop quiet now", until)
    return Offer(deed, "i-2", "Keep quiet on until morning", until, None, until)


def labels(app: AppTest) -> list[str]:
    return [each.label for each in app.button]


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reads_its_own_notices_and_marks_them(
    ctx: Context, small_world: User, person: Callable[..., User], sign_in: SignIn, role: Role
) -> None:
    user = person(role, organisation=small_world.organisation_id)
    sign_in(user)
    app = opened("inbox")
    assert not app.exception
    assert "Your inbox is empty" in text_of(app)
    told(ctx, user, an_offer(ctx), title=HOSTILE[0])
    told(ctx, small_world, title="of somebody else")
    app.run()
    assert not app.exception
    shown = text_of(app)
    assert r"\<img src" in shown
    assert HOSTILE[0] not in shown
    assert "somebody else" not in shown
    offered = any("until morning" in each for each in labels(app))
    assert offered == (role in {Role.OPERATOR, Role.APPROVER, Role.ADMIN})
    app.button(key="read-all").click().run()
    assert notify.unread(ctx, user) == 0
    assert "Mark as read" not in labels(app)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_chooses_where_it_is_told_of_what(
    ctx: Context, person: Callable[..., User], sign_in: SignIn, role: Role
) -> None:
    user = person(role)
    sign_in(user)
    app = opened("profile")
    assert not app.exception
    boxes = [each.key for each in app.checkbox]
    assert boxes == [f"notice-inbox-{kind}" for kind in kinds_for(user)], "no mail server, no choice of mail"
    app.checkbox(key="notice-inbox-alert").set_value(False)
    app.number_input(key="notice-minutes").set_value(45)
    next(each for each in app.button if each.label == "Keep these choices").click().run()
    assert not app.exception
    kept = {each.kind: each for each in notify.preferences(ctx, user)}
    assert (kept[NoticeKind.ALERT].inbox, kept[NoticeKind.ALERT].mail) == (False, True)
    assert (kept[NoticeKind.STOP].inbox, kept[NoticeKind.STOP].minutes) == (True, 45)


def test_a_mail_server_that_is_down_is_said_on_the_connections_screen(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    down = ctx.settings.model_copy(
        update={"smtp_host": "127.0.0.1", "smtp_port": 1, "smtp_tls": "none", "smtp_from": "p@acme.example"}
    )
    mailed = replace(ctx, settings=down, mail=mail(down))
    bootstrap.share(mailed)
    sign_in(small_world)
    told(mailed, small_world)
    mailing.send(mailed, Beat())
    app = opened("connections")
    assert not app.exception
    shown = text_of(app).replace("\\", "")
    assert "127.0.0.1:1 takes no mail" in shown
    assert "Nothing is lost: 1 mail waiting" in shown
    assert "its mail waits" in text_of(opened("inbox"))
    assert "notice-mail-stop" in [each.key for each in opened("profile").checkbox]


def test_one_notice_is_marked_as_read_and_kinds_are_narrowed(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    sign_in(small_world)
    told(ctx, small_world)
    told(ctx, small_world, title="db stops soon")
    app = opened("inbox")
    next(each for each in app.button if each.label == "Mark as read").click().run()
    assert notify.unread(ctx, small_world) == 1
    app.toggle(key="inbox-unread").set_value(True).run()
    assert len([each for each in app.button if each.label == "Mark as read"]) == 1
    app = opened("inbox", **{"inbox-kind": "alert"})
    assert "Nothing of that kind" in text_of(app)


def test_opening_a_link_does_nothing_and_confirming_it_does_it_once(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    sign_in(small_world)
    offer = an_offer(ctx)
    link = notice_links.link(ctx, small_world, offer)
    for _ in range(2):
        app = opened("inbox", do=link)
    assert "Nothing was done yet" in text_of(app)
    assert overrides.present(ctx, small_world, "i-2") is None
    app.button(key="do-go").click().run()
    assert not app.exception
    held = overrides.present(ctx, small_world, "i-2")
    assert held is not None
    assert (held.state, held.until, held.by) == (State.RUNNING, offer.until, small_world.email)
    assert "do" not in app.query_params


def test_a_stop_is_asked_for_through_the_queue(ctx: Context, small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    told(ctx, small_world, an_offer(ctx, Deed.STOP))
    app = opened("inbox")
    next(each for each in app.button if "Stop quiet now" in each.label).click().run()
    found = ActionFilter(resource_id="i-2")
    assert actions.listing(ctx, small_world, found).total == 0
    app.text_input(key="do-reason").set_value("nobody uses it").run()
    app.button(key="do-go").click().run()
    (asked,) = actions.listing(ctx, small_world, found).rows
    assert (asked.kind.value, asked.reason) == ("stop_instance", "nobody uses it")


def test_a_link_of_somebody_else_changed_or_expired_says_so(
    ctx: Context, small_world: User, person: Callable[..., User], sign_in: SignIn
) -> None:
    other = person(Role.OPERATOR, organisation=small_world.organisation_id)
    link = notice_links.link(ctx, small_world, an_offer(ctx))
    old = notice_links.link(ctx, other, replace(an_offer(ctx), expires=ctx.now() - timedelta(seconds=1)))
    sign_in(other)
    for text, words in (
        (link, "made for somebody else"),
        (link[:-1] + ("A" if link[-1] != "A" else "B"), "not whole"),
        (old, "expired"),
    ):
        app = opened("inbox", do=text)
        assert not app.exception
        assert words in app.error[0].value.replace("\\", "")
        assert "Confirm" not in labels(app)
    app.button(key="do-leave").click().run()
    assert not app.error


def test_who_may_not_act_is_told_so_by_a_link(
    ctx: Context, small_world: User, person: Callable[..., User], sign_in: SignIn
) -> None:
    operator = person(Role.OPERATOR, organisation=small_world.organisation_id)
    link = notice_links.link(ctx, operator, an_offer(ctx))
    with ctx.begin() as db:
        db.exec_driver_sql("update app_user set roles = '{viewer}' where id = %s", (operator.id,))
    sign_in(operator)
    app = opened("inbox", do=link)
    assert "does not let you act" in app.error[0].value.replace("\\", "")
    assert "Confirm" not in labels(app)


def test_a_link_opened_by_nobody_asks_to_sign_in(ctx: Context, small_world: User, sign_in: SignIn) -> None:
    link = notice_links.link(ctx, small_world, an_offer(ctx))
    sign_in(None)
    app = opened("inbox", do=link)
    assert "Sign in" in labels(app)
    assert "quiet" not in text_of(app)
    assert overrides.present(ctx, small_world, "i-2") is None
