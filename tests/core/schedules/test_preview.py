"""A schedule asked what it wants, without keeping it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from core.schedules.intervals import state_at
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.preview import Question, between, states

OFFICE = {
    "timezone": "Europe/London",
    "periods": [{"begin": "09:00", "end": "17:00", "weekdays": ["mon-fri"], "monthdays": None}],
}
CASES = json.loads((Path(__file__).parents[2] / "data" / "schedule_cases.json").read_text())


def answered(**asked: object) -> dict[str, object]:
    return Question.from_json({"schedule": OFFICE, **asked}).answer()


def test_each_instant_is_answered_in_the_order_asked() -> None:
    at = ["2026-11-23T10:00:00Z", "2026-11-22T10:00:00Z", "2026-11-23T18:00:00+01:00", "2026-11-23T10:00:00Z"]
    assert answered(at=at) == {"states": ["running", "stopped", "stopped", "running"]}
    assert answered(at=[]) == {"states": []}


def test_a_span_is_answered_without_a_hole() -> None:
    assert answered(**{"from": "2026-11-22T10:00:00Z", "to": "2026-11-23T17:30:00+00:00"}) == {
        "intervals": [
            {"start": "2026-11-22T10:00:00Z", "end": "2026-11-23T09:00:00Z", "state": "stopped"},
            {"start": "2026-11-23T09:00:00Z", "end": "2026-11-23T17:00:00Z", "state": "running"},
            {"start": "2026-11-23T17:00:00Z", "end": "2026-11-23T17:30:00Z", "state": "stopped"},
        ]
    }
    assert answered(**{"from": "2026-11-22T10:00:00Z", "to": "2026-11-22T10:00:00Z"}) == {"intervals": []}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, "Say when"),
        ({"at": ["2026-11-22T10:00:00Z"], "from": "2026-11-22T10:00:00Z"}, "Say when"),
        ({"from": "2026-11-22T10:00:00Z"}, "Say when"),
        ({"at": "2026-11-22T10:00:00Z"}, "must be a list"),
        ({"at": ["2026-11-22T10:00:00"]}, "“2026-11-22T10:00:00” is no instant"),
        ({"at": ["9999-12-31T23:00:00-14:00"]}, "is no instant"),
        ({"at": [5]}, "what was given is no instant"),
        ({"at": ["2026-11-22T10:00:00Z"] * 10_001}, "may hold 10000"),
        ({"from": "2026-11-22T10:00:00Z", "to": "2026-11-21T10:00:00Z"}, "must not be after"),
        ({"from": "2026-11-22T10:00:00Z", "to": "2028-11-21T10:00:00Z"}, "at most 400 days"),
        ({"schedule": None, "at": []}, "needs its “schedule”"),
        ({"schedule": [], "at": []}, "must be a JSON object"),
        (
            {"schedule": {"periods": [], "default": ["running"]}, "at": []},
            "default is running, stopped or any",
        ),
    ],
)
def test_what_cannot_be_answered_says_why(asked: dict[str, object], told: str) -> None:
    with pytest.raises(Invalid, match=told):
        answered(**asked)


def test_a_question_is_an_object() -> None:
    with pytest.raises(Invalid, match="JSON object"):
        Question.from_json([])


def test_the_cases_of_other_schedulers_are_answered_as_expected() -> None:
    found = [Question.from_json({"schedule": case, "at": [case["at"]]}).answer() for case in CASES]
    assert found == [{"states": [case["expected"]]} for case in CASES]


def test_the_ends_of_time_are_answered() -> None:
    nights = ScheduleDefinition("Asia/Kolkata", (Period("22:00", "06:00"),))
    ends = [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
    assert len(states(nights, ends)) == 2
    assert between(nights, ends[1] - timedelta(days=1), ends[1]) == ()


@given(st.lists(st.integers(0, 80_000), max_size=30))
@settings(max_examples=30, deadline=None)
def test_instants_together_are_answered_as_each_alone(minutes: list[int]) -> None:
    definition = ScheduleDefinition(
        "America/New_York", (Period("22:00", "23:59"), Period("00:00", "02:30", weekdays=("sat", "sun")))
    )
    at = [datetime(2026, 10, 1, tzinfo=UTC) + timedelta(minutes=minute) for minute in minutes]
    assert states(definition, at) == tuple(state_at(definition, instant) for instant in at)
