"""The cost screen's first look at a large bill, by the websocket a browser uses, on a web process just started."""

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from _bill import Bill
from _demo import PROJECT, free_port
from _screens import Tab

from core.access.client import Client
from core.access.sessions import cookie_name
from services.usecases import sign_in

LOOKS = 5


@contextmanager
def web(bill: Bill) -> Iterator[str]:
    """Only the screens, on the benchmark's installation."""
    port = free_port()
    words = ["-m", "services", "web", "--data", str(bill.ctx.settings.data), "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, *words], cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        healthy = False
        while not healthy:
            if process.poll() is not None:
                raise SystemExit(f"the web process ended with status {process.returncode}")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1) as answer:
                    healthy = bool(json.load(answer))
            except OSError:
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def first_paints(bill: Bill) -> list[float]:
    """Seconds of the first run of the cost screen, each on a process that nobody asked anything before."""
    found = []
    for _ in range(LOOKS):
        ticket = sign_in.issue_ticket(bill.ctx, bill.user)
        token = sign_in.redeem_ticket(bill.ctx, ticket, Client("127.0.0.1", "benchmark"))
        with web(bill) as url:
            found.append(asyncio.run(_look(url, f"{cookie_name(secure=False)}={token}")))
    return found


async def _look(url: str, cookie: str) -> float:
    tab = await Tab.connect(url, cookie)
    seconds = await tab.run("costs")
    if tab.failed:
        raise SystemExit("the cost screen shows an exception")
    await tab.close()
    return seconds
