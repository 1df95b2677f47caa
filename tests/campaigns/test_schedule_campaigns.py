"""Campaigns of schedules at a small size, and that each fails when the defect it looks for is planted."""

import json
import os
import subprocess
import sys
from pathlib import Path

from services.settings import PROJECT
from tests.campaigns.schedule_kills import SOON, slow
from tests.emptied import Databases, renamed

LANES = (
    ("schedule_crashes:1", "schedule_clocks:2", "schedule_throttling:2", "schedule_bad_resource:1"),
    ("schedule_split_brain:1", "schedule_kills:1"),
)
DEFECTS = (
    {
        "schedule_crashes:4:defect": "told of",
        "schedule_clocks:1:defect": "were due",
        "schedule_throttling:12:defect": "it waited 0 times after",
        "schedule_bad_resource:1:defect": "was switched 0 times by the record",
    },
    {
        "schedule_split_brain:3:defect": "under worker",
        "schedule_kills:4:defect": "queued without an action",
    },
)
"""How often at most, and what the campaign then complains of."""


def test_campaigns_of_schedules_find_nothing_wrong_but_the_defects_that_are_planted(
    databases: Databases,
) -> None:
    names = [databases.take() for _ in LANES]
    words: list[str] = []
    for name, plays, defects in zip(names, LANES, DEFECTS, strict=True):
        words += ["--lane", renamed(databases.url, name), *plays, *defects]
    done = subprocess.run(  # it forks, which a process with threads must not
        [sys.executable, Path(__file__).with_name("small.py"), *words],
        check=False,
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )
    for name in names:
        databases.give_back(name)
    assert done.returncode == 0, done.stderr
    said = {line["play"]: line for line in map(json.loads, done.stdout.splitlines())}
    for play in (each for lane in LANES for each in lane):
        assert said[play]["wrong"] == [], (said[play], done.stderr)
    for play, complaint in (each for lane in DEFECTS for each in lane.items()):
        assert complaint in " ".join(said[play]["wrong"]), (said[play], done.stderr)


def test_a_campaign_of_kills_complains_where_nobody_leads_for_longer_than_a_lease_and_a_tick() -> None:
    assert slow([SOON] * 300) == []
    assert slow([SOON] * 297 + [2 * SOON] * 3) == []
    assert slow([SOON] * 296 + [2 * SOON] * 4) == [
        "4 of 300 times nobody led for longer than a lease and a tick, 2.6 s at most"
    ]
    assert slow([float("inf")] * 2) != []
