"""Google, or any OpenID Connect issuer, as far as checking its id tokens goes."""

from datetime import datetime
from typing import Any

import jwt

from core.errors import Unauthenticated, Unavailable
from core.ports import Identity

ALGORITHMS = ["RS256", "ES256"]
REQUIRED = ["iss", "aud", "sub", "exp", "iat"]
LONGEST_TOKEN = 8192
LEEWAY_SECONDS = 30
NOT_RIGHT = "This id token cannot be accepted."


class OidcIdentityProvider:
    """Checks id tokens against the keys that the issuer publishes; keys are kept for five minutes."""

    def __init__(self, issuer: str, jwks_url: str, client_id: str) -> None:
        """`client_id` is the audience that the token must name."""
        self.issuer = issuer
        self.client_id = client_id
        self._keys = jwt.PyJWKClient(jwks_url, cache_jwk_set=True, lifespan=300, timeout=5)

    def verify(self, id_token: str, now: datetime) -> Identity:
        """Raise `Unauthenticated` unless signature, issuer, audience and times are right; `Unavailable` when the keys cannot be read."""
        if len(id_token) > LONGEST_TOKEN:
            raise Unauthenticated(NOT_RIGHT)
        claims = self._claims(id_token)
        seconds = now.timestamp()
        timely = (
            _number(claims, "exp") > seconds - LEEWAY_SECONDS
            and _number(claims, "iat") <= seconds + LEEWAY_SECONDS
        )
        if not timely or _number(claims, "nbf", 0) > seconds + LEEWAY_SECONDS:
            raise Unauthenticated(
                "This id token is not valid at this time.", mend="Sign in with the provider again."
            )
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self.client_id) != self.client_id:
            raise Unauthenticated(NOT_RIGHT)
        return Identity(
            issuer=self.issuer,
            subject=str(claims["sub"]),
            email=str(claims.get("email", "")).strip().lower(),
            email_verified=claims.get("email_verified") is True,
            name=str(claims.get("name", "")),
        )

    def _claims(self, id_token: str) -> dict[str, Any]:
        try:
            key = self._keys.get_signing_key_from_jwt(id_token)
            return jwt.decode(
                id_token,
                key,
                algorithms=ALGORITHMS,
                audience=self.client_id,
                issuer=self.issuer,
                # Times are checked against the product's clock by our caller.
                options={"require": REQUIRED, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
        except jwt.PyJWKClientConnectionError as error:
            message = "The identity provider's keys cannot be read."
            raise Unavailable(
                message, mend="Try again in a minute; ./pioneer doctor says whether it is reachable."
            ) from error
        except jwt.PyJWTError as error:
            raise Unauthenticated(NOT_RIGHT, mend="Sign in with the provider again.") from error


def _number(claims: dict[str, Any], name: str, default: float | None = None) -> float:
    value = claims.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unauthenticated(NOT_RIGHT)
    return float(value)
