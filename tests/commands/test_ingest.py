"""`./pioneer ingest` as it is typed: what it prints, what it refuses and with which status, and how it says how far it is."""

import io
import json
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from core.figures import MINUS
from services.__main__ import main
from services.context import Context
from tests.bills import a_bill, a_line

SOURCE = "AWS:111111111111"
Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(terminal: Context, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Runs a command; answers its status, what it printed, and what it said beside that."""
    assert terminal

    def run(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main([str(word) for word in words])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def billed(typed: Typed) -> list[tuple[str, str]]:
    """What stands, a month, asked of `./pioneer costs`."""
    _, out, _ = typed("costs", "--by", "month", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    return [(row["month"], row["cost"]) for row in rows]


def test_rows_and_totals_a_month_are_printed_and_the_same_file_again_is_unchanged(
    typed: Typed, tmp_path: Path
) -> None:
    lines = [a_line(cost="1.50"), a_line(cost="2", ListCost=""), a_line(cost="-0.25", day="2026-04-01")]
    bill = a_bill(tmp_path / "bill.csv", [each | {"Mood": "sunny"} for each in lines])
    status, out, _ = typed("ingest", bill)
    assert status == 0
    march, april = out.split("2026-04")
    assert march.splitlines() == [
        f"2026-03  {SOURCE}  loaded  2 rows",
        "    BilledCost      $3.50",
        "    EffectiveCost   $3.50",
        "    ListCost        $1.50",
        "    ContractedCost  $3.50",
        "    columns kept aside in x_Other: Mood",
    ]
    assert april.splitlines()[:2] == [f"  {SOURCE}  loaded  1 rows", f"    BilledCost      {MINUS}$0.25"]
    status, again, _ = typed("ingest", bill)
    assert status == 0
    assert [line for line in again.splitlines() if line.startswith("2026")] == [
        f"2026-03  {SOURCE}  unchanged  2 rows",
        f"2026-04  {SOURCE}  unchanged  1 rows",
    ]
    assert billed(typed) == [("2026-03", "3.5"), ("2026-04", "-0.25")]


def test_a_restated_month_says_what_changed_and_by_how_much(typed: Typed, tmp_path: Path) -> None:
    typed("ingest", a_bill(tmp_path / "old.csv", [a_line(cost="10")]))
    newer = a_bill(tmp_path / "new.csv", [a_line(cost="12.5"), a_line(cost="1", ResourceId="i-2")])
    status, out, _ = typed("ingest", newer)
    assert (status, out.splitlines()[0]) == (0, f"2026-03  {SOURCE}  replaced  2 rows")
    assert "    before: 1 rows; changed: BilledCost +$3.50, " in out
    ec2 = "Usage Amazon Elastic Compute Cloud"
    assert f"      changed: {ec2}, +0 lines, BilledCost +$2.50, " in out
    assert f"      new: {ec2}, +1 lines, BilledCost +$1.00, " in out


def test_a_month_that_would_lose_more_than_a_fifth_is_refused_unless_it_is_meant(
    typed: Typed, tmp_path: Path
) -> None:
    typed("ingest", a_bill(tmp_path / "old.csv", [a_line(cost="100")]))
    less = a_bill(tmp_path / "less.csv", [a_line(cost="79")])
    status, out, err = typed("ingest", less)
    assert (status, out) == (2, "")
    assert f"billed cost $100.00 to $79.00 ({MINUS}$21.00)" in err
    assert "--replace" in err
    assert billed(typed) == [("2026-03", "100")]
    status, out, _ = typed("ingest", "--replace", less)
    assert (status, out.splitlines()[0]) == (0, f"2026-03  {SOURCE}  replaced  1 rows")
    assert billed(typed) == [("2026-03", "79")]


def test_the_format_and_the_source_may_be_said(typed: Typed, tmp_path: Path) -> None:
    bill = a_bill(tmp_path / "bill.csv", [a_line()])
    status, _, err = typed("ingest", "--format", "cur2", bill)
    assert (status, err.count("bill.csv, row 1: ")) == (2, 1)
    assert billed(typed) == []
    status, out, _ = typed("ingest", "--format", "focus", "--source", "finance", bill)
    assert (status, out.splitlines()[0]) == (0, "2026-03  finance  loaded  1 rows")


def test_a_bad_file_is_one_sentence_with_file_and_row_and_the_good_ones_go_in(
    typed: Typed, tmp_path: Path
) -> None:
    typed("ingest", a_bill(tmp_path / "old.csv", [a_line(cost="7")]))
    bad = a_bill(tmp_path / "bad.csv", [a_line(cost="7"), a_line(cost="many")])
    status, out, err = typed("ingest", bad)
    assert (status, out) == (2, "")
    assert err.count("bad.csv, row 3: BilledCost 'many' is no number") == 1
    assert billed(typed) == [("2026-03", "7")]
    good = a_bill(tmp_path / "good.csv", [a_line(cost="4", day="2026-04-01")])
    status, out, err = typed("ingest", bad, good)
    assert (status, out.splitlines()[0]) == (2, f"2026-04  {SOURCE}  loaded  1 rows")
    assert "bad.csv, row 3: " in err
    assert billed(typed) == [("2026-03", "7"), ("2026-04", "4")]


class Terminal(io.StringIO):
    """Where somebody watches."""

    def isatty(self) -> bool:
        return True


def test_how_far_it_is_is_said_line_by_line_in_a_log_and_in_one_line_to_who_watches(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = ["Looking at 1 file", "Reading bill.csv", f"Writing 2026-03 of {SOURCE}: 1 rows", "Publishing"]
    _, _, log = typed("ingest", a_bill(tmp_path / "bill.csv", [a_line()]))
    assert [next(step for step in steps if line.startswith(step)) for line in log.splitlines()[:4]] == steps
    watched = Terminal()
    monkeypatch.setattr(sys, "stderr", watched)
    assert main(["ingest", str(a_bill(tmp_path / "bill.csv", [a_line(cost="2")]))]) == 0
    written = watched.getvalue()
    assert "\n" not in written
    begun = [each for each in written.split("\r\x1b[2K") if each]
    assert [next(step for step in steps if each.startswith(step)) for each in begun[:4]] == steps
    assert written.endswith("\r\x1b[2K")


def test_a_command_s_data_is_where_it_is_told(
    typed: Typed, tmp_path: Path, data_dir: Path, terminal: Context
) -> None:
    there = data_dir / "there"
    bill = a_bill(tmp_path / "bill.csv", [a_line(cost="5")])
    assert typed("ingest", "--data", there, bill)[0] == 0
    assert list((there / "warehouse").rglob("*.parquet"))
    assert not list((terminal.settings.data / "warehouse").rglob("*.parquet"))
    status, out, _ = typed("costs", "--json", "--data", there)
    assert (status, Decimal(json.loads(out)["cost"])) == (0, Decimal(5))
