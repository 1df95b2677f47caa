"""Every campaign at a small size, and that it fails when the defect it looks for is planted."""

import json
import os
import subprocess
import sys

import pytest

from services.settings import PROJECT
from tests.campaigns.arena import worst
from tests.campaigns.twice import ENDED
from tests.emptied import Databases, renamed

CAMPAIGNS = (
    ("actions", 1, 1, "2 copies were made"),
    ("kill_ingest", 1, 5, "the bill cannot be read"),
    ("mutated_bills", 5, 1, "it changed another month"),
    ("schedule_oracle", 12, 60, "should be"),
)
"""How often, as many as take some seconds; how often at most until the planted defect shows, for a kill may come just when it has done its harm; and what is then said."""
TWICE = "import json, sys; from tests.campaigns.twice import twice; twice(*json.loads(sys.argv[1]))"


@pytest.mark.parametrize(
    ("name", "count", "most", "complaint"), CAMPAIGNS, ids=[each[0] for each in CAMPAIGNS]
)
def test_a_campaign_finds_nothing_wrong_but_the_defect_that_is_planted(
    name: str, count: int, most: int, complaint: str, databases: Databases
) -> None:
    names = [databases.take(), databases.take()]
    small, defective = (
        ["--seed", "7", "--url", renamed(databases.url, database), "--count", str(often)]
        for database, often in zip(names, (count, most), strict=True)
    )
    done = subprocess.run(  # it forks, which a process with threads must not
        [sys.executable, "-c", TWICE, json.dumps([name, small, [*defective, "--defect"]])],
        check=False,
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )
    for database in names:
        databases.give_back(database)
    said = done.stdout + done.stderr
    assert done.stdout.count(ENDED) == 2, said
    first, second, last = done.stdout.split(ENDED)
    assert "0 wrong" in first, said
    assert second.startswith("0\n"), said
    assert complaint in second, said
    assert last == "1\n", said


def test_a_lane_that_was_killed_is_not_taken_for_one_that_found_nothing_wrong() -> None:
    well, killed = (
        [subprocess.Popen([sys.executable, "-c", f"import os; {deed}"]) for deed in deeds]
        for deeds in (("", "pass"), ("", "os.kill(os.getpid(), 9)"))
    )
    assert (worst(well), worst(killed)) == (0, 1)
