"""Who may change whom, and from when on it holds."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, text, update

from core.access.client import Client
from core.access.roles import Role, User
from core.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Unauthenticated
from services.context import Context
from services.db.stores import access
from services.db.tables.access import organisations, users
from services.db.tables.records import audit
from services.usecases import admin as first_admin
from services.usecases import sign_in, team

HERE = Client("198.51.100.7", "Firefox on Linux")
PASSWORD = "xkcd lamp bricks frog"


def session(ctx: Context, user: User) -> str:
    return sign_in.redeem_ticket(ctx, sign_in.issue_ticket(ctx, user), HERE)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_an_admin_sees_or_changes_the_team(
    ctx: Context, person: Callable[..., User], role: Role
) -> None:
    user = person(role)
    for call in (
        lambda: team.members(ctx, user),
        lambda: team.approve(ctx, user, user.id),
        lambda: team.change(ctx, user, user.id, roles={Role.ADMIN}),
    ):
        with pytest.raises(Forbidden):
            call()


def test_who_waits_comes_first_and_may_come_in_once_approved(ctx: Context, admin: User) -> None:
    sign_in.sign_up(ctx, "zoe@example.com", PASSWORD, "Zoe", HERE)
    waiting = team.members(ctx, admin)[0]
    assert (waiting.user.name, waiting.status) == ("Zoe", "pending")
    team.approve(ctx, admin, waiting.user.id, {Role.FINANCE})
    assert sign_in.log_in(ctx, "zoe@example.com", PASSWORD, HERE).roles == {Role.FINANCE}
    with pytest.raises(Conflict):
        team.approve(ctx, admin, waiting.user.id)


def test_a_sign_up_that_was_turned_away_meanwhile_is_not_let_in(ctx: Context, admin: User) -> None:
    sign_in.sign_up(ctx, "zoe@example.com", PASSWORD, "Zoe", HERE)
    waiting = team.members(ctx, admin)[0].user.id
    with ThreadPoolExecutor(1) as pool:
        with ctx.begin() as db:
            access.lock_organisation(db, admin.organisation_id)
            approval = pool.submit(team.approve, ctx, admin, waiting, {Role.ADMIN})
            waited = text(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
            )
            while not db.execute(waited).scalar_one():
                assert not approval.done()
                db.execute(text("select pg_stat_clear_snapshot()"))
            db.execute(update(users).where(users.c.id == waiting).values(status="disabled"))
        with pytest.raises(Conflict, match="does not wait"):
            approval.result(20)
    assert {one.user.id: one.status for one in team.members(ctx, admin)}[waiting] == "disabled"


def test_nobody_unknown_is_approved(ctx: Context, admin: User) -> None:
    with pytest.raises(NotFound):
        team.approve(ctx, admin, uuid4())


def test_a_role_and_a_scope_hold_from_the_next_request_on(ctx: Context, admin: User, viewer: User) -> None:
    cookie, token = session(ctx, viewer), sign_in.issue_token(ctx, viewer).access_token
    team.change(ctx, admin, viewer.id, roles={Role.OPERATOR}, accounts={"111122223333"})
    for now in (sign_in.session_user(ctx, cookie), sign_in.token_user(ctx, token)):
        assert now is not None
        assert (now.roles, now.accounts) == ({Role.OPERATOR}, {"111122223333"})
    team.change(ctx, admin, viewer.id, accounts=None)
    after = sign_in.session_user(ctx, cookie)
    assert after is not None
    assert (after.roles, after.accounts) == ({Role.OPERATOR}, None)


def test_disabling_ends_every_sign_in_and_enabling_brings_none_of_them_back(
    ctx: Context, admin: User, viewer: User
) -> None:
    cookie, token = session(ctx, viewer), sign_in.issue_token(ctx, viewer).access_token
    team.change(ctx, admin, viewer.id, status="disabled")
    for _ in range(2):
        assert sign_in.session_user(ctx, cookie) is None
        with pytest.raises(Unauthenticated):
            sign_in.token_user(ctx, token)
        team.change(ctx, admin, viewer.id, status="active")


def test_nobody_shuts_oneself_out(ctx: Context, admin: User) -> None:
    for change in ({"status": "disabled"}, {"roles": {Role.VIEWER}}):
        with pytest.raises(Refused):
            team.change(ctx, admin, admin.id, **change)


def test_another_organisations_people_do_not_exist(
    ctx: Context, admin: User, person: Callable[..., User]
) -> None:
    other = uuid4()
    with ctx.begin() as db:
        db.execute(insert(organisations).values(id=other, name="Other", created_at=ctx.now()))
    stranger = person(Role.VIEWER, organisation=other)
    with pytest.raises(NotFound):
        team.change(ctx, admin, stranger.id, roles={Role.ADMIN})
    assert stranger.id not in {member.user.id for member in team.members(ctx, admin)}


@pytest.mark.parametrize(
    "change", [{"accounts": {"12"}}, {"roles": set()}, {"status": "king"}, {"status": "pending"}]
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    ctx: Context, admin: User, viewer: User, change: dict[str, object]
) -> None:
    before = team.members(ctx, admin)
    with pytest.raises(Invalid):
        team.change(ctx, admin, viewer.id, **change)
    assert team.members(ctx, admin) == before


def test_a_change_is_in_the_audit_log_with_who_made_it(ctx: Context, admin: User, viewer: User) -> None:
    team.change(ctx, admin, viewer.id, roles={Role.FINANCE})
    with ctx.begin() as db:
        row = db.execute(select(audit)).mappings().one()
    assert (row["actor"], row["action"], row["data"]["what"]["roles"]) == (
        admin.email,
        "UserChanged",
        ["finance"],
    )


def test_the_first_admin_brings_the_organisation_and_is_made_once(ctx: Context) -> None:
    with pytest.raises(NotFound):
        first_admin.organisation(ctx)
    user = first_admin.create_admin(ctx, "Boss@Example.com", PASSWORD, "Acme")
    assert first_admin.organisation(ctx) == user.organisation_id
    assert sign_in.log_in(ctx, "boss@example.com", PASSWORD, HERE).roles == {Role.ADMIN}
    with pytest.raises(Conflict):
        first_admin.create_admin(ctx, "boss@example.com", "another pass phrase 77", "Acme")
    assert sign_in.log_in(ctx, "boss@example.com", PASSWORD, HERE) == user
