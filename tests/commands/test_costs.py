"""The totals that the bills' publishers give come back from the terminal, to the last digit."""

import csv
import gzip
import json
import os
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from core.errors import Invalid
from services.__main__ import UNREAD, main, parser
from services.commands import costs as command
from services.context import Context
from services.usecases import ingest
from tests.bills import DATA, FOCUS_SAMPLE, MYBINDER, a_bill, a_line

Said = Callable[..., list[dict[str, object]]]
CUR_SAMPLE = DATA / "aws_cur_legacy_sample.csv"
FOCUS_TOTALS = {
    "billed": "20.52022672899",
    "effective": "14.97651418586",
    "list": "20.39090575119",
    "contracted": "14.97626039326",
}


def asked(*words: str) -> int:
    """Run `./pioneer costs` in this process."""
    return command.run(parser().parse_args(["costs", *words]))


@pytest.fixture
def said(terminal: Context, capsys: pytest.CaptureFixture[str]) -> Said:
    """What `./pioneer costs --json` prints."""
    assert terminal

    def run(*words: str) -> list[dict[str, object]]:
        capsys.readouterr()
        assert asked("--json", *words) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def test_the_focus_sample_s_totals_come_back_exactly(
    terminal: Context, organisation_id: UUID, said: Said
) -> None:
    ingest.files(terminal, organisation_id, [FOCUS_SAMPLE])
    for cost, total in FOCUS_TOTALS.items():
        [row] = said("--cost", cost)
        assert (row["currency"], row["cost"]) == ("USD", total)
    assert said() == [{"currency": "USD", "cost": "20.52022672899"}]
    assert said("--month", "2024-09") == [{"currency": "USD", "cost": "20.28022672899"}]
    assert said("--by", "month", "--filter", "provider=Oracle") == [
        {"month": "2024-09", "currency": "USD", "cost": "0.29707392473"},
        {"month": "2024-10", "currency": "USD", "cost": "0.24"},
    ]
    rows = said("--by", "service", "--by", "region", "--top", "5")
    assert sum(Decimal(str(row["cost"])) for row in rows) == Decimal(FOCUS_TOTALS["billed"])
    assert (len(rows), rows[-1]["service"], "other" in rows[-1]) == (6, None, True)


def test_mybinder_s_total_comes_back_exactly(terminal: Context, organisation_id: UUID, said: Said) -> None:
    ingest.files(terminal, organisation_id, [MYBINDER])
    assert said("--cost", "billed") == [{"currency": "USD", "cost": "110623.6557490000003130955"}]
    assert said("--cost", "list") == [{"currency": "USD", "cost": None, "unknown_lines": 2602}]
    days = said("--by", "day", "--month", "2018-02")
    assert [row["day"] for row in days][:3] == ["2018-02-01", "2018-02-02", "2018-02-04"]


def test_the_older_report_s_total_comes_back_exactly(
    terminal: Context, organisation_id: UUID, said: Said
) -> None:
    ingest.files(terminal, organisation_id, [CUR_SAMPLE])
    assert said("--cost", "billed", "--month", "2023-11") == [{"currency": "USD", "cost": "1.6823086974"}]


