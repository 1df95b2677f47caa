"""A demo of our own to measure: started on a free port with a data directory that goes with it."""

import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


@dataclass
class Demo:
    """A running demo."""

    url: str
    data: Path
    seconds_to_healthy: float
    process: "subprocess.Popen[bytes]"


def free_port() -> int:
    """A loopback port nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(data: Path, *, ready: str = "is ready at") -> Iterator[Demo]:
    """Start `./pioneer demo` on `data`; yield once it printed `ready`; stop it as Ctrl-C would."""
    port = free_port()
    words = [
        sys.executable,
        "-m",
        "services",
        "demo",
        "--no-browser",
        "--port",
        str(port),
        "--data",
        str(data),
    ]
    began = time.monotonic()
    process = subprocess.Popen(words, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        healthy = 0.0
        while not healthy:
            if process.poll() is not None:
                raise SystemExit(f"the demo ended with status {process.returncode}")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1) as answer:
                    healthy = time.monotonic() - began if json.load(answer) else 0.0
            except OSError:
                time.sleep(0.05)
        for line in process.stdout or ():
            if ready.encode() in line:
                break
        yield Demo(f"http://127.0.0.1:{port}", data, healthy, process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


@contextmanager
def fresh_data() -> Iterator[Path]:
    """A directory that is deleted afterwards."""
    path = Path(tempfile.mkdtemp(prefix="pioneer-bench-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def quantile(values: list[float], share: float) -> float:
    """The value below which `share` of the sorted values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
