"""The company born on a fixed Sunday, and a demo cloud running in its own process."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from services.demo.birth import birthday
from services.demo.company import US, DemoAccount
from services.demo.life import World
from services.demo.world import make

BORN = date(2026, 11, 22)
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def world() -> World:
    """The company on the day it was born."""
    return make(BORN)


@dataclass
class RunningCloud:
    """A demo cloud in a process of its own, over a data directory that outlives it."""

    data: Path
    process: "subprocess.Popen[bytes] | None" = None
    port: int = 0

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PIONEER_")}
        words = ["-m", "services", "cloud", "--port", str(self.port), "--data", str(self.data)]
        self.process = subprocess.Popen([sys.executable, *words], cwd=PROJECT, env=environment)
        until = time.monotonic() + 300  # on a busy machine it fills slowly; one that ended is seen at once
        while not self.ready():
            assert self.process.poll() is None, "the demo cloud ended"
            assert time.monotonic() < until, "the demo cloud did not get ready"
            time.sleep(0.1)

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint}/pioneer/ready", timeout=5) as answer:  # noqa: S310  # our own address
                return bool(json.load(answer)["ready"])
        except OSError:  # nobody there yet, or too busy to answer
            return False

    def end(self, number: int = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(30)
            self.process = None

    def client(self, account: DemoAccount, service: str, region: str = US) -> Any:  # noqa: ANN401  # boto3 has no types
        """A client in an account, through the role that Cloud Pioneer assumes."""
        given = boto3.client("sts", endpoint_url=self.endpoint, region_name=US).assume_role(
            RoleArn=account.role_arn, RoleSessionName="test", ExternalId=account.external_id
        )["Credentials"]
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=region,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )


@pytest.fixture(scope="session")
def clouds() -> Iterator[Callable[[], RunningCloud]]:
    """Makes demo clouds, each on its own data directory, born today; ends them all afterwards."""
    made: list[RunningCloud] = []
    with tempfile.TemporaryDirectory(prefix="pt-cloud-") as folder:

        def make_one() -> RunningCloud:
            made.append(RunningCloud(Path(folder) / str(len(made))))
            made[-1].start()
            return made[-1]

        yield make_one
        for cloud in made:
            cloud.end()


@pytest.fixture(scope="session")
def cloud(clouds: Callable[[], RunningCloud]) -> RunningCloud:
    """One to look at: tests that change it make their own."""
    return clouds()


@pytest.fixture(scope="session")
def born(cloud: RunningCloud) -> World:
    """The company that this cloud serves."""
    return make(birthday(cloud.data, today()))


def today() -> date:
    """The machine's day, UTC."""
    return datetime.now(UTC).date()
