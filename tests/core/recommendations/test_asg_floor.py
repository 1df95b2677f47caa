from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from core.recommendations.facts import Facts
from core.recommendations.finding import Undetermined
from tests.builders import an_instance
from tests.computing import a_group, found, knowing, usage
from tests.known import NOW, hours, judged, office

RULE = "asg_floor"
MEMBERS = [an_instance(f"i-{number}", autoscaling_group="web") for number in range(1, 5)]


def at(cpu: float, **given: object) -> Facts:
    return knowing(*MEMBERS, usage=usage(cpu={each.id: hours(cpu) for each in MEMBERS}), **given)


def test_a_group_idle_at_its_minimum_may_shrink() -> None:
    answer = found(judged(RULE, a_group(), at(8, bill={each.id: Decimal(70) for each in MEMBERS})))
    assert answer.evidence["minimum"] == {"now": 4, "then": 2}
    assert answer.claims == {each.id: Decimal(35) for each in MEMBERS}
    assert answer.saving == Decimal(140)


@pytest.mark.filterwarnings("error")
def test_an_hour_in_which_no_instance_was_sampled_says_nothing() -> None:
    gap = hours(8)
    gap[5] = np.nan
    answer = found(
        judged(RULE, a_group(), knowing(*MEMBERS, usage=usage(cpu={each.id: gap for each in MEMBERS})))
    )
    assert answer.evidence["minimum"] == {"now": 4, "then": 2}


def test_a_busy_hour_needs_the_minimum() -> None:
    peaks = usage(cpu={each.id: office(58, 2, days=3) for each in MEMBERS})
    assert judged(RULE, a_group(), knowing(*MEMBERS, usage=peaks)) is None


@pytest.mark.parametrize("given", [{"desired": 5}, {"smallest": 2, "desired": 2}])
def test_a_group_above_its_minimum_or_with_two_instances_is_left_alone(given: dict[str, object]) -> None:
    assert judged(RULE, a_group(**given), at(8)) is None


def test_a_busy_group_is_left_alone() -> None:
    assert judged(RULE, a_group(), at(45)) is None


def test_young_groups_and_members_not_seen_are_unknown() -> None:
    young = a_group(created_at=NOW - timedelta(days=3))
    assert isinstance(judged(RULE, young, at(8)), Undetermined)
    assert judged(RULE, a_group(), knowing()) == Undetermined("Not every instance of it was seen.")
