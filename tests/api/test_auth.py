"""Signing up and in over HTTP, and who is believed afterwards."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from core.access import limits
from core.access.roles import Role, User
from services.context import Context
from services.usecases import sign_in

EMAIL = "jane@example.com"
PASSWORD = "xkcd lamp bricks frog"
BODY = {"email": EMAIL, "password": PASSWORD}


def test_one_signs_up_signs_in_and_is_known(open_client: TestClient) -> None:
    up = open_client.post("/auth/signup", json=BODY)
    assert (up.status_code, up.json()["status"]) == (201, "active")
    answer = open_client.post("/auth/login", json=BODY)
    assert answer.status_code == 200
    login = answer.json()
    assert (login["token_type"], login["email"], login["roles"]) == ("bearer", EMAIL, ["viewer"])
    verified = open_client.get("/auth/verify", headers={"Authorization": f"Bearer {login['access_token']}"})
    assert verified.status_code == 200
    assert {name: verified.json()[name] for name in ("email", "roles", "expires_at")} == {
        "email": EMAIL,
        "roles": ["viewer"],
        "expires_at": login["expires_at"],
    }


@pytest.mark.usefixtures("organisation_id")
def test_a_sign_up_waits_for_an_admin(client: TestClient) -> None:
    assert client.post("/auth/signup", json=BODY).json()["status"] == "pending"
    answer = client.post("/auth/login", json=BODY)
    assert answer.status_code == 401
    assert "admin" in answer.json()["detail"]


def test_nobody_can_tell_from_an_answer_who_has_an_account(open_client: TestClient) -> None:
    open_client.post("/auth/signup", json=BODY)
    again = open_client.post("/auth/signup", json=BODY | {"password": "heron kettle 44 gravel"})
    new = open_client.post("/auth/signup", json={"email": "new@example.com", "password": PASSWORD})
    assert (again.status_code, again.content) == (new.status_code, new.content)
    wrong, unknown = (
        open_client.post("/auth/login", json={"email": email, "password": "wrong password"})
        for email in (EMAIL, "nobody@example.com")
    )
    assert wrong.status_code == unknown.status_code == 401
    assert {k: v for k, v in wrong.json().items() if k != "request_id"} == {
        k: v for k, v in unknown.json().items() if k != "request_id"
    }


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic amFuZTpwdw=="},
        {"Authorization": "Bearer " + "x" * 9000},
        {"Cookie": "pioneer=made-up"},
    ],
)
def test_nobody_is_401_with_a_problem(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.get("/auth/verify", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.usefixtures("organisation_id")
def test_guessing_is_429_with_when_to_come_back_however_the_address_is_forged(client: TestClient) -> None:
    for number in range(limits.PAIR.count):
        headers = {"X-Forwarded-For": f"203.0.113.{number}"}
        assert client.post("/auth/login", json=BODY, headers=headers).status_code == 401
    answer = client.post("/auth/login", json=BODY, headers={"X-Forwarded-For": "203.0.113.99"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= limits.PAIR.seconds


@pytest.mark.usefixtures("organisation_id")
@pytest.mark.parametrize(
    "password",
    ["short", "x" * 71, "x" * 73, "🦆" * 64, "x" * 1_000_000, "password1234"],
)
def test_an_unusable_password_is_422_and_never_a_defect(client: TestClient, password: str) -> None:
    assert client.post("/auth/signup", json={"email": EMAIL, "password": password}).status_code == 422


@pytest.mark.parametrize(
    "password", ["nul\0 inside of it", "🦆🚲🌵🎻🥁🪁🧭🛶" * 8, "Пароль-из-четырёх-слов" * 4]
)
def test_every_byte_of_a_long_password_counts(open_client: TestClient, password: str) -> None:
    body = {"email": EMAIL, "password": password}
    assert open_client.post("/auth/signup", json=body).status_code == 201
    assert open_client.post("/auth/login", json=body).status_code == 200
    assert open_client.post("/auth/login", json=body | {"password": password[:-1]}).status_code == 401


@pytest.mark.usefixtures("organisation_id")
@pytest.mark.parametrize(
    "body",
    [
        BODY | {"roles": ["admin"]},
        BODY | {"is_admin": True},
        BODY | {"organisation_id": "x"},
        {"email": EMAIL},
        {"email": EMAIL, "password": 123456789012},
        {"email": ["a@example.com"], "password": PASSWORD},
        {"email": "nul\0@example.com", "password": PASSWORD},
        [],
        "text",
        None,
    ],
)
def test_a_body_of_another_shape_is_422(client: TestClient, body: object) -> None:
    for path in ("/auth/signup", "/auth/login"):
        answer = client.post(path, json=body)
        if answer.status_code == 401:
            assert path == "/auth/login"  # an address that nobody can have
        else:
            assert answer.status_code == 422


@pytest.mark.usefixtures("organisation_id")
def test_json_must_say_that_it_is_json(client: TestClient) -> None:
    answer = client.post(
        "/auth/login",
        content='{"email": "a@example.com", "password": "x"}',
        headers={"Content-Type": "text/plain"},
    )
    assert answer.status_code == 422


def test_google_without_an_issuer_is_503_with_a_clear_problem(client: TestClient) -> None:
    answer = client.post("/auth/google", json={"id_token": "x"})
    assert answer.status_code == 503
    assert "not set up" in answer.json()["detail"]


def test_the_screens_cookie_is_good_for_reading_here(
    client: TestClient, viewer: User, cookie: Callable[[User], dict[str, str]]
) -> None:
    assert client.get("/auth/verify", headers=cookie(viewer)).json()["email"] == viewer.email


@pytest.mark.parametrize(
    ("browser", "status"),
    [
        ({}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://testserver"}, 200),
    ],
)
def test_the_cookie_changes_things_only_for_our_own_pages(
    client: TestClient,
    operator: User,
    cookie: Callable[[User], dict[str, str]],
    browser: dict[str, str],
    status: int,
) -> None:
    answer = client.post("/resources/optimize", json={}, headers=cookie(operator) | browser)
    assert answer.status_code == status


def test_a_revoked_session_is_401_at_the_next_request(
    client: TestClient, ctx: Context, viewer: User, cookie: Callable[[User], dict[str, str]]
) -> None:
    headers = cookie(viewer)
    assert client.get("/auth/verify", headers=headers).status_code == 200
    sign_in.log_out(ctx, headers["Cookie"].partition("=")[2])
    assert client.get("/auth/verify", headers=headers).status_code == 401


def test_roles_are_spelled_as_words(
    client: TestClient, person: Callable[..., User], bearer: Callable[[User], dict[str, str]]
) -> None:
    user = person(Role.APPROVER, Role.FINANCE)
    assert client.get("/auth/verify", headers=bearer(user)).json()["roles"] == ["approver", "finance"]
