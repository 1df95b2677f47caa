"""Bearer tokens: every claim, every algorithm, every instant."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
import pytest

from core.access import tokens
from core.errors import Invalid, Unauthenticated

SECRET = b"0123456789abcdef0123456789abcdef"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PERSON = UUID(int=7)
LIFE = timedelta(minutes=5)


def issued() -> str:
    return tokens.issue(SECRET, PERSON, 3, NOW, LIFE, "id-1").access_token


def altered(**changes: object) -> str:
    claims = jwt.decode(issued(), options={"verify_signature": False})
    claims |= changes
    kept = {name: value for name, value in claims.items() if value != "gone"}
    return jwt.PyJWS().encode(json.dumps(kept).encode(), SECRET, algorithm="HS256")


def test_a_token_says_whose_it_is_and_until_when() -> None:
    claims = tokens.read(SECRET, issued(), NOW)
    assert (claims.user_id, claims.version, claims.expires_at, claims.id) == (PERSON, 3, NOW + LIFE, "id-1")


@pytest.mark.parametrize(("seconds", "good"), [(-1, False), (0, True), (299, True), (300, False)])
def test_a_token_is_good_from_its_begin_until_just_before_its_end_by_the_given_clock(
    seconds: int, *, good: bool
) -> None:
    at = NOW + timedelta(seconds=seconds)
    if good:
        assert tokens.read(SECRET, issued(), at)
    else:
        with pytest.raises(Unauthenticated):
            tokens.read(SECRET, issued(), at)


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "exp", "nbf", "iat", "jti", "typ", "ver"])
@pytest.mark.parametrize("value", ["gone", "other", None, 1e99, True, ["cloud-pioneer-api", "x"], {}])
def test_every_claim_must_be_there_and_right(claim: str, value: object) -> None:
    if (claim, value) == ("jti", "other"):
        value = 7  # any text is an id
    with pytest.raises(Unauthenticated):
        tokens.read(SECRET, altered(**{claim: value}), NOW)


@pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", "hs256", "HS384", "RS256"])
def test_only_our_algorithm_counts(algorithm: str) -> None:
    head, body, signature = issued().split(".")
    forged = jwt.utils.base64url_encode(f'{{"alg":"{algorithm}","typ":"JWT"}}'.encode()).decode()
    assert head != forged
    for end in (signature, ""):
        with pytest.raises(Unauthenticated):
            tokens.read(SECRET, f"{forged}.{body}.{end}", NOW)


@pytest.mark.parametrize("header", [{"crit": ["x"], "x": 1}, {"kid": "../../dev/null", "crit": ["kid"]}])
def test_a_critical_header_we_do_not_know_is_refused(header: dict[str, object]) -> None:
    claims = jwt.decode(issued(), options={"verify_signature": False})
    with pytest.raises(Unauthenticated):
        tokens.read(SECRET, jwt.encode(claims, SECRET, algorithm="HS256", headers=header), NOW)


@pytest.mark.parametrize(
    "token", ["", ".", "..", "a.b.c", "é.é.é", "x" * 10_000, issued() + "x", issued()[:-2]]
)
def test_nonsense_is_refused(token: str) -> None:
    with pytest.raises(Unauthenticated):
        tokens.read(SECRET, token, NOW)


def test_another_secret_opens_nothing() -> None:
    with pytest.raises(Unauthenticated):
        tokens.read(SECRET[::-1], issued(), NOW)


def test_a_short_secret_signs_nothing() -> None:
    with pytest.raises(Invalid):
        tokens.issue(b"short", PERSON, 0, NOW, LIFE, "id-1")
