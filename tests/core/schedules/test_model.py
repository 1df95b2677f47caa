"""Definitions and selectors are read or refused in words."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid, NotFound
from core.schedules.model import Period, ScheduleDefinition, State
from core.schedules.selector import Selector
from tests.builders import ACCOUNT, an_instance

WHOLE = {
    "timezone": "Europe/London",
    "default": "any",
    "periods": [
        {"begin": "09:00", "end": "24:00", "weekdays": ["mon-fri"], "monthdays": None, "months": ["nov-feb"]},
        {
            "begin": None,
            "end": None,
            "weekdays": None,
            "monthdays": ["L"],
            "months": None,
            "instancetype": "m5.large",
        },
    ],
}


def test_a_definition_survives_the_way_through_json() -> None:
    assert ScheduleDefinition.from_json(json.loads(json.dumps(WHOLE))).to_json() == WHOLE


def test_what_is_left_out_means_all_days_and_stopped_outside() -> None:
    made = ScheduleDefinition.from_json({"periods": [{"begin": "09:00", "end": "17:00"}]})
    assert made == ScheduleDefinition("UTC", (Period("09:00", "17:00"),), State.STOPPED)


def test_numbers_stand_for_their_text() -> None:
    assert ScheduleDefinition.from_json({"periods": [{"weekdays": [0, 1]}]}).periods[0].weekdays == ("0", "1")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ([], "JSON object"),
        ({}, "list of periods"),
        ({"periods": [3]}, "period must be"),
        ({"periods": [], "timezone": "Mars/Olympus"}, "no time zone"),
        ({"periods": [], "timezone": "../../etc/passwd"}, "no time zone"),
        ({"periods": [], "timezone": 3}, "must be text"),
        ({"periods": [], "default": "off"}, "default"),
        ({"periods": [{}, {"begin": "25:00"}]}, "Period 2: “25:00” is no time of day at character 2"),
        ({"periods": [{"begin": "9.30"}]}, "no time of day at character 2: write it as 09:30"),
        ({"periods": [{"end": "09:75"}]}, "at character 4"),
        ({"periods": [{"end": "x"}]}, "at character 1"),
        ({"periods": [], "off_dates": ["12-25"] * 5001}, "5,000 days off"),
        ({"periods": [{"begin": "24:00"}]}, "cannot begin at 24:00"),
        ({"periods": [{"end": "24:01"}]}, "no time of day"),
        (
            {"periods": [{"weekdays": ["mon-fry"]}]},
            "Period 1: “mon-fry” is not understood in weekdays at character 5",
        ),
        ({"periods": [{"weekdays": []}]}, "weekdays"),
        ({"periods": [{"weekdays": [True]}]}, "list of expressions"),
        ({"periods": [{"monthdays": {"a": 1}}]}, "list of expressions"),
        ({"periods": [{}] * 101}, "100 periods"),
    ],
)
def test_a_definition_that_cannot_be_read_is_refused_in_words(wrong: object, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        ScheduleDefinition.from_json(wrong)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["periods", "begin", "end", "weekdays", "timezone"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(json_values)
def test_any_json_is_either_read_or_refused(given_json: object) -> None:
    try:
        made = ScheduleDefinition.from_json(given_json)
    except Invalid:
        return
    assert ScheduleDefinition.from_json(made.to_json()) == made


def test_a_selector_names_a_tag_or_resources() -> None:
    tagged = Selector.from_json({"tag": {"key": "schedule", "value": "office"}})
    assert tagged.selects(an_instance(tags={"schedule": "office"}))
    assert not tagged.selects(an_instance())
    named = Selector.from_json({"resource_ids": ["i-1", "i-1"], "accounts": [ACCOUNT]})
    assert named.resource_ids == ("i-1",)
    assert named.selects(an_instance())
    assert not named.selects(an_instance(account_id="999900001111"))
    assert Selector.from_json(named.to_json()) == named


def test_a_selector_may_be_all_of_some_accounts_regions_or_kinds() -> None:
    there = Selector.from_json({"regions": ["eu-west-1"], "kinds": ["instance"], "accounts": [ACCOUNT]})
    assert there.selects(an_instance(region="eu-west-1"))
    assert not there.selects(an_instance(region="us-east-1"))
    assert str(there) == f"all EC2 instances in eu-west-1 of {ACCOUNT}"
    assert Selector.from_json(there.to_json()) == there
    assert there.within(None) == there.within(frozenset({ACCOUNT, "999900001111"})) == there
    with pytest.raises(NotFound, match=ACCOUNT):
        there.within(frozenset({"999900001111"}))


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"regions": []},
        {"accounts": [], "tag": {"key": "a", "value": "b"}},
        None,
        {"tag": "x"},
        {"tag": {"key": "", "value": "x"}},
        {"tag": {"key": "a"}},
        {"resource_ids": []},
        {"resource_ids": [1]},
        {"resource_ids": ["i"], "tag": {"key": "a", "value": "b"}},
    ],
)
def test_a_selector_for_nothing_or_everything_is_refused(wrong: object) -> None:
    with pytest.raises(Invalid):
        Selector.from_json(wrong).within(None)


@pytest.mark.parametrize(
    "said",
    [
        {"off": True},
        {"begin": "20:00", "end": "08:00", "days_later": 3, "off": True},
        {"dates": ["2026-12-24", "12-25"], "timezone": "Asia/Tokyo"},
        {"begin": "08:00", "end": "18:00", "instancetype": "m5.large"},
    ],
)
def test_a_period_is_read_back_as_it_was_written(said: dict[str, object]) -> None:
    period = Period.from_json(said)
    assert {name: value for name, value in period.to_json().items() if value is not None} == said
    assert Period.from_json(period.to_json()) == period


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"weekdays": ["mon"], "monthdays": ["32"]}, "“32” is not understood in monthdays"),
        ({"months": ["feb"], "dates": ["24.12."]}, "no day off"),
        ({"begin": "08:00", "days_later": 1}, "begin and an end"),
        ({"begin": "08:00", "end": "09:00", "days_later": 8}, "0 to 7 days later"),
        ({"begin": "20:00", "end": "08:00", "days_later": 0}, "end before it begins"),
        ({"begin": "08:00", "off": True}, "both its begin and its end"),
        ({"off": True, "instancetype": "m5.large"}, "no instance type"),
        ({"off": "yes"}, "true or false"),
        ({"days_later": "3"}, "whole number"),
        ({"timezone": "Mars/Olympus"}, "no time zone"),
    ],
)
def test_what_does_not_go_together_or_cannot_be_read_is_refused_whatever_else_holds(
    said: dict[str, object], told: str
) -> None:
    with pytest.raises(Invalid, match=re.escape(told)):
        Period.from_json(said)
