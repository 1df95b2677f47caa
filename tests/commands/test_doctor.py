"""What the doctor looks at, and that nothing which hangs keeps it from saying the rest."""

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from core.access.roles import User
from services.__main__ import main
from services.commands import checks, doctor
from services.commands.checks import Check, Line
from services.context import Context
from services.db.tables.cloud import collections
from services.settings import load
from tests.builders import ACCOUNT


@pytest.fixture
def hung() -> Iterator[threading.Event]:
    """What a check may wait for in vain; it comes when the test is over."""
    never = threading.Event()
    yield never
    never.set()


def test_a_check_that_hangs_holds_no_other_and_is_said_with_the_mend(
    hung: threading.Event, capsys: pytest.CaptureFixture[str]
) -> None:
    def stuck() -> Iterator[Line]:
        yield Line("database", ok=True, says="version 18")
        hung.wait()
        yield Line("schema", ok=True, says="newest")

    met = threading.Barrier(2, timeout=20)  # passed only by two who run at the same time

    def meets(what: str) -> Iterator[Line]:
        met.wait()
        yield Line(what, ok=True, says="answers")

    asked = (
        Check("screens", lambda: meets("screens"), "start them"),
        Check("database", stuck, "see that it is up", seconds=0.05),
        Check("mail", lambda: meets("mail"), "check the SMTP settings"),
    )
    began = time.monotonic()
    assert doctor.told(checks.beside(asked)) == 1
    assert time.monotonic() - began < checks.SECONDS
    assert capsys.readouterr().out.splitlines() == [
        "ok       screens: answers",
        "ok       database: version 18",
        "MISSING  database: no answer within 0.05 s, after what it says of database  -> see that it is up",
        "ok       mail: answers",
    ]


def test_what_is_found_is_told_in_its_order_however_long_each_took(
    capsys: pytest.CaptureFixture[str],
) -> None:
    second_done = threading.Event()

    def first() -> Iterator[Line]:
        assert second_done.wait(20)
        yield Line("first", ok=True, says="slow")

    def second() -> Iterator[Line]:
        yield Line("second", ok=None, says="quick")
        second_done.set()

    assert doctor.told(checks.beside((Check("first", first, ""), Check("second", second, "")))) == 0
    assert capsys.readouterr().out == "ok       first: slow\nnot set  second: quick\n"


def test_a_check_that_fails_unforeseen_is_not_taken_for_well(monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda error: printed.append(str(error.exc_value)))

    def fails() -> Iterator[Line]:
        yield Line("data directory", ok=True, says="there")
        raise OSError("the disk went away")

    *found, last = checks.beside((Check("data directory", fails, "see that its disk answers"),))
    assert [line.ok for line in found] == [True]
    assert (last.ok, last.mend) == (False, "see that its disk answers")
    assert "the error is printed" in last.says
    assert printed == ["the disk went away"]


def test_the_doctor_says_what_is_configured_and_missing_in_a_line_each_with_the_mend(
    tmp_path: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    assert main(["doctor", "--data", str(tmp_path), "--port", "1"]) == 1
    lines = {}
    for line in capsys.readouterr().out.splitlines():
        mark, what, said = re.fullmatch(r"(ok     |not set|MISSING)  ([^:]+): (.+)", line).groups()  # type: ignore[union-attr]
        lines[what] = (mark.strip(), said)
    assert lines["schema"] == ("ok", "newest")
    assert lines["admin"] == ("MISSING", "0 of them  -> run ./pioneer admin create")
    assert lines["screens"][0] == "not set"
    assert lines["inventory"] == ("not set", "never collected")
    assert lines["data directory"][1].startswith(str(tmp_path.resolve()))


def test_the_doctor_tells_ages_by_the_demo_s_clock_and_says_so(
    ctx: Context, tmp_path: Path, database_url: str, admin: User
) -> None:
    with ctx.begin() as db:
        looked = {"account_id": ACCOUNT, "region": "us-east-1", "what": "inventory", "outcome": "complete"}
        at = ctx.now()
        row = insert(collections).values(
            organisation_id=admin.organisation_id, started_at=at, ended_at=at, **looked
        )
        db.execute(row)
    settings = load(PIONEER_DATA=tmp_path, DATABASE_URL=database_url, PORT=1)
    assert "demo's clock" not in {line.what for line in doctor.lines(settings)}
    with ctx.begin() as db:
        db.execute(text("insert into clock_shift (shift) values (interval '36 hours')"))
    lines = {line.what: line.says for line in doctor.lines(settings)}
    assert lines["demo's clock"] == "1 day 12 hours ahead of this machine; times below are by it"
    assert lines["inventory"].endswith(" UTC, 36 hours ago")


def test_the_doctor_says_a_dead_database_in_one_line(tmp_path: Path) -> None:
    settings = load(PIONEER_DATA=tmp_path, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    line = next(line for line in doctor.lines(settings) if line.what == "database")
    assert line.ok is False
    assert "does not answer" in line.says
    assert "DATABASE_URL" in line.mend


@pytest.mark.parametrize("name", doctor.BROWSERS)
def test_the_doctor_finds_the_browser_that_the_journey_drives_under_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert doctor.chromium() is None
    (tmp_path / name).touch(mode=0o755)
    assert doctor.chromium() == str(tmp_path / name)
