"""Signing up and in, and asking who one is."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from core.access.passwords import LONGEST
from core.access.people import LONGEST_EMAIL, LONGEST_NAME
from core.access.roles import User
from services.api.deps import Ctx, From, Who
from services.api.shape import Answer, Body
from services.context import Context
from services.usecases import sign_in

router = APIRouter(prefix="/auth", tags=["auth"])
Email = Annotated[str, Field(max_length=LONGEST_EMAIL, examples=["name@example.com"])]
Password = Annotated[str, Field(max_length=LONGEST)]


class SignUpIn(Body):
    """A new account."""

    email: Email
    password: Password
    name: Annotated[str, Field(max_length=LONGEST_NAME)] = ""


class SignUpOut(Answer):
    """The same for a new and a known e-mail."""

    status: Literal["active", "pending"]
    message: str


class LoginIn(Body):
    """Who claims to be whom."""

    email: Email
    password: Password


class GoogleIn(Body):
    """An id token from the configured issuer."""

    id_token: Annotated[str, Field(max_length=8192)]


class TokenOut(Answer):
    """A bearer token and whose it is."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  a word of the standard, no secret
    expires_at: datetime
    expires_in: int
    email: str
    name: str
    roles: list[str]


class VerifyOut(Answer):
    """Who asks."""

    email: str
    name: str
    roles: list[str]
    expires_at: datetime


@router.post("/signup", status_code=201)
def sign_up(body: SignUpIn, ctx: Ctx, client: From) -> SignUpOut:
    """Ask for an account; unless sign-up is open it waits for an admin."""
    return SignUpOut.model_validate(sign_in.sign_up(ctx, body.email, body.password, body.name, client))


@router.post("/login")
def log_in(body: LoginIn, ctx: Ctx, client: From) -> TokenOut:
    """Trade e-mail and password for a bearer token."""
    return _token(ctx, sign_in.log_in(ctx, body.email, body.password, client))


@router.post("/google")
def google(body: GoogleIn, ctx: Ctx, client: From) -> TokenOut:
    """Trade an id token of the configured issuer for a bearer token; 503 when none is configured."""
    return _token(ctx, sign_in.with_google(ctx, body.id_token, client))


@router.get("/verify")
def verify(who: Who) -> VerifyOut:
    """Who asks, and until when this sign-in holds; 401 when nobody is signed in."""
    user = who.user
    return VerifyOut(email=user.email, name=user.name, roles=sorted(user.roles), expires_at=who.expires_at)


def _token(ctx: Context, user: User) -> TokenOut:
    token = sign_in.issue_token(ctx, user)
    return TokenOut(
        access_token=token.access_token,
        expires_at=token.expires_at,
        expires_in=ctx.settings.token_minutes * 60,
        email=user.email,
        name=user.name,
        roles=sorted(user.roles),
    )
