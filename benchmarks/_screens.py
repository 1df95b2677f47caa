"""A browser tab without a browser: speaks Streamlit's websocket protocol and times each run of a screen."""

import math
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.access.client import Client
from core.access.sessions import cookie_name
from services.bootstrap import open_context
from services.db.stores import access
from services.demo.company import DEMO_USERS
from services.settings import load
from services.usecases import sign_in

SCREENS = ("overview", "costs", "recommendations", "resources", "schedules", "actions", "connections")


def cookies(data: str, count: int) -> list[str]:
    """`count` sign-ins of the demo's operator, each as a Cookie header."""
    ctx = open_context(load(PIONEER_DATA=data, PIONEER_MODE="demo"))
    operator = next(user for user in DEMO_USERS if user.email.startswith("operator"))
    with ctx.begin() as db:
        member = access.by_email(db, operator.email)
    if member is None:
        raise SystemExit("the demo has no operator")
    made = []
    for _ in range(count):
        ticket = sign_in.issue_ticket(ctx, member.user)
        token = sign_in.redeem_ticket(ctx, ticket, Client("127.0.0.1", "benchmark"))
        made.append(f"{cookie_name(secure=False)}={token}")
    ctx.engine.dispose()
    return made


def web_below(parent: int) -> int | None:
    """The web process that a demo started; None where there is no /proc."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it may end while we look
            words = (process / "cmdline").read_bytes().split(b"\0")
            if words[1:4] == [b"-m", b"services", b"web"] and _stat(int(process.name))[1] == str(parent):
                return int(process.name)
    return None


def cpu_seconds(pid: int | None) -> float:
    """CPU time a process took so far, in seconds; not a number where that is unknown."""
    if pid is None:
        return math.nan
    user, system = _stat(pid)[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """What follows the name in /proc/PID/stat: state, parent, ...; see proc(5)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


@dataclass
class Tab:
    """One open tab."""

    socket: websockets.ClientConnection
    hashes: dict[str, str]
    where: str = ""
    failed: int = 0

    @classmethod
    async def open(cls, url: str, cookie: str) -> "Tab":
        """Connect with a signed-in cookie and load the first screen."""
        tab = await cls.connect(url, cookie)
        await tab.run("")
        return tab

    @classmethod
    async def connect(cls, url: str, cookie: str) -> "Tab":
        """Connect with a signed-in cookie; nothing is shown yet."""
        address = url.replace("http://", "ws://") + "/_stcore/stream"
        socket = await websockets.connect(
            address,
            additional_headers={"Cookie": cookie},
            origin=url,
            subprotocols=["streamlit"],
            max_size=None,
        )
        return cls(socket, {})

    async def run(self, screen: str) -> float:
        """Show a screen (by its path), or the present one again; seconds until its script has finished."""
        message = BackMsg()
        message.rerun_script.query_string = ""
        if screen in self.hashes:
            message.rerun_script.page_script_hash = self.hashes[screen]
        else:
            message.rerun_script.page_name = screen
        began = time.monotonic()
        await self.socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(bytes(await self.socket.recv()))
            kind = answer.WhichOneof("type")
            if kind == "navigation":
                self.hashes |= {
                    page.url_pathname: page.page_script_hash for page in answer.navigation.app_pages
                }
            if kind == "delta" and answer.delta.new_element.WhichOneof("type") == "exception":
                self.failed += 1
            if kind == "script_finished" and answer.script_finished in (
                ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY,
                ForwardMsg.ScriptFinishedStatus.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
            ):
                self.where = screen
                return time.monotonic() - began

    async def close(self) -> None:
        """Close the tab."""
        await self.socket.close()
