"""One's own devices and password."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text, update

from core.access import limits
from core.access.client import Client
from core.access.roles import Role, User
from core.errors import Invalid, NotFound, TooMany, Unauthenticated
from services.context import Context
from services.db.tables.access import sessions
from services.usecases import admin as first_admin
from services.usecases import profile, sign_in

HERE = Client("198.51.100.7", "Firefox on Linux")
PASSWORD = "xkcd lamp bricks frog"
NEW = "heron kettle 44 gravel"


@pytest.fixture
def jane(ctx: Context) -> User:
    return first_admin.create_admin(ctx, "jane@example.com", PASSWORD, "Acme")


def session(ctx: Context, user: User) -> str:
    return sign_in.redeem_ticket(ctx, sign_in.issue_ticket(ctx, user), HERE)


def test_one_sees_ones_own_devices_and_which_is_this(
    ctx: Context, jane: User, person: Callable[..., User]
) -> None:
    session(ctx, person(Role.VIEWER))
    other, this = session(ctx, jane), session(ctx, jane)
    devices = profile.sessions(ctx, jane, this)
    assert {device.device for device in devices} == {"Firefox on Linux"}
    assert [device.current for device in devices].count(True) == 1
    sign_in.log_out(ctx, other)
    assert [device.current for device in profile.sessions(ctx, jane, this)] == [True]


def test_an_ended_device_is_not_listed(ctx: Context, jane: User) -> None:
    session(ctx, jane)
    with ctx.begin() as db:
        db.execute(update(sessions).values(last_seen_at=sessions.c.last_seen_at - timedelta(hours=13)))
    assert profile.sessions(ctx, jane) == ()


def test_all_others_end_at_once_and_this_one_stays(
    ctx: Context, jane: User, person: Callable[..., User]
) -> None:
    somebody = person(Role.VIEWER)
    theirs, this = session(ctx, somebody), session(ctx, jane)
    session(ctx, jane)
    session(ctx, jane)
    assert profile.revoke_others(ctx, jane, this) == 2
    assert [device.current for device in profile.sessions(ctx, jane, this)] == [True]
    assert len(profile.sessions(ctx, somebody, theirs)) == 1
    with pytest.raises(Unauthenticated):
        profile.revoke_others(ctx, jane, theirs)


def test_a_moved_product_clock_ends_no_device(ctx: Context, jane: User) -> None:
    token = session(ctx, jane)
    with ctx.begin() as db:
        db.execute(text("insert into clock_shift (shift) values (interval '30 days')"))
    (device,) = profile.sessions(ctx, jane, token)
    assert device.current
    assert device.last_seen_at <= ctx.real_now()


def test_a_revoked_device_is_out_at_once(ctx: Context, jane: User) -> None:
    token = session(ctx, jane)
    profile.revoke(ctx, jane, profile.sessions(ctx, jane)[0].id)
    assert sign_in.session_user(ctx, token) is None


def test_nobody_revokes_anothers_device(ctx: Context, jane: User, viewer: User) -> None:
    token = session(ctx, viewer)
    theirs = profile.sessions(ctx, viewer)[0].id
    for wrong in (theirs, uuid4()):
        with pytest.raises(NotFound):
            profile.revoke(ctx, jane, wrong)
    assert sign_in.session_user(ctx, token) == viewer


def test_a_new_password_ends_every_other_sign_in_and_every_token(ctx: Context, jane: User) -> None:
    other, this = session(ctx, jane), session(ctx, jane)
    token = sign_in.issue_token(ctx, jane).access_token
    profile.change_password(ctx, jane, PASSWORD, NEW, token=this)
    assert sign_in.session_user(ctx, this) == jane
    assert sign_in.session_user(ctx, other) is None
    with pytest.raises(Unauthenticated):
        sign_in.token_user(ctx, token)
    with pytest.raises(Unauthenticated):
        sign_in.log_in(ctx, jane.email, PASSWORD, HERE)
    assert sign_in.log_in(ctx, jane.email, NEW, HERE) == jane


def test_the_old_password_must_be_right_and_is_not_guessed_for_long(ctx: Context, jane: User) -> None:
    for _ in range(limits.PASSWORD.count):
        with pytest.raises(Unauthenticated):
            profile.change_password(ctx, jane, "wrong", NEW)
    with pytest.raises(TooMany):
        profile.change_password(ctx, jane, PASSWORD, NEW)


def test_a_weak_new_password_changes_nothing(ctx: Context, jane: User) -> None:
    with pytest.raises(Invalid):
        profile.change_password(ctx, jane, PASSWORD, "password1234")
    assert sign_in.log_in(ctx, jane.email, PASSWORD, HERE) == jane
