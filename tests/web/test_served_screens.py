"""A fresh server process, asked as a browser asks: nothing is shown to who is not signed in, not by deep link, not in a fragment, not after a revocation."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, insert, make_url, text
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from core.access.client import Client
from core.access.roles import Role, User
from services.bootstrap import open_context
from services.context import Context
from services.db.stores import access
from services.db.tables.cloud import accounts, resources
from services.settings import PROJECT, Settings
from services.usecases import sign_in

PAGES = sorted(path.stem for path in (PROJECT / "pages").glob("[a-z]*.py"))
CANARY = "canary-in-the-inventory"
HERE = Client("127.0.0.1", "Firefox on Linux")
SECRET = "k" * 16 + "0123456789abcdef" * 2
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running web process, and a context on its database."""

    port: int
    ctx: Context
    person: User
    log: Path

    def cookie(self) -> str:
        ticket = sign_in.issue_ticket(self.ctx, self.person)
        return sign_in.redeem_ticket(self.ctx, ticket, HERE)

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            refused.close()
            return refused.code
        except OSError:
            return 0

    def tab(self, token: str | None = None, origin: str | None = None) -> ClientConnection:
        """A browser tab's connection."""
        return connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            origin=origin or f"http://127.0.0.1:{self.port}",
            subprotocols=["streamlit"],
            additional_headers={} if token is None else {"Cookie": f"pioneer={token}"},
            max_size=None,
        )


def ask(tab: ClientConnection, page: str, fragment: str = "") -> None:
    """Ask for a page, or for one of its fragments."""
    asked = BackMsg()
    asked.rerun_script.page_name = page
    asked.rerun_script.fragment_id = fragment
    tab.send(asked.SerializeToString())


def run(tab: ClientConnection, page: str, fragment: str = "") -> tuple[bytes, list[ForwardMsg]]:
    """The same, and all that comes until the run has ended."""
    ask(tab, page, fragment)
    return rest(tab)


def rest(tab: ClientConnection) -> tuple[bytes, list[ForwardMsg]]:
    """All that comes until the run has ended."""
    raw, messages = b"", []
    while True:
        frame = tab.recv(timeout=PATIENCE_SECONDS)
        assert isinstance(frame, bytes)
        raw += frame
        messages.append(ForwardMsg.FromString(frame))
        ended = messages[-1].WhichOneof("type") == "script_finished"
        if ended and messages[-1].script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return raw, messages


def test_the_screens_that_are_asked_for_below_exist() -> None:
    assert {"overview", "costs", "resources", "live"} <= set(PAGES)


@pytest.fixture(scope="module")
def server(template: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    base, source = template
    name = f"served_{uuid4().hex}"
    owner = create_engine(base, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f"create database {name} template {source}"))
    url = make_url(base).set(database=name).render_as_string(hide_password=False)
    data = tmp_path_factory.mktemp("served")
    ctx = open_context(Settings(DATABASE_URL=url, PIONEER_DATA=data, SECRET_KEY=SECRET))
    person = _seed(ctx)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    log = (data / "web.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "services", "web", "--port", str(port), "--data", str(data)],
        cwd=data,  # from any directory, also one without .streamlit
        env=os.environ | {"DATABASE_URL": url, "SECRET_KEY": SECRET, "PYTHONPATH": str(PROJECT)},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    made = Server(port, ctx, person, Path(log.name))
    try:
        _await(made, process)
        yield made
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)
        log.close()
        ctx.warehouse.close()
        ctx.engine.dispose()
        with owner.connect() as connection:
            connection.execute(text(f"drop database {name} with (force)"))
        owner.dispose()


