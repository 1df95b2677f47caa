"""What routes ask for: the context, the client, the signed-in user and the permission that a route needs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer

from core.access.client import Client, address_of, device_of
from core.access.origins import SAFE_METHODS, same_origin
from core.access.roles import Permission, User
from core.access.sessions import cookie_name
from core.errors import Forbidden, Unauthenticated
from services.context import Context
from services.usecases import sign_in

NOBODY = "Nobody is signed in."
BEARER, COOKIE = "bearer", "cookie"
_SCHEMES = (
    HTTPBearer(
        scheme_name=BEARER, auto_error=False, description="A token from POST /auth/login: for programs."
    ),
    APIKeyCookie(
        name=cookie_name(secure=False),
        scheme_name=COOKIE,
        auto_error=False,
        description="The sign-in of the screens: for our own pages, on their own origin.",
    ),
)
"""Both ways to sign in as the document tells them; which of them holds is decided below, in our words."""
MEND = "Send a bearer token from POST /auth/login, or sign in to the screens."


def context(request: Request) -> Context:
    """The process's context."""
    ctx: Context = request.app.state.ctx
    return ctx


Ctx = Annotated[Context, Depends(context)]


def client(request: Request, ctx: Ctx) -> Client:
    """Where the request comes from, as far as it can be believed."""
    forwarded = [
        hop for line in request.headers.getlist("x-forwarded-for") for hop in line.split(",") if hop.strip()
    ]
    peer = request.client.host if request.client else "unknown"
    address = address_of(peer, forwarded, ctx.settings.trusted_proxies)
    return Client(address, device_of(request.headers.get("user-agent", "")))


From = Annotated[Client, Depends(client)]


@dataclass(frozen=True)
class SignedIn:
    """Who asks, until when that sign-in holds, and whether it came as a bearer token."""

    user: User
    expires_at: datetime
    bearer: bool


def signed_in(
    request: Request,
    ctx: Ctx,
    _bearer: Annotated[object, Security(_SCHEMES[0])],
    _cookie: Annotated[object, Security(_SCHEMES[1])],
) -> SignedIn:
    """By bearer token; else by session cookie, which may change things only when the browser vouches for our own pages.

    Raises `Unauthenticated`, and `Forbidden` for a cookie sent from elsewhere.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated(NOBODY, mend=MEND)
        user, claims = sign_in.token_of(ctx, token.strip())
        request.scope["state"]["token_id"] = claims.id
        return SignedIn(user, claims.expires_at, bearer=True)
    cookie = request.cookies.get(cookie_name(secure=ctx.settings.secure_cookies))
    found = sign_in.session_of(ctx, cookie) if cookie else None
    if found is None:
        raise Unauthenticated(NOBODY, mend=MEND)
    if request.method not in SAFE_METHODS and not from_our_pages(request, ctx):
        raise Forbidden(
            "This request was not made by our own pages.", mend="Use a bearer token from elsewhere."
        )
    return SignedIn(found[0], found[1].expires_at, bearer=False)


def from_our_pages(request: Request, ctx: Context) -> bool:
    """Whether the browser says that one of our own pages sent this."""
    headers = request.headers
    return same_origin(
        headers.get("origin"), headers.get("sec-fetch-site"), headers.get("host"), ctx.settings.public_url
    )


class Needs:
    """A dependency that lets in whoever has `permission`; a test reads it off every route."""

    def __init__(self, permission: Permission) -> None:
        """Ask for one permission."""
        self.permission = permission

    def __call__(self, who: Annotated[SignedIn, Depends(signed_in)]) -> User:
        """The user. Raises `Forbidden`."""
        who.user.require(self.permission)
        return who.user


Who = Annotated[SignedIn, Depends(signed_in)]
CostViewer = Annotated[User, Depends(Needs(Permission.VIEW_COSTS))]
CostManager = Annotated[User, Depends(Needs(Permission.MANAGE_COSTS))]
ResourceViewer = Annotated[User, Depends(Needs(Permission.VIEW_RESOURCES))]
FindingViewer = Annotated[User, Depends(Needs(Permission.VIEW_RECOMMENDATIONS))]
FindingJudge = Annotated[User, Depends(Needs(Permission.JUDGE_RECOMMENDATIONS))]
ActionViewer = Annotated[User, Depends(Needs(Permission.VIEW_ACTIONS))]
Actor = Annotated[User, Depends(Needs(Permission.ACT))]
ConnectionViewer = Annotated[User, Depends(Needs(Permission.VIEW_CONNECTIONS))]
ScheduleViewer = Annotated[User, Depends(Needs(Permission.VIEW_SCHEDULES))]
Scheduler = Annotated[User, Depends(Needs(Permission.EDIT_SCHEDULES))]
AlertEditor = Annotated[User, Depends(Needs(Permission.EDIT_ALERTS))]
Approver = Annotated[User, Depends(Needs(Permission.APPROVE))]
Oneself = Annotated[User, Depends(Needs(Permission.OWN_PROFILE))]
