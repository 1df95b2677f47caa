"""What the demo refuses, and how its clock is told."""

import argparse
import re
import socket
from pathlib import Path

import pytest
from sqlalchemy import text

from core.access.roles import Role
from core.errors import Conflict, Invalid
from services.commands import configuration, demo, serving
from services.context import Context
from services.db.stores import jobs
from services.demo.company import DEMO_USERS
from services.settings import load


def test_the_demo_keeps_out_of_a_directory_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(Invalid, match="not a demo"):
        demo.refuse_foreign(tmp_path)
    words = argparse.Namespace(words=[], data=tmp_path, reset=True, port=None, no_browser=True)
    with pytest.raises(Invalid):
        demo.run(words)
    assert (tmp_path / "thesis.txt").exists()


def test_starting_over_empties_the_directory_of_a_demo(tmp_path: Path) -> None:
    configuration.mark(tmp_path, "", 8501)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "web.log").touch()
    demo.reset(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["up", "web", "api", "worker", "migrate", "admin"])
def test_nothing_real_is_served_from_a_demo_s_directory(tmp_path: Path, command: str) -> None:
    configuration.mark(tmp_path, "http://127.0.0.1:1", 8599)
    with pytest.raises(Invalid, match="holds the demo"):
        configuration.settings_of(argparse.Namespace(command=command, data=tmp_path))


def test_a_bill_given_to_a_demo_s_directory_goes_to_the_demo(tmp_path: Path) -> None:
    configuration.mark(tmp_path, "http://127.0.0.1:1", 8599)
    settings = configuration.settings_of(argparse.Namespace(command="ingest", data=tmp_path))
    assert settings.demo
    assert (settings.aws_endpoint_url, settings.port) == ("http://127.0.0.1:1", 8599)


def test_a_clock_that_is_ahead_is_said_at_the_next_start(
    ctx: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    demo.say_clock(ctx)
    assert capsys.readouterr().err == ""
    with ctx.begin() as db:
        db.execute(text("insert into clock_shift (shift) values (interval '56 hours')"))
    demo.say_clock(ctx)
    assert capsys.readouterr().err == "  The demo's clock is 2 days 8 hours ahead of this machine.\n"


def test_a_first_start_that_was_cut_short_is_said(ctx: Context, capsys: pytest.CaptureFixture[str]) -> None:
    with ctx.begin() as db:
        jobs.request(db, demo.FIRST_JOBS, ctx.now())
    demo.say_unfinished(ctx)
    assert "Still to be done" in (told := capsys.readouterr().err)
    assert all(name in told for name in demo.FIRST_JOBS)
    with ctx.begin() as db:
        db.execute(text("update job set succeeded_at = now()"))
    demo.say_unfinished(ctx)
    assert capsys.readouterr().err == ""


def test_two_cannot_own_one_data_directory(tmp_path: Path) -> None:
    with (
        serving.sole_owner(tmp_path),
        pytest.raises(Conflict, match="already runs"),
        serving.sole_owner(tmp_path),
    ):
        pass


def test_a_taken_port_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Conflict, match=str(port)):
            serving.refuse_taken_port("127.0.0.1", port)


def test_an_ipv6_address_is_written_as_a_url_wants_it() -> None:
    assert serving.address(load(HOST="::1", PORT=8501)) == "http://[::1]:8501"


def test_the_demo_prints_its_url_every_sign_in_and_what_to_look_at_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    demo.welcome(load(PORT=8599, PIONEER_MODE="demo"), 7.4)
    said = capsys.readouterr().out
    assert "Cloud Pioneer is ready at http://localhost:8599  (7 s)" in said
    assert {role for user in DEMO_USERS for role in [user.role]} == set(Role)
    for user in DEMO_USERS:
        assert re.search(rf"^  {user.email} +{user.password} ", said, re.MULTILINE)
    first = said.partition("Look first at\n")[2]
    assert all(screen in first for screen in ("Overview", "Recommendations", "Resources"))
