"""The sign-in and sign-up forms, filled in as people do."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from core.access.client import Client
from services import bootstrap
from services.context import Context
from services.db.tables.access import tickets, users
from services.usecases import sign_in

EMAIL = "jane@example.com"
PASSWORD = "xkcd lamp bricks frog"
HERE = Client("198.51.100.7", "Firefox on Linux")
Gate = Callable[..., AppTest]


def script() -> None:
    from pages.ui import gate  # noqa: PLC0415  Streamlit runs this function's source by itself
    from services import bootstrap  # noqa: PLC0415  runs as a script of its own

    gate.show(bootstrap.shared())


@pytest.fixture
def gate(ctx: Context, organisation_id: UUID) -> Gate:
    assert organisation_id

    def show(signup: str = "open") -> AppTest:
        bootstrap.share(replace(ctx, settings=ctx.settings.model_copy(update={"signup": signup})))
        return AppTest.from_function(script, default_timeout=20).run()

    return show


@pytest.fixture
def jane(ctx: Context, organisation_id: UUID) -> str:
    assert organisation_id
    door = replace(ctx, settings=ctx.settings.model_copy(update={"signup": "open"}))
    sign_in.sign_up(door, EMAIL, PASSWORD, "Jane Doe", HERE)
    return EMAIL


def enter(at: AppTest, email: str, password: str) -> AppTest:
    at.text_input[0].input(email)
    at.text_input[1].input(password)
    return at.button[0].click().run()


def join(at: AppTest, email: str, password: str, again: str | None = None) -> AppTest:
    for field, value in zip(
        at.text_input[2:], ("Zoe", email, password, password if again is None else again), strict=True
    ):
        field.input(value)
    return at.button[1].click().run()


def words(at: AppTest) -> str:
    return " ".join(error.value for error in at.error)


def test_the_right_password_gives_the_browser_a_ticket_and_leaves_no_proof_in_the_session(
    gate: Gate, ctx: Context, jane: str
) -> None:
    at = enter(gate(), f" {jane.upper()} ", PASSWORD)
    assert not at.exception
    assert not at.error
    with ctx.begin() as db:
        assert len(db.execute(select(tickets)).all()) == 1
    assert "authentication_status" not in at.session_state
    assert "roles" not in at.session_state


@pytest.mark.usefixtures("jane")
@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "wrong password"),
        ("nobody@example.com", PASSWORD),
        (EMAIL, "x" * 512),
        ("![x](http://evil.example)", PASSWORD),
    ],
)
def test_what_does_not_match_is_said_in_words_and_gives_no_ticket(
    gate: Gate, ctx: Context, email: str, password: str
) -> None:
    at = enter(gate(), email, password)
    assert not at.exception
    assert "do not match" in words(at)
    assert "evil" not in words(at)
    with ctx.begin() as db:
        assert db.execute(select(tickets)).all() == []


def test_empty_fields_are_asked_for(gate: Gate) -> None:
    assert "needed" in words(enter(gate(), "", ""))


def test_a_sign_up_is_kept_and_told_what_comes_next(gate: Gate, ctx: Context) -> None:
    at = join(gate("approval"), "zoe@example.com", PASSWORD)
    assert "waits for an admin" in at.success[0].value
    with ctx.begin() as db:
        row = db.execute(select(users)).mappings().one()
    assert (row["email"], row["name"], row["status"], row["roles"]) == (
        "zoe@example.com",
        "Zoe",
        "pending",
        ["viewer"],
    )


@pytest.mark.parametrize(
    ("email", "password", "again", "said"),
    [
        ("zoe@example.com", "short", None, "at least 12 characters"),
        ("zoe@example.com", "password1234", None, "common words"),
        ("zoe@example.com", PASSWORD, PASSWORD + "x", "do not match"),
        ("zoe", PASSWORD, None, "not valid"),
    ],
)
def test_a_sign_up_that_cannot_be_kept_says_why(
    gate: Gate, ctx: Context, email: str, password: str, again: str | None, said: str
) -> None:
    at = join(gate(), email, password, again)
    assert not at.exception
    assert said in words(at)
    assert not at.success
    with ctx.begin() as db:
        assert db.execute(select(users)).all() == []


def test_where_sign_up_is_closed_it_is_not_offered(gate: Gate) -> None:
    assert len(gate("closed").text_input) == 2


def test_too_many_attempts_are_told_when_to_come_back(gate: Gate, jane: str) -> None:
    at = gate()
    for _ in range(11):
        at = enter(at, jane, "wrong password")
    assert "Wait" in words(at)
