"""Who is turned away at the door, and what every answer carries."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from services.api.headers import SecurityHeaders
from services.settings import Settings
from services.web import policy
from services.web.doorkeeper import Doorkeeper, hosts_of

PUBLIC = "https://pioneer.example.com"


def page(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("inside")


async def stream(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("inside")
    await websocket.close()


@pytest.fixture
def door() -> Iterator[TestClient]:
    hosts = hosts_of(Settings(PUBLIC_URL=PUBLIC))
    app = Starlette(
        routes=[Route("/{path:path}", page), WebSocketRoute("/_stcore/stream", stream)],
        middleware=[
            Middleware(SecurityHeaders, policy=policy.of_screens(), https=True),
            Middleware(Doorkeeper, hosts=hosts, public_url=PUBLIC),
        ],
    )
    with TestClient(app, base_url=PUBLIC) as client:
        yield client


@pytest.mark.parametrize(
    "host", ["pioneer.example.com", "PIONEER.example.com:443", "localhost:8501", "[::1]:8501", "127.0.0.1"]
)
def test_our_own_names_come_in(door: TestClient, host: str) -> None:
    assert door.get("/", headers={"Host": host}).text == "inside"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "pioneer.example.com.evil.example",
        "evil.example@pioneer.example.com:x",
        "",
        "[",
        "127.0.0.1.nip.io",
    ],
)
def test_another_hosts_name_is_turned_away_but_for_health(door: TestClient, host: str) -> None:
    refused = door.get("/", headers={"Host": host})
    assert refused.status_code == 421
    assert "content-security-policy" in refused.headers
    assert door.get("/health", headers={"Host": host}).text == "inside"


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/mcp", "/auth/login", "/oauth2callback"])
def test_what_streamlit_serves_besides_screens_is_closed(door: TestClient, path: str) -> None:
    assert door.get(path).status_code == 404


def test_a_websocket_from_our_page_or_from_no_page_comes_in(door: TestClient) -> None:
    for headers in ({"Host": "pioneer.example.com", "Origin": PUBLIC}, {"Host": "127.0.0.1:8501"}):
        with door.websocket_connect("/_stcore/stream", headers=headers) as websocket:
            assert websocket.receive_text() == "inside"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:3000"},
        {"Host": "evil.example"},
    ],
)
def test_a_websocket_from_another_sites_page_is_refused(door: TestClient, headers: dict[str, str]) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        door.websocket_connect("/_stcore/stream", headers=headers),
    ):
        pass
    assert refused.value.code == 1008


def test_every_answer_carries_the_security_headers(door: TestClient) -> None:
    headers = door.get("/").headers
    rules = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert "unsafe" not in rules["script-src"]
    assert "'sha256-" in rules["script-src"]
    assert (rules["img-src"], rules["connect-src"], rules["frame-ancestors"]) == (
        "'self' data: blob:",
        "'self'",
        "'none'",
    )
    assert headers["strict-transport-security"].startswith("max-age=")
    assert headers["x-content-type-options"] == "nosniff"
