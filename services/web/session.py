"""Where a page's ticket becomes an HttpOnly cookie, and where the cookie ends. Scripts never see the session's token."""

import json
from collections.abc import Callable
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.access.client import Client, address_of, device_of
from core.access.origins import same_origin
from core.access.sessions import cookie_name
from core.errors import Forbidden, Invalid, PioneerError
from services.api.errors import pioneer
from services.context import Context
from services.usecases import sign_in

LONGEST_BODY = 1024
HEADER = "X-Pioneer"
"""Forms of other sites cannot send a header of ours, and scripts of other sites must ask first, which nobody grants."""


def routes(ctx: Context) -> list[Route]:
    """POST /session/claim and POST /session/end."""

    async def claim(request: Request) -> Response:
        return await _answer(request, lambda body: _claim(ctx, request, body))

    async def end(request: Request) -> Response:
        return await _answer(request, lambda _body: _end(ctx, request))

    return [Route("/session/claim", claim, methods=["POST"]), Route("/session/end", end, methods=["POST"])]


async def _answer(request: Request, do: Callable[[bytes], Response]) -> Response:
    try:
        body = await _body(request)
        return await run_in_threadpool(do, body)
    except PioneerError as error:
        return pioneer(request, error)


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            raise Invalid("The body of this request is too large.")
    return body


def _claim(ctx: Context, request: Request, body: bytes) -> Response:
    _require_own_page(ctx, request)
    token = sign_in.redeem_ticket(ctx, _ticket(body), _client(ctx, request))
    response = Response(status_code=HTTPStatus.NO_CONTENT)
    secure = ctx.settings.secure_cookies
    response.set_cookie(
        cookie_name(secure=secure),
        token,
        max_age=ctx.settings.session_days * 86_400,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )
    return response


def _end(ctx: Context, request: Request) -> Response:
    _require_own_page(ctx, request)
    secure = ctx.settings.secure_cookies
    token = request.cookies.get(cookie_name(secure=secure))
    if token:
        sign_in.log_out(ctx, token)
    response = Response(status_code=HTTPStatus.NO_CONTENT)
    response.delete_cookie(cookie_name(secure=secure), path="/", secure=secure, httponly=True, samesite="lax")
    return response


def _require_own_page(ctx: Context, request: Request) -> None:
    headers = request.headers
    ours = same_origin(
        headers.get("origin"), headers.get("sec-fetch-site"), headers.get("host"), ctx.settings.public_url
    )
    if HEADER not in headers or not ours:
        raise Forbidden("This request was not made by our own pages.")


def _ticket(body: bytes) -> str:
    try:
        given = json.loads(body)
    except ValueError as error:
        raise Invalid("A JSON object with a ticket is needed.") from error
    ticket = given.get("ticket") if isinstance(given, dict) else None
    if not isinstance(ticket, str):
        raise Invalid("A JSON object with a ticket is needed.")
    return ticket


def _client(ctx: Context, request: Request) -> Client:
    forwarded = [
        hop for line in request.headers.getlist("x-forwarded-for") for hop in line.split(",") if hop.strip()
    ]
    peer = request.client.host if request.client else "unknown"
    address = address_of(peer, forwarded, ctx.settings.trusted_proxies)
    return Client(address, device_of(request.headers.get("user-agent", "")))
