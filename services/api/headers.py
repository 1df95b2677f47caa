"""What every answer carries, and what every request must respect: security headers, a request id, a size limit, counts and times."""

import logging
import secrets
import time
from collections.abc import Mapping
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services import telemetry

ACCESS = logging.getLogger("pioneer.access")
LARGEST_BODY = 1_048_576
SECURITY: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
API_POLICY = "default-src 'none'; frame-ancestors 'none'"


class SecurityHeaders:
    """Adds the headers to every HTTP answer, whatever its status; `policy` is the Content-Security-Policy, unless the answer brings its own."""

    def __init__(self, app: ASGIApp, *, policy: str, https: bool) -> None:
        """`https` adds Strict-Transport-Security."""
        self.app = app
        self.headers = dict(SECURITY) | {"Content-Security-Policy": policy}
        if https:
            self.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add to its answer."""

        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    if name not in headers:
                        headers[name] = value
            await send(message)

        await self.app(scope, receive, adding if scope["type"] == "http" else send)


class Requests:
    """Gives each API request an id, refuses a large body, writes the access log and counts."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the API."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Measure one request; no token, query or body is ever logged."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                if "Cache-Control" not in headers:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        try:
            await self.app(scope, _limited(scope, receive), noting)
        finally:
            seconds = time.perf_counter() - began
            route = getattr(scope.get("route"), "path", "other")
            telemetry.REQUESTS.labels(scope["method"], route, str(status)).inc()
            telemetry.REQUEST_SECONDS.labels(route).observe(seconds)
            ACCESS.info(
                "request",
                extra={
                    "request_id": request_id,
                    "method": scope["method"],
                    "path": scope["path"],
                    "status": status,
                    "milliseconds": round(seconds * 1000, 1),
                    "token_id": scope["state"].get("token_id", ""),
                },
            )


def _limited(scope: Scope, receive: Receive) -> Receive:
    """Refuse to read more than the largest body we take, declared or not."""
    declared = Headers(scope=scope).get("content-length", "0")
    left = LARGEST_BODY if declared.isdigit() and int(declared) <= LARGEST_BODY else -1

    async def reading() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    return reading
