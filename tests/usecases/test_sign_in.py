"""Signing up, in and out: who is let in, for how long, and what a guesser learns."""

import statistics
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from core.access import limits, passwords, tokens
from core.access.client import Client
from core.access.roles import Role, User
from core.errors import Forbidden, Invalid, NotLetIn, TooMany, Unauthenticated, Unavailable
from services.context import Context
from services.db.tables.access import attempts, sessions, tickets, users
from services.db.tables.records import audit
from services.usecases import hashing, sign_in

HERE = Client("198.51.100.7", "Firefox on Linux")
EMAIL = "jane@example.com"
PASSWORD = "xkcd lamp bricks frog"

pytestmark = pytest.mark.usefixtures("organisation_id")


def open_door(ctx: Context, **changes: object) -> Context:
    return replace(ctx, settings=ctx.settings.model_copy(update={"signup": "open", **changes}))


def aged(ctx: Context, by: timedelta) -> None:
    """All that is judged by the machine's clock happened this much earlier."""
    with ctx.begin() as db:
        for table, columns in (
            (sessions, ("created_at", "last_seen_at", "expires_at")),
            (tickets, ("expires_at",)),
            (attempts, ("window_start",)),
        ):
            db.execute(update(table).values({name: table.c[name] - by for name in columns}))


@pytest.fixture
def jane(ctx: Context, organisation_id: UUID) -> User:
    assert organisation_id
    door = open_door(ctx)
    sign_in.sign_up(door, EMAIL, PASSWORD, "Jane Doe", HERE)
    return sign_in.log_in(ctx, EMAIL, PASSWORD, HERE)


def test_a_sign_up_waits_for_an_admin(ctx: Context) -> None:
    assert sign_in.sign_up(ctx, EMAIL, PASSWORD, "", HERE).status == "pending"
    with pytest.raises(NotLetIn, match="waits for an admin") as told:
        sign_in.log_in(ctx, EMAIL, PASSWORD, HERE)
    assert told.value.title == "You cannot sign in yet"
    assert "under Team" in (told.value.mend or "")


def test_where_sign_up_is_open_a_new_person_is_a_viewer_at_once(ctx: Context) -> None:
    assert sign_in.sign_up(open_door(ctx), f" {EMAIL.upper()} ", PASSWORD, "Jane", HERE).status == "active"
    user = sign_in.log_in(ctx, EMAIL, PASSWORD, HERE)
    assert (user.email, user.name, user.roles, user.accounts) == (EMAIL, "Jane", {Role.VIEWER}, None)


def test_where_sign_up_is_closed_nobody_signs_up(ctx: Context) -> None:
    with pytest.raises(Forbidden):
        sign_in.sign_up(open_door(ctx, signup="closed"), EMAIL, PASSWORD, "", HERE)


def test_a_known_e_mail_gets_the_same_answer_and_stays_as_it_is(ctx: Context, jane: User) -> None:
    door = open_door(ctx)
    assert sign_in.sign_up(door, EMAIL, "another pass phrase 77", "Mallory", HERE) == sign_in.sign_up(
        door, "new@example.com", "another pass phrase 77", "", HERE
    )
    assert sign_in.log_in(ctx, EMAIL, PASSWORD, HERE).name == jane.name


def test_a_weak_password_is_refused_in_words(ctx: Context) -> None:
    with pytest.raises(Invalid, match="at least 12 characters"):
        sign_in.sign_up(ctx, EMAIL, "short", "", HERE)


@pytest.mark.usefixtures("jane")
@pytest.mark.parametrize("password", ["wrong", "", PASSWORD + " ", "x" * 100_000, "nul\0", "\ud800"])
def test_a_wrong_password_and_an_unknown_e_mail_answer_alike(ctx: Context, password: str) -> None:
    answers = set()
    for email in (EMAIL, "nobody@example.com", "nul\0@example.com", "\ud800", "x" * 9999):
        with pytest.raises(Unauthenticated) as refused:
            sign_in.log_in(ctx, email, password, HERE)
        answers.add((str(refused.value), refused.value.mend))
    assert len(answers) == 1


