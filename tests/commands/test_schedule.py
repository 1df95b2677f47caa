"""`./pioneer schedule preview` answers offline, a line for a line."""

import io
import json
from pathlib import Path

import pytest

from core.errors import Invalid
from services.__main__ import main, parser
from services.commands import schedule as command

OFFICE = {
    "timezone": "Europe/London",
    "periods": [{"begin": "09:00", "end": "17:00", "weekdays": ["mon-fri"]}],
}
MONDAY = {"schedule": OFFICE, "at": ["2026-11-23T10:00:00Z"]}
SUNDAY = {"schedule": OFFICE, "at": ["2026-11-22T10:00:00Z"]}
WRONG = {"schedule": OFFICE | {"timezone": "Mars/Olympus"}, "at": []}


def previewed(name: object) -> int:
    return command.run(parser().parse_args(["schedule", "preview", str(name)]))


def test_one_object_may_spread_over_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "office.json"
    file.write_text(json.dumps(SUNDAY, indent=2))
    assert previewed(file) == 0
    assert capsys.readouterr().out == '{"states": ["stopped"]}\n'


def test_each_line_is_answered_by_a_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "\ufeff" + "\r\n\r\n".join(json.dumps(each) for each in (SUNDAY, MONDAY)) + "\r\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert previewed("-") == 0
    assert capsys.readouterr().out == '{"states": ["stopped"]}\n{"states": ["running"]}\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Line 1: there is nothing to preview."),
        (f"{json.dumps(SUNDAY)}\n\n{json.dumps(WRONG)}\n", "Line 3: “Mars/Olympus” is no time zone"),
        (f"{json.dumps(SUNDAY)}\n{{oops}}\n", "Line 2: this is no JSON, at column 2"),
        ('{"schedule":\n  {"periods": [1 2]}}', "Line 2: this is no JSON, at column 18"),
        ("[1]", "Line 1: A preview is asked for with a JSON object"),
        ("[" * 100_000, "Line 1: this JSON cannot be read"),
        ("9" * 5_000, "Line 1: this JSON cannot be read"),
        (b"\xff", "is not text in UTF-8"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line_and_nothing_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | bytes, told: str
) -> None:
    file = tmp_path / "asked.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(Invalid, match=told):
        previewed(file)
    assert capsys.readouterr().out == ""


def test_a_file_that_is_not_there_ends_with_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schedule", "preview", str(tmp_path / "none.json")]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "cannot be read: No such file" in said.err


def test_every_case_is_answered_as_expected_with_its_days_off_inline(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = json.loads((Path(__file__).parents[1] / "data" / "schedule_cases.json").read_text())
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(json.dumps({"schedule": each, "at": [each["at"]]}) for each in cases))
    assert previewed(file) == 0
    answers = [json.loads(line)["states"] for line in capsys.readouterr().out.splitlines()]
    assert answers == [[each["expected"]] for each in cases]


def test_a_first_and_a_last_day_limit_what_is_previewed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "asked.json"
    days = {"valid_from": "2026-11-23", "valid_to": "2026-11-23"}
    file.write_text(
        json.dumps(MONDAY | {"schedule": OFFICE | days, "at": ["2026-11-23T10:00Z", "2026-11-24T10:00Z"]})
    )
    assert previewed(file) == 0
    assert capsys.readouterr().out == '{"states": ["running", "any"]}\n'
    file.write_text(json.dumps(MONDAY | {"schedule": OFFICE | {"valid_to": "soon"}}))
    with pytest.raises(Invalid, match="Line 1: In “valid_to”, “soon” is no day"):
        previewed(file)


def test_days_off_come_as_off_dates_or_as_calendars(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "asked.json"
    brought = [{"days": [{"day": "11-23", "name": "A holiday"}]}]
    given = [
        MONDAY | {"schedule": OFFICE | {key: value}}
        for key, value in (("off_dates", ["2026-11-23"]), ("calendars", brought))
    ]
    file.write_text("\n".join(json.dumps(each) for each in given))
    assert previewed(file) == 0
    assert capsys.readouterr().out == '{"states": ["stopped"]}\n' * 2
    file.write_text(json.dumps(MONDAY | {"schedule": OFFICE | {"calendars": [{"days": ["x"]}]}}))
    with pytest.raises(Invalid, match="Line 1: Day 1 of “Calendar 1”: “x” is no day off"):
        previewed(file)