def test_a_line_is_written_to_the_letter(
    terminal: Context, organisation_id: UUID, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lines = [
        a_line(cost="12.345678901"),
        a_line(cost="1e2", ServiceName="AWS Lambda"),
        a_line(cost="7", ServiceName="AWS Lambda", SubAccountId="333333333333"),
        a_line(cost="-1.50", day="2026-04-01"),
    ]
    ingest.files(terminal, organisation_id, [a_bill(tmp_path / "b.csv", lines)])
    capsys.readouterr()
    words = [
        "--by",
        "service",
        "--month",
        "2026-03",
        "--cost",
        "billed",
        "--filter",
        "account=222222222222",
        "--json",
    ]
    assert main(["costs", *words, "--data", str(terminal.settings.data)]) == 0
    assert capsys.readouterr().out == (
        '{"service": "AWS Lambda", "currency": "USD", "cost": "100"}\n'
        '{"service": "Amazon Elastic Compute Cloud", "currency": "USD", "cost": "12.345678901"}\n'
    )


def test_credits_refunds_and_tax_are_in_or_out(
    terminal: Context, organisation_id: UUID, said: Said, tmp_path: Path
) -> None:
    lines = [
        a_line(cost="100"),
        a_line(cost="-10", ChargeCategory="Credit"),
        a_line(cost="-5", ChargeClass="Correction"),
        a_line(cost="20", ChargeCategory="Tax"),
    ]
    ingest.files(terminal, organisation_id, [a_bill(tmp_path / "b.csv", lines)])
    for words, cost in (
        ((), "105"),
        (["--no-credits"], "115"),
        (["--no-refunds"], "110"),
        (["--no-tax"], "85"),
    ):
        assert said(*words) == [{"currency": "USD", "cost": cost}]


def test_what_is_absent_is_null_and_currencies_are_apart(
    terminal: Context, organisation_id: UUID, said: Said, tmp_path: Path
) -> None:
    lines = [
        a_line(cost="0.00000012"),
        a_line(cost="10", Tags="", ChargeCategory="Tax"),
        a_line(cost="100", BillingCurrency="EUR"),
        a_line(cost="-3", ChargeCategory="Credit"),
    ]
    ingest.files(terminal, organisation_id, [a_bill(tmp_path / "b.csv", lines)])
    assert said("--by", "tag:team", "--no-credits") == [
        {"tag:team": "checkout", "currency": "EUR", "cost": "100"},
        {"tag:team": None, "currency": "USD", "cost": "10"},
        {"tag:team": "checkout", "currency": "USD", "cost": "0.00000012"},
    ]
    assert said("--no-tax", "--filter", "account=222222222222", "--filter", "tag:team!=")[1:] == [
        {"currency": "USD", "cost": "-2.99999988"}
    ]


def test_a_table_is_for_people(
    terminal: Context, organisation_id: UUID, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lines = [
        a_line(cost="2.5"),
        a_line(cost="1", ServiceName="\x1b[31mred"),
        a_line(cost="0.1", ServiceName=""),
    ]
    ingest.files(terminal, organisation_id, [a_bill(tmp_path / "b.csv", lines)])
    capsys.readouterr()
    assert asked("--by", "service") == 0
    heading, *lines = capsys.readouterr().out.splitlines()
    assert heading == "Billed cost in USD, billing month 2026-03"
    rows = [line.rsplit(maxsplit=1) for line in lines if line]
    assert rows == [
        ["service", "USD"],
        ["Amazon Elastic Compute Cloud", "2.5"],
        ["\N{REPLACEMENT CHARACTER}[31mred", "1"],
        ["no service", "0.1"],
        ["total", "3.6"],
    ]


def test_a_table_says_of_which_months_which_cost_in_which_currency_it_is(
    terminal: Context, organisation_id: UUID, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lines = [
        a_line(cost="2.5"),
        a_line(cost="1", day="2026-04-01"),
        a_line(cost="0.5", BillingCurrency="EUR", ListCost=""),
    ]
    ingest.files(terminal, organisation_id, [a_bill(tmp_path / "b.csv", lines)])
    capsys.readouterr()
    assert asked() == 0
    usd, euro = (table.splitlines() for table in capsys.readouterr().out.strip().split("\n\n"))
    assert usd == ["Billed cost in USD, billing months 2026-03 to 2026-04", "total  3.5"]
    assert euro == ["Billed cost in EUR, billing month 2026-03", "total  0.5"]
    only = "tag:team=checkout"
    assert asked("--cost", "list", "--no-tax", "--no-credits", "--month", "2026-03", "--filter", only) == 0
    shown = capsys.readouterr().out
    assert "List cost in EUR, billing month 2026-03, without credits and tax; tag team is checkout\n" in shown
    assert "total  unknown\nLines that carry no list cost and are missing from these amounts: 1." in shown


def test_the_lines_go_out_as_a_focus_file(
    terminal: Context, organisation_id: UUID, said: Said, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ingest.files(terminal, organisation_id, [FOCUS_SAMPLE])
    asked_for = ("--filter", "provider=AWS", "--month", "2024-09")
    [total] = said(*asked_for)
    assert asked("--focus", str(data_dir / "aws.csv.gz"), *asked_for) == 0
    with gzip.open(data_dir / "aws.csv.gz", "rt", newline="") as file:
        lines = list(csv.DictReader(file))
    assert sum(Decimal(line["BilledCost"]) for line in lines) == Decimal(str(total["cost"]))
    assert {line["ProviderName"] for line in lines} == {"AWS"}
    assert capsys.readouterr().out.startswith(f"{len(lines)} lines written to ")


def test_a_reader_that_has_seen_enough_is_no_failure(
    terminal: Context, organisation_id: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest.files(terminal, organisation_id, [a_bill(tmp_path / "b.csv", [a_line()])])
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as unread:
        monkeypatch.setattr(sys, "stdout", unread)
        assert main(["costs", "--json"]) == UNREAD


def test_where_no_bill_is_loaded_it_says_so_and_where(
    terminal: Context, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said = f"No bill is loaded in {terminal.settings.data}"
    assert asked("--by", "service") == 1
    assert capsys.readouterr().err == f"{said}.\n"
    assert asked("--focus", str(tmp_path / "lines.csv")) == 1
    assert capsys.readouterr().err.startswith(said)


def test_a_question_that_the_bill_has_no_cost_for_is_no_failure(
    terminal: Context, organisation_id: UUID, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ingest.files(terminal, organisation_id, [a_bill(tmp_path / "b.csv", [a_line()])])
    assert asked("--filter", "service=Nothing") == 0
    assert capsys.readouterr().err == "The bill holds no such cost.\n"


@pytest.mark.parametrize(
    "words",
    [
        ["--by", "colour"],
        ["--month", "2024-13"],
        ["--month", "september"],
        ["--filter", "service"],
        ["--filter", "day=tomorrow"],
        ["--top", "0"],
        ["--by", "day", "--by", "service", "--by", "region"],
        ["--focus", "bill.csv", "--by", "service"],
        ["--focus", "bill.csv", "--json"],
        ["--focus", "bill.txt"],
        ["--focus", "no/such/folder/bill.csv"],
    ],
)
def test_what_cannot_be_asked_is_said(terminal: Context, words: list[str]) -> None:
    assert terminal
    with pytest.raises(Invalid):
        asked(*words)


def test_what_is_not_said_asks_for_the_whole_bill_as_billed() -> None:
    words = parser().parse_args(["costs"])
    assert command.scope_of(words).cost == "billed"
    assert command.scope_of(words).filters == ()
    with pytest.raises(Invalid):
        command.scope_of(parser().parse_args(["costs", "--month", "2024"]))