def test_an_unknown_e_mail_costs_as_much_time_as_a_known_one(ctx: Context, jane: User) -> None:
    slow = replace(ctx, settings=ctx.settings.model_copy(update={"bcrypt_cost": 9}))
    with ctx.begin() as db:
        kept = hashing.hashed(PASSWORD, 9)
        db.execute(update(users).where(users.c.id == jane.id).values(password_hash=kept))
    spent: dict[str, list[float]] = {EMAIL: [], "nobody@example.com": []}
    for _ in range(9):
        for email, times in spent.items():
            began = time.thread_time()
            with pytest.raises(Unauthenticated):
                sign_in.log_in(slow, email, "wrong password", HERE)
            times.append(time.thread_time() - began)
            with ctx.begin() as db:
                db.execute(attempts.delete())
    known, unknown = (statistics.median(times) for times in spent.values())
    assert unknown > known / 2


@pytest.mark.usefixtures("jane")
def test_guessing_at_one_account_ends_soon_and_begins_again_with_the_next_window(ctx: Context) -> None:
    for _ in range(limits.PAIR.count):
        with pytest.raises(Unauthenticated):
            sign_in.log_in(ctx, EMAIL, "wrong password", HERE)
    with pytest.raises(TooMany) as refused:
        sign_in.log_in(ctx, EMAIL, PASSWORD, HERE)
    assert 0 < refused.value.retry_after <= limits.PAIR.seconds
    assert sign_in.log_in(ctx, EMAIL, PASSWORD, Client("203.0.113.9", "elsewhere")).email == EMAIL
    aged(ctx, timedelta(seconds=limits.PAIR.seconds))
    assert sign_in.log_in(ctx, EMAIL, PASSWORD, HERE).email == EMAIL


def test_guessing_from_many_addresses_ends_too_and_for_unknown_names_alike(ctx: Context) -> None:
    for number in range(limits.ACCOUNT.count):
        with pytest.raises(Unauthenticated):
            sign_in.log_in(ctx, "nobody@example.com", "wrong password", Client(f"203.0.113.{number}", ""))
    with pytest.raises(TooMany):
        sign_in.log_in(ctx, "nobody@example.com", "wrong password", HERE)


@pytest.mark.usefixtures("jane")
def test_signing_in_often_is_no_attack(ctx: Context) -> None:
    for _ in range(limits.PAIR.count + 5):
        sign_in.log_in(ctx, EMAIL, PASSWORD, HERE)
    with ctx.begin() as db:
        assert set(db.execute(select(attempts.c.count).where(attempts.c.key.like("login%"))).scalars()) <= {0}


@pytest.mark.usefixtures("jane")
def test_a_weaker_hash_is_replaced_when_its_owner_signs_in(ctx: Context) -> None:
    stronger = replace(ctx, settings=ctx.settings.model_copy(update={"bcrypt_cost": 5}))
    sign_in.log_in(stronger, EMAIL, PASSWORD, HERE)
    with ctx.begin() as db:
        assert passwords.cost(db.execute(select(users.c.password_hash)).scalar_one()) == 5
    assert sign_in.log_in(stronger, EMAIL, PASSWORD, HERE).email == EMAIL


def test_a_ticket_becomes_a_session_once(ctx: Context, jane: User) -> None:
    ticket = sign_in.issue_ticket(ctx, jane)
    token = sign_in.redeem_ticket(ctx, ticket, HERE)
    assert sign_in.session_user(ctx, token) == jane
    with pytest.raises(Unauthenticated):
        sign_in.redeem_ticket(ctx, ticket, HERE)


