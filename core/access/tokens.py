"""The API's bearer tokens: signed, short-lived, and void once the user's token version was raised."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt

from core.errors import Invalid, Unauthenticated

ALGORITHM = "HS256"
ISSUER = "cloud-pioneer"
AUDIENCE = "cloud-pioneer-api"
TYPE = "access"
LONGEST = 8192
SHORTEST_SECRET = 32
ENDED = "This token is not valid, or no longer."
MEND = "Sign in again with POST /auth/login."


@dataclass(frozen=True)
class Claims:
    """What a valid token says. `version` must equal the user's token version for it to count."""

    user_id: UUID
    version: int
    expires_at: datetime
    id: str


@dataclass(frozen=True)
class Token:
    """A token as handed out."""

    access_token: str
    expires_at: datetime


def issue(secret: bytes, user_id: UUID, version: int, now: datetime, life: timedelta, token_id: str) -> Token:
    """Sign a token that is good from `now` for `life`. Raises `Invalid` for a secret below 32 bytes."""
    if len(secret) < SHORTEST_SECRET:
        raise Invalid(f"The secret that signs tokens needs at least {SHORTEST_SECRET} bytes.")
    issued = int(now.timestamp())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(user_id),
        "typ": TYPE,
        "ver": version,
        "jti": token_id,
        "iat": issued,
        "nbf": issued,
        "exp": issued + int(life.total_seconds()),
    }
    signed = jwt.encode(claims, secret, algorithm=ALGORITHM)
    return Token(signed, datetime.fromtimestamp(issued + int(life.total_seconds()), UTC))


def read(secret: bytes, token: str, now: datetime) -> Claims:
    """What the token says. Raises `Unauthenticated` unless every claim is there and right at `now`."""
    if len(token) > LONGEST:
        raise Unauthenticated(ENDED, mend=MEND)
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            # PyJWT would ask this process's clock; the time that counts is `now`.
            options={
                "require": ["iss", "aud", "sub", "exp", "nbf", "iat", "jti", "typ", "ver"],
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
        return _checked(claims, int(now.timestamp()))
    except (jwt.PyJWTError, ValueError) as error:
        raise Unauthenticated(ENDED, mend=MEND) from error


def _checked(claims: Mapping[str, object], now: int) -> Claims:
    """Raises `ValueError` for a claim of the wrong kind or time."""
    begin, issued, end, version = (_whole(claims[name]) for name in ("nbf", "iat", "exp", "ver"))
    if claims["typ"] != TYPE or claims["aud"] != AUDIENCE or not begin <= now < end or issued > now:
        raise ValueError(TYPE)
    return Claims(UUID(str(claims["sub"])), version, datetime.fromtimestamp(end, UTC), str(claims["jti"]))


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(value)  # noqa: TRY004  one kind of error for all that is wrong with a claim
    return value