def _await(server: Server, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while server.status("/health") != 200:
        assert process.poll() is None, server.log.read_text()
        assert time.monotonic() < end, server.log.read_text()
        time.sleep(0.1)


def _seed(ctx: Context) -> User:
    at = datetime.now(UTC)
    user = User(uuid4(), uuid4(), "admin@example.com", "Ada Admin", frozenset({Role.ADMIN}))
    with ctx.begin() as db:
        access.add_organisation(db, user.organisation_id, "Acme", at)
        access.add(db, user, password_hash=None, status="active", at=at)
        db.execute(
            insert(accounts).values(
                organisation_id=user.organisation_id,
                id="111122223333",
                name="Production",
                external_id="x",
                regions=["us-east-1"],
                status="connected",
                created_at=at,
            )
        )
        db.execute(
            insert(resources).values(
                organisation_id=user.organisation_id,
                id="i-0canary",
                kind="instance",
                account_id="111122223333",
                region="us-east-1",
                name=CANARY,
                state="running",
                tags={},
                details={"type": "m5.large", "zone": "us-east-1a"},
                created_at=at,
                first_seen_at=at,
                last_seen_at=at,
            )
        )
    return user


@pytest.mark.parametrize(
    "page", ["resources", *(page for page in PAGES if page != "resources"), "", "nothing"]
)
def test_a_deep_link_without_a_session_shows_the_gate_and_no_data(server: Server, page: str) -> None:
    for token in (None, "made-up"):
        with server.tab(token) as tab:
            raw, messages = run(tab, page)
        assert any(message.HasField("page_config_changed") for message in messages), (
            "Home.py runs before any page"
        )
        assert b"Password" in raw
        assert CANARY.encode() not in raw
        assert b"Ada Admin" not in raw


@pytest.mark.parametrize("page", ["resources", "live"])
def test_the_same_page_shows_its_data_to_who_is_signed_in(server: Server, page: str) -> None:
    with server.tab(server.cookie()) as tab:
        raw, _ = run(tab, page)
    assert CANARY.encode() in raw
    assert b"Traceback" not in raw


def test_an_address_that_is_no_screens_is_answered_in_our_words(server: Server) -> None:
    with server.tab(server.cookie()) as tab:
        raw, messages = run(tab, "nothing")
    assert b"There is no such screen" in raw
    assert not [each for each in messages if each.HasField("page_not_found")]


def test_a_tab_that_stays_open_shows_nothing_more_once_its_session_was_revoked(server: Server) -> None:
    token = server.cookie()
    with server.tab(token) as tab:
        _, messages = run(tab, "live")
        fragments = [message.auto_rerun.fragment_id for message in messages if message.HasField("auto_rerun")]
        assert fragments, "the live page refreshes in fragments"
        sign_in.log_out(server.ctx, token)
        raw, _ = run(tab, "live", fragments[0])
        assert CANARY.encode() not in raw
        assert b"Password" in raw, "the fragment that lost its user brings the gate"
        raw, _ = run(tab, "resources")
        assert CANARY.encode() not in raw
        assert b"Password" in raw


def waiting(tab: ClientConnection) -> tuple[list[int], str]:
    """The next word that a screen is being made: where it stands, and its HTML."""
    while True:
        frame = tab.recv(timeout=PATIENCE_SECONDS)
        assert isinstance(frame, bytes)
        message = ForwardMsg.FromString(frame)
        assert not message.HasField("script_finished")
        if (body := message.delta.new_element.html.body).startswith("<div class='pioneer-waiting'"):
            return list(message.metadata.delta_path), body


def test_a_slow_screen_says_that_it_is_being_made_until_it_is(server: Server) -> None:
    with server.tab(server.cookie()) as tab, server.ctx.engine.connect() as other:
        run(tab, "profile")
        for words, shape in (("Loading Resources", "boxes"), ("Updating Resources", "line")):
            other.execute(text("lock table resource in access exclusive mode"))
            ask(tab, "resources")
            place, body = waiting(tab)
            assert "role='status'>" in body
            assert words in body
            assert f"pioneer-{shape}" in body
            other.rollback()
            _, messages = rest(tab)
            there = [each.delta.new_element for each in messages if list(each.metadata.delta_path) == place]
            assert [each.WhichOneof("type") for each in there] == ["empty"], "it leaves nothing behind"


def test_a_fragment_says_nothing_of_a_screen_being_made(server: Server) -> None:
    with server.tab(server.cookie()) as tab:
        _, messages = run(tab, "live")
        fragment = next(each.auto_rerun.fragment_id for each in messages if each.HasField("auto_rerun"))
        raw, _ = run(tab, "live", fragment)
    assert b"pioneer-waiting" not in raw


def test_another_sites_page_cannot_open_a_tab(server: Server) -> None:
    with pytest.raises(InvalidStatus) as refused:
        server.tab(server.cookie(), origin="https://evil.example")
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/health", 200),
        ("/api/health", 200),
        ("/api/openapi.json", 200),
        ("/api/resources", 401),
        ("/_stcore/metrics", 404),
    ],
)
def test_screens_and_api_share_one_origin(server: Server, path: str, status: int) -> None:
    assert server.status(path) == status


def test_the_first_screen_can_be_called_by_name(server: Server) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/overview?tag=x", timeout=5) as answer:
        assert answer.url.endswith(f"{server.port}/?tag=x")


def test_the_log_is_one_json_object_a_line_and_holds_no_token(server: Server) -> None:
    token = server.cookie()
    with server.tab(token) as tab:
        run(tab, "overview")
    lines = server.log.read_text().splitlines()
    assert all(json.loads(line)["message"] for line in lines)
    assert token not in "".join(lines)
