"""An installation of one's own from the terminal: its schema, its first admin, its processes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from alembic import command

from core.access.client import Client
from core.access.roles import Role
from services.__main__ import main
from services.context import Context
from services.db import database, migrate
from services.settings import PROJECT
from services.usecases import sign_in

PATIENCE = 400
"""Seconds: on a busy machine it is the machine that is waited for."""
PASSWORD = "basalt lantern 41 fjord"


def test_an_old_schema_is_not_served_and_migrate_brings_it_up(
    database_url: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    engine = database.connect(database_url)
    with database.begin(engine) as db:
        command.downgrade(migrate.config(db), "base")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    monkeypatch.setenv("PIONEER_ADMIN_PASSWORD", PASSWORD)
    for words in (
        ["up", "--no-browser", "--port", port],
        ["ingest", __file__],
        ["costs"],
        ["admin", "create", "--email", "boss@example.com"],
        ["job", "collect-inventory"],
    ):
        assert main([*words, "--data", str(data_dir)]) == 2
        assert "./pioneer migrate" in capsys.readouterr().err
    for told in ("(was: empty).", "as it was."):
        assert main(["migrate", "--data", str(data_dir)]) == 0
        assert capsys.readouterr().out.strip().endswith(told)
    assert not migrate.pending(engine)
    engine.dispose()


def test_what_only_looks_makes_no_data_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    missing = tmp_path / "typo"
    for words, status, said in (
        (["up", "--no-browser"], 2, f"./pioneer migrate --data {missing}"),
        (["costs"], 1, f"No bill is loaded in {missing}"),
    ):
        assert main([*words, "--data", str(missing)]) == status
        assert said in capsys.readouterr().err
        assert not missing.exists()


def test_the_first_admin_is_made_from_the_terminal_and_its_password_is_no_argument(
    ctx: Context, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    words = ["admin", "create", "--email", "Boss@example.com", "--data", str(ctx.settings.data)]
    assert main(words) == 2
    assert "PIONEER_ADMIN_PASSWORD" in capsys.readouterr().err
    monkeypatch.setenv("PIONEER_ADMIN_PASSWORD", "short")
    assert main(words) == 2
    assert "at least 12 characters" in capsys.readouterr().err
    monkeypatch.setenv("PIONEER_ADMIN_PASSWORD", PASSWORD)
    assert main(words) == 0
    assert capsys.readouterr().out == "boss@example.com is an admin now and can sign in.\n"
    assert sign_in.log_in(ctx, "boss@example.com", PASSWORD, Client("::1", "")).roles == {Role.ADMIN}


def test_up_serves_screens_and_api_beside_a_worker_starts_again_what_dies_and_ends_with_ctrl_c(
    database_url: str, data_dir: Path, tmp_path: Path
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["up", "--no-browser", "--port", str(port), "--data", str(data_dir)]
    with (tmp_path / "said").open("w") as said:
        up = psutil.Popen(
            [sys.executable, "-m", "services", *words],
            cwd=PROJECT,
            env={**os.environ, "DATABASE_URL": database_url, "PYTHONPATH": str(PROJECT)},
            stdout=said,
            stderr=subprocess.STDOUT,
        )

    def parts() -> dict[str, psutil.Process]:
        found = {}
        for each in up.children():
            with suppress(psutil.Error, IndexError):  # one that has just ended has no words any more
                found[each.cmdline()[3]] = each
        return found

    def alive(process: psutil.Process) -> bool:
        with suppress(psutil.NoSuchProcess):  # one that nobody has asked about yet is a zombie, and has ended
            return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
        return False

    def healthy(path: str = "/health") -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return json.load(answer)["status"] == "ok"
        except (OSError, ValueError):
            return False

    def wait_for_web(gone: int = 0) -> psutil.Process:
        end = time.monotonic() + PATIENCE
        while not ((web := parts().get("web")) and web.pid != gone and healthy()):
            assert up.is_running(), (tmp_path / "said").read_text()
            assert time.monotonic() < end, (tmp_path / "said").read_text()
            time.sleep(0.1)
        return web

    try:
        web = wait_for_web()
        assert healthy("/api/health")
        assert "worker" in parts()
        assert "./pioneer admin create" in (tmp_path / "said").read_text()
        web.send_signal(signal.SIGKILL)
        wait_for_web(gone=web.pid)
        left = [up, *up.children(recursive=True)]
        up.send_signal(signal.SIGINT)
        assert up.wait(PATIENCE) == 0
        assert not [each for each in left if alive(each)]
        assert (tmp_path / "said").read_text().endswith("Stopped. Nothing was lost.\n")
    finally:
        for each in (*up.children(recursive=True), up) if up.is_running() else ():
            each.kill()


def test_the_api_alone_answers_at_the_root_and_ends_when_it_is_asked_to(
    database_url: str, data_dir: Path
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    alone = subprocess.Popen(
        [sys.executable, "-m", "services", "api", "--port", str(port), "--data", str(data_dir)],
        cwd=PROJECT,
        env={**os.environ, "DATABASE_URL": database_url, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def status(path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            refused.close()
            return refused.code
        except OSError:
            return 0

    try:
        end = time.monotonic() + PATIENCE
        while not status("/health"):
            assert alone.poll() is None
            assert time.monotonic() < end
            time.sleep(0.1)
        found = {path: status(path) for path in ("/health", "/openapi.json", "/resources", "/api/health")}
        assert found == {"/health": 200, "/openapi.json": 200, "/resources": 401, "/api/health": 404}
        alone.terminate()
        assert alone.wait(PATIENCE) in {0, 128 + signal.SIGTERM, -signal.SIGTERM}
    finally:
        alone.kill()
        alone.wait()
