"""452 concrete facts read off other schedulers, bugs reported over years included."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from core.schedules.intervals import segment_at, state_at
from core.schedules.model import ScheduleDefinition

CASES = json.loads((Path(__file__).parents[2] / "data" / "schedule_cases.json").read_text())


def test_all_cases_are_here() -> None:
    assert len(CASES) == 452


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_schedule_wants_what_is_expected(case: dict[str, object]) -> None:
    definition = ScheduleDefinition.from_json(case)
    at = datetime.fromisoformat(str(case["at"]))
    assert state_at(definition, at) == case["expected"], case["description"]
    segment = segment_at([definition], at)
    assert segment.state == case["expected"]
    assert segment.start <= at
    assert segment.end is None or at < segment.end
