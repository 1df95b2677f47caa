"""Which clock judges a sign-in: the machine's, while what happened is written down in the product's time."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from core.access import limits
from core.access.client import Client
from core.access.roles import User
from core.errors import TooMany, Unauthenticated
from services.context import Context
from services.db.tables.records import audit
from services.usecases import admin as first_admin
from services.usecases import sign_in

HERE = Client("198.51.100.7", "Firefox on Linux")
EMAIL = "jane@example.com"
PASSWORD = "xkcd lamp bricks frog"


@pytest.fixture
def jane(ctx: Context) -> User:
    return first_admin.create_admin(ctx, EMAIL, PASSWORD, "Acme")


def test_moving_the_demos_clock_signs_nobody_out_and_opens_no_new_window(ctx: Context, jane: User) -> None:
    cookie = sign_in.redeem_ticket(ctx, sign_in.issue_ticket(ctx, jane), HERE)
    ticket, token = sign_in.issue_ticket(ctx, jane), sign_in.issue_token(ctx, jane).access_token
    for _ in range(limits.PAIR.count):
        with pytest.raises(Unauthenticated):
            sign_in.log_in(ctx, EMAIL, "wrong password", HERE)
    real, shown = ctx.real_now(), ctx.now()
    with ctx.begin() as db:
        db.execute(text("insert into clock_shift (shift) values (interval '30 days')"))
    assert ctx.now() - shown > timedelta(days=29)
    assert ctx.real_now() - real < timedelta(days=1)
    assert sign_in.session_user(ctx, cookie) == jane
    assert sign_in.session_user(ctx, sign_in.redeem_ticket(ctx, ticket, HERE)) == jane
    assert sign_in.token_user(ctx, token) == jane
    with pytest.raises(TooMany):
        sign_in.log_in(ctx, EMAIL, PASSWORD, HERE)


def test_what_signing_in_leaves_in_the_audit_log_is_on_the_products_clock(ctx: Context, jane: User) -> None:
    with ctx.begin() as db:
        db.execute(text("insert into clock_shift (shift) values (interval '30 days')"))
    before = ctx.now()
    sign_in.log_in(ctx, jane.email, PASSWORD, HERE)
    with ctx.begin() as db:
        assert before <= db.execute(select(audit.c.at).order_by(audit.c.seq.desc()).limit(1)).scalar_one()
