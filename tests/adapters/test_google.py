"""Id tokens of an issuer: one wrong thing is enough to refuse."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi.testclient import TestClient

from core.access.client import Client
from core.access.roles import Role, User
from core.errors import Forbidden, Unauthenticated, Unavailable
from services.adapters.google import OidcIdentityProvider
from services.api import app as api
from services.context import Context
from services.usecases import sign_in

CLIENT_ID = "pioneer.apps.example.com"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERE = Client("198.51.100.7", "Firefox on Linux")
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def jwks_url() -> Iterator[str]:
    """An issuer's published keys, on loopback."""
    document = {
        "keys": [
            json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            | {"kid": "k1", "use": "sig", "alg": "RS256"}
        ]
    }

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def log_message(self, *_: object) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/certs"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def issuer(jwks_url: str) -> OidcIdentityProvider:
    return OidcIdentityProvider("https://issuer.example", jwks_url, CLIENT_ID)


def token(key: Any = KEY, headers: dict[str, object] | None = None, **changes: object) -> str:  # noqa: ANN401  keys of every algorithm
    claims: dict[str, object] = {
        "iss": "https://issuer.example",
        "aud": CLIENT_ID,
        "sub": "1234567890",
        "email": "Jane@Example.com",
        "email_verified": True,
        "name": "Jane Doe",
        "iat": NOW.timestamp(),
        "exp": NOW.timestamp() + 3600,
    }
    claims |= changes
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, key, algorithm="RS256", headers={"kid": "k1"} | (headers or {}))


def test_a_right_token_says_who_it_is(issuer: OidcIdentityProvider) -> None:
    identity = issuer.verify(token(), NOW)
    assert (identity.issuer, identity.subject, identity.email, identity.email_verified, identity.name) == (
        "https://issuer.example",
        "1234567890",
        "jane@example.com",
        True,
        "Jane Doe",
    )


MUTANTS: dict[str, Callable[[], str]] = {
    "issuer": lambda: token(iss="https://evil.example"),
    "audience": lambda: token(aud="another-app"),
    "no audience": lambda: token(aud=None),
    "another party of several": lambda: token(aud=[CLIENT_ID, "another-app"], azp="another-app"),
    "several without a party": lambda: token(aud=[CLIENT_ID, "another-app"]),
    "no subject": lambda: token(sub=None),
    "over": lambda: token(exp=NOW.timestamp() - 60),
    "no end": lambda: token(exp=None),
    "end in words": lambda: token(exp=True),
    "from the future": lambda: token(iat=NOW.timestamp() + 600),
    "not yet": lambda: token(nbf=NOW.timestamp() + 600),
    "another key": lambda: token(key=OTHER_KEY),
    "unknown key": lambda: token(headers={"kid": "k2"}),
    "a path as key": lambda: token(headers={"kid": "../../dev/null"}),
    "unsigned": lambda: jwt.encode({"sub": "1"}, None, algorithm="none", headers={"kid": "k1"}),
    "our public key as a secret": lambda: jwt.encode(
        {"sub": "1"}, "x" * 32, algorithm="HS256", headers={"kid": "k1"}
    ),
    "critical": lambda: token(headers={"crit": ["x"], "x": 1}),
    "cut": lambda: token()[:-3],
    "nonsense": lambda: "a.b.c",
    "empty": lambda: "",
    "large": lambda: token(name="x" * 9000),
}


@pytest.mark.parametrize("wrong", MUTANTS)
def test_one_wrong_thing_is_enough_to_refuse(issuer: OidcIdentityProvider, wrong: str) -> None:
    with pytest.raises(Unauthenticated):
        issuer.verify(MUTANTS[wrong](), NOW)


def test_an_issuer_that_does_not_answer_is_unavailable_and_not_a_wrong_token() -> None:
    gone = OidcIdentityProvider("https://issuer.example", "http://127.0.0.1:9/certs", CLIENT_ID)
    with pytest.raises(Unavailable):
        gone.verify(token(), NOW)


@pytest.fixture
def door(ctx: Context, issuer: OidcIdentityProvider, organisation_id: UUID) -> Context:
    assert organisation_id
    return replace(ctx, identity=issuer, settings=ctx.settings.model_copy(update={"signup": "open"}))


def fresh(ctx: Context, **changes: object) -> str:
    now = ctx.now().timestamp()
    return token(iat=now, exp=now + 3600, **changes)


def test_the_same_subject_is_the_same_person_whatever_the_address_says_later(door: Context) -> None:
    first = sign_in.with_google(door, fresh(door), HERE)
    assert first.roles == {Role.VIEWER}
    again = sign_in.with_google(door, fresh(door, email="new.address@example.com"), HERE)
    assert again.id == first.id


def test_a_provider_never_takes_over_an_account_that_has_a_password(door: Context) -> None:
    sign_in.sign_up(door, "jane@example.com", "xkcd lamp bricks frog", "", HERE)
    with pytest.raises(Forbidden, match="password"):
        sign_in.with_google(door, fresh(door), HERE)


def test_an_address_that_the_provider_did_not_verify_opens_nothing(door: Context) -> None:
    for unverified in (False, None, "true"):
        with pytest.raises(Unauthenticated):
            sign_in.with_google(door, fresh(door, email_verified=unverified), HERE)


def test_somebody_new_waits_for_an_admin_where_sign_ups_do(ctx: Context, door: Context, viewer: User) -> None:
    assert viewer
    strict = replace(door, settings=ctx.settings)
    for _ in range(2):
        with pytest.raises(Unauthenticated, match="admin"):
            sign_in.with_google(strict, fresh(strict), HERE)


def test_who_came_through_a_provider_has_no_password_to_guess(door: Context) -> None:
    sign_in.with_google(door, fresh(door), HERE)
    with pytest.raises(Unauthenticated):
        sign_in.log_in(door, "jane@example.com", "", HERE)


def test_over_http_a_right_token_is_traded_for_one_of_ours_and_a_wrong_one_is_401(door: Context) -> None:
    with TestClient(api.create(door)) as client:
        answer = client.post("/auth/google", json={"id_token": fresh(door)})
        assert (answer.status_code, answer.json()["token_type"]) == (200, "bearer")
        ours = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        known = client.get("/auth/verify", headers=ours).json()
        assert (known["email"], known["roles"]) == ("jane@example.com", ["viewer"])
        for wrong in (fresh(door, aud="another-app"), "nonsense"):
            assert client.post("/auth/google", json={"id_token": wrong}).status_code == 401