def test_of_twenty_who_redeem_one_ticket_at_once_one_succeeds(ctx: Context, jane: User) -> None:
    ticket = sign_in.issue_ticket(ctx, jane)
    got: list[str] = []

    def redeem() -> None:
        try:
            got.append(sign_in.redeem_ticket(ctx, ticket, HERE))
        except Unauthenticated:
            return

    threads = [threading.Thread(target=redeem) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1


def test_a_ticket_is_void_after_half_a_minute(ctx: Context, jane: User) -> None:
    ticket = sign_in.issue_ticket(ctx, jane)
    aged(ctx, timedelta(seconds=31))
    with pytest.raises(Unauthenticated):
        sign_in.redeem_ticket(ctx, ticket, HERE)


def test_our_records_hold_no_token_that_opens_anything(ctx: Context, jane: User) -> None:
    ticket = sign_in.issue_ticket(ctx, jane)
    token = sign_in.redeem_ticket(ctx, ticket, HERE)
    with ctx.begin() as db:
        everything = repr([db.execute(select(table)).all() for table in (sessions, tickets, users, audit)])
    assert all(secret not in everything for secret in (ticket, token, PASSWORD))


def test_signing_out_ends_the_session_at_once_and_only_that_one(ctx: Context, jane: User) -> None:
    first, second = (sign_in.redeem_ticket(ctx, sign_in.issue_ticket(ctx, jane), HERE) for _ in range(2))
    sign_in.log_out(ctx, first)
    sign_in.log_out(ctx, first)
    assert sign_in.session_user(ctx, first) is None
    assert sign_in.session_user(ctx, second) == jane


def test_an_unknown_cookie_is_nobody(ctx: Context) -> None:
    assert sign_in.session_user(ctx, "made up") is None


def test_an_unused_session_ends_and_a_used_one_ends_after_a_week_all_the_same(
    ctx: Context, jane: User
) -> None:
    idle, used = (sign_in.redeem_ticket(ctx, sign_in.issue_ticket(ctx, jane), HERE) for _ in range(2))
    for _ in range(10, 24 * 7, 10):
        aged(ctx, timedelta(hours=10))
        assert sign_in.session_user(ctx, used) == jane
    assert sign_in.session_user(ctx, idle) is None
    aged(ctx, timedelta(hours=8))
    assert sign_in.session_user(ctx, used) is None


def test_a_session_writes_down_its_use_at_most_once_a_minute(ctx: Context, jane: User) -> None:
    token = sign_in.redeem_ticket(ctx, sign_in.issue_ticket(ctx, jane), HERE)

    def seen() -> object:
        sign_in.session_user(ctx, token)
        with ctx.begin() as db:
            return db.execute(select(sessions.c.last_seen_at)).scalar_one()

    first = seen()
    assert seen() == first
    aged(ctx, timedelta(seconds=61))
    assert seen() != first


def test_a_token_is_its_owners_until_it_ends(ctx: Context, jane: User) -> None:
    issued = sign_in.issue_token(ctx, jane)
    user, claims = sign_in.token_of(ctx, issued.access_token)
    life = timedelta(minutes=ctx.settings.token_minutes)
    assert user == jane
    assert abs(issued.expires_at - datetime.now(UTC) - life) < timedelta(minutes=1)
    for past, good in ((timedelta(minutes=-1), True), (timedelta(seconds=1), False)):
        began = ctx.real_now() - life - past
        token = tokens.issue(ctx.secret, jane.id, claims.version, began, life, "x").access_token
        if good:
            assert sign_in.token_user(ctx, token) == jane
        else:
            with pytest.raises(Unauthenticated):
                sign_in.token_user(ctx, token)


def test_signing_up_and_in_and_out_is_in_the_audit_log(ctx: Context, jane: User) -> None:
    sign_in.log_out(ctx, sign_in.redeem_ticket(ctx, sign_in.issue_ticket(ctx, jane), HERE))
    with ctx.begin() as db:
        assert db.execute(select(audit.c.action).order_by(audit.c.seq)).scalars().all() == [
            "UserSignedUp",
            "UserSignedIn",
            "UserSignedOut",
        ]


def test_without_a_provider_google_is_unavailable(ctx: Context) -> None:
    with pytest.raises(Unavailable, match="not set up"):
        sign_in.with_google(ctx, "x", HERE)


def test_a_flood_of_sign_ins_is_turned_away_instead_of_kept_waiting() -> None:
    outcomes: list[str] = []

    def hash_one() -> None:
        try:
            hashing.hashed(PASSWORD, 9)
            outcomes.append("done")
        except Unavailable:
            outcomes.append("turned away")

    threads = [threading.Thread(target=hash_one) for _ in range(3 * (hashing.AT_ONCE + hashing.WAITING))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("done") >= hashing.AT_ONCE + hashing.WAITING
    assert "turned away" in outcomes
    assert hashing.matches(PASSWORD, hashing.hashed(PASSWORD, 4), 4)
