"""Turns away requests for another host's name, and websockets opened by another site's page, before anything else looks at them."""

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from core.access.origins import foreign
from services.settings import Settings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
ANYBODY = frozenset({"/health"})
"""Answered under any name: load balancers ask by address."""
CLOSED = ("/_stcore/metrics", "/_stcore/agent/", "/auth/", "/oauth2callback")
"""What Streamlit would serve beside the screens and we do not: figures about sessions, its agents' door, its own sign-in."""
POLICY_VIOLATION = 1008


def hosts_of(settings: Settings) -> frozenset[str]:
    """The names this server answers to."""
    public = urlsplit(settings.public_url or "").hostname
    return LOOPBACK | {settings.host.lower()} | ({public} if public else frozenset())


class Doorkeeper:
    """Checks Host on everything, which defeats DNS rebinding, and Origin on websockets, which browsers let any site open."""

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str], public_url: str | None) -> None:
        """`hosts` without ports."""
        self.app = app
        self.hosts = hosts
        self.public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may come in."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host")
        if not self._known(host) and scope["path"] not in ANYBODY:
            await self._refuse(scope, receive, send, "This server does not answer to that host name.")
        elif scope["path"].startswith(CLOSED):
            await self._refuse(scope, receive, send, "There is nothing at this path.", HTTPStatus.NOT_FOUND)
        elif scope["type"] == "websocket" and foreign(headers.get("origin"), host, self.public_url):
            await self._refuse(scope, receive, send, "Another site's page may not connect.")
        else:
            await self.app(scope, receive, send)

    def _known(self, host: str | None) -> bool:
        try:
            parts = urlsplit(f"//{host or ''}")
            _ = parts.port  # raises for what is no number
        except ValueError:
            return False
        plain = "@" not in parts.netloc and not (parts.path or parts.query or parts.fragment)
        return plain and (parts.hostname or "").rstrip(".") in self.hosts

    @staticmethod
    async def _refuse(
        scope: Scope,
        receive: Receive,
        send: Send,
        why: str,
        status: HTTPStatus = HTTPStatus.MISDIRECTED_REQUEST,
    ) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": why})
            return
        await PlainTextResponse(why, status)(scope, receive, send)
