"""The ticket's way into a cookie, and the cookie's end."""

from collections.abc import Iterator
from dataclasses import replace
from http.cookies import SimpleCookie

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.access.roles import User
from services.context import Context
from services.usecases import sign_in
from services.web import session

OURS = {"X-Pioneer": "claim", "Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def browser(ctx: Context) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=session.routes(ctx))) as made:
        yield made


def test_a_ticket_becomes_a_cookie_that_no_script_can_read(
    browser: TestClient, ctx: Context, viewer: User
) -> None:
    answer = browser.post("/session/claim", json={"ticket": sign_in.issue_ticket(ctx, viewer)}, headers=OURS)
    assert answer.status_code == 204
    cookie = SimpleCookie(answer.headers["set-cookie"])["pioneer"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (
        True,
        "lax",
        "/",
        "",
    )
    assert sign_in.session_user(ctx, cookie.value) == viewer


def test_over_https_the_cookie_is_bound_to_this_host(ctx: Context, viewer: User) -> None:
    secure = replace(
        ctx, settings=ctx.settings.model_copy(update={"public_url": "https://pioneer.example.com"})
    )
    with TestClient(Starlette(routes=session.routes(secure))) as browser:
        ours = OURS | {"Origin": "https://pioneer.example.com"}
        answer = browser.post(
            "/session/claim", json={"ticket": sign_in.issue_ticket(ctx, viewer)}, headers=ours
        )
        cookie = SimpleCookie(answer.headers["set-cookie"])["__Host-pioneer"]
        assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (
            True,
            True,
            "/",
            "",
        )
        plain = OURS | {"Origin": "http://pioneer.example.com"}
        assert browser.post("/session/claim", json={"ticket": "x"}, headers=plain).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Pioneer": "claim"},
        OURS | {"Origin": "https://evil.example"},
        OURS | {"Sec-Fetch-Site": "cross-site"},
        {name: value for name, value in OURS.items() if name != "X-Pioneer"},
    ],
)
def test_another_sites_page_can_neither_sign_somebody_in_nor_out(
    browser: TestClient, ctx: Context, viewer: User, headers: dict[str, str]
) -> None:
    ticket = sign_in.issue_ticket(ctx, viewer)
    assert browser.post("/session/claim", json={"ticket": ticket}, headers=headers).status_code == 403
    token = sign_in.redeem_ticket(ctx, ticket, session.Client("127.0.0.1", "x"))
    browser.cookies.set("pioneer", token)
    assert browser.post("/session/end", headers=headers).status_code == 403
    assert sign_in.session_user(ctx, token) == viewer


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"ticket": 1}', b"\xff", b"x" * 2000])
def test_a_body_without_a_ticket_is_422(browser: TestClient, content: bytes) -> None:
    answer = browser.post("/session/claim", content=content, headers=OURS)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_a_used_ticket_sets_no_cookie(browser: TestClient, ctx: Context, viewer: User) -> None:
    ticket = sign_in.issue_ticket(ctx, viewer)
    assert browser.post("/session/claim", json={"ticket": ticket}, headers=OURS).status_code == 204
    again = browser.post("/session/claim", json={"ticket": ticket}, headers=OURS)
    assert again.status_code == 401
    assert "set-cookie" not in again.headers


def test_the_end_revokes_the_session_and_clears_the_cookie(
    browser: TestClient, ctx: Context, viewer: User
) -> None:
    browser.post("/session/claim", json={"ticket": sign_in.issue_ticket(ctx, viewer)}, headers=OURS)
    token = browser.cookies["pioneer"]
    answer = browser.post("/session/end", headers=OURS)
    assert answer.status_code == 204
    assert "pioneer" not in browser.cookies
    assert sign_in.session_user(ctx, token) is None
