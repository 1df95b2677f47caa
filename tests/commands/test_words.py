"""Words that are not known, and files that are not there, are refused at once and with what was meant."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import Invalid
from services.__main__ import main, parser
from services.settings import PROJECT, load
from services.worker.main import run_job


def test_a_word_that_is_nearly_one_is_told_which(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doktor"]) == 2
    assert capsys.readouterr().err.startswith(
        "./pioneer does not know the word 'doktor'. Did you mean doctor?\n"
    )
    assert main(["xyzzy"]) == 2
    assert capsys.readouterr().err.startswith("./pioneer does not know the word 'xyzzy'.\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["campaign", "kill_ingst"],
            "There is no campaign kill_ingst.\nDid you mean kill-ingest? There are: ",
        ),
        (["campaign", "xyzzy"], "There is no campaign xyzzy.\nThere are: "),
        (["bench", "warehose"], "There is no benchmark warehose.\nDid you mean warehouse? There are: "),
    ],
)
def test_so_is_the_name_of_a_campaign_or_benchmark(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err.startswith(said)


def test_so_is_the_name_of_a_job() -> None:
    with pytest.raises(Invalid) as refused:
        run_job(load(), "ingest-bill")
    assert (refused.value.mend or "").startswith("Did you mean ingest-bills? There are: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["schedule", "previw", "x.json"], "'previw' is not known here. Did you mean preview?"),
        (["admin", "xyzzy"], "'xyzzy' is not known here. Say create."),
    ],
)
def test_so_is_the_second_word_of_a_command(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_bill_that_is_not_there_is_refused_before_anything_is_imported_or_started(tmp_path: Path) -> None:
    watched = "import sys; from services.__main__ import main; s = main(sys.argv[1:]); print('sqlalchemy' in sys.modules, s)"
    words = ["ingest", str(tmp_path / "nope.csv"), "--data", str(tmp_path / "data")]
    done = subprocess.run(
        [sys.executable, "-c", watched, *words], cwd=PROJECT, check=True, capture_output=True, text=True
    )
    assert done.stdout == "False 2\n"
    assert done.stderr == f"There is no file {tmp_path / 'nope.csv'}.\n"
    assert not (tmp_path / "data").exists()


KEEPING = {
    "demo",
    "up",
    "web",
    "api",
    "worker",
    "cloud",
    "job",
    "ingest",
    "costs",
    "admin",
    "migrate",
    "doctor",
}
"""The commands that keep something; the others read and write none of it."""


def test_every_command_takes_a_data_directory_and_those_that_keep_something_use_it() -> None:
    commands = parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    assert isinstance(commands, dict)
    assert set(commands) > KEEPING
    for name, words in commands.items():
        assert "--data DIR" in words.format_help(), name
        source = PROJECT / "services" / "commands" / f"{name}.py"
        asked = re.search(r"(settings_of|data_of)\(args", source.read_text()) if source.exists() else None
        assert bool(asked) == (name in KEEPING), name


def test_alone_it_prints_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    told = capsys.readouterr().out
    assert told.startswith("usage: ./pioneer ")
    assert all(f"    {name} " in told for name in (*KEEPING, "test", "bench", "campaign"))
