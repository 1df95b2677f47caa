"""Auto Scaling groups keep the hours in which their members work, and promise what those that run by night cost."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.inventory import EMR_TAG, PROTECTED_TAG, AutoScalingGroup, Instance
from core.inventory.compute import NODE_GROUP_TAG
from core.money import total
from core.recommendations.facts import Facts
from core.recommendations.finding import Undetermined
from core.recommendations.usage import Matrix
from core.savings import MoneyFrom
from tests.builders import an_instance
from tests.computing import a_group, found, knowing, usage
from tests.known import NOW, hours, judged, office

RULE = "asg_off_hours"
HOURS_OFF = Decimal(59)
"""What 118 of 168 hours a week cost of a member that runs for 84 USD a month."""
MEMBERS = tuple(an_instance(f"i-{number}", autoscaling_group="web") for number in (1, 2, 3))
GROUP = a_group(smallest=1, desired=3, instance_ids=("i-1", "i-2", "i-3"), tags={"environment": "staging"})
OFFICE = {
    "cpu": office(30, 1),
    "network_in": office(9e7, 1e6),
    "network_out": office(9e7, 1e6),
    "cpu_samples": hours(36),
}


def at(
    group: AutoScalingGroup = GROUP,
    members: tuple[Instance, ...] = MEMBERS,
    measured: Mapping[str, Matrix] = OFFICE,
    **given: object,
) -> Facts:
    """What is measured of the group; each member runs for 84 USD a month and costs 20 beside that."""
    parts = {each.id: {"BoxUsage:m5.large": Decimal(84), "DataTransfer": Decimal(20)} for each in members}
    bill = {name: total(meters.values()) for name, meters in parts.items()}
    known = {metric: {group.id: values} for metric, values in measured.items()}
    return knowing(group, *members, **{"usage": usage(**known), "parts": parts, "bill": bill, **given})


def test_a_group_is_off_while_its_members_have_nothing_to_do() -> None:
    answer = found(judged(RULE, GROUP, at()))

    assert answer.fix_parameters["name"] == "Office hours Mon-Fri 08:00-18:00 UTC"
    assert (answer.cost.monthly, answer.cost.source) == (252, MoneyFrom.BILL)
    assert answer.claims == {each.id: HOURS_OFF for each in MEMBERS}
    assert answer.saving == total(answer.claims.values())
    assert "Each of its 3 instances ran in those hours" in answer.because
    assert answer.evidence["instances"] == 3


def test_a_group_that_is_small_by_night_promises_what_its_nights_cost_by_day_and_by_night() -> None:
    smaller = OFFICE | {"cpu_samples": office(36, 12)}
    came_today = replace(MEMBERS[1], launched_at=NOW), replace(MEMBERS[2], launched_at=NOW)
    by_day = found(judged(RULE, GROUP, at(members=(MEMBERS[0], *came_today), measured=smaller)))
    one = replace(GROUP, desired=1, instance_ids=("i-1",))
    by_night = found(judged(RULE, one, at(one, MEMBERS[:1], smaller)))

    assert by_night.saving == HOURS_OFF
    assert by_day.saving == pytest.approx(HOURS_OFF, abs=Decimal("0.05"))
    assert by_day.saving <= HOURS_OFF
    assert "Of its 3 instances 1.0 ran in those hours on average" in by_day.because
    assert by_day.claims.keys() == {each.id for each in MEMBERS}


@settings(max_examples=40, deadline=None)
@given(
    counts=st.lists(st.integers(1, 6), min_size=336, max_size=336),
    each=st.sampled_from([12, 60]),
    costs=st.lists(st.integers(1, 500), min_size=1, max_size=6),
    old=st.integers(1, 6),
)
def test_it_never_promises_more_than_its_members_or_its_nights_cost(
    counts: list[int], each: int, costs: list[int], old: int
) -> None:
    """`counts` members an hour; of those there now, `old` are as old as the last of these hours, which had them all."""
    old = min(old, len(costs))
    counts[-1] = old
    since = [None if number < old else NOW for number in range(len(costs))]
    members = tuple(
        an_instance(f"i-{number}", autoscaling_group="web", launched_at=began)
        for number, began in enumerate(since)
    )
    group = replace(GROUP, instance_ids=tuple(one.id for one in members))
    parts = {one.id: {"BoxUsage:m5.large": Decimal(usd)} for one, usd in zip(members, costs, strict=True)}
    samples = np.array(counts, dtype=np.float32) * each
    known = at(group, members, OFFICE | {"cpu_samples": samples}, parts=parts)

    answer = found(judged(RULE, group, known))

    outside = office(0, 1).astype(bool)
    nights = Decimal(int(np.array(counts)[outside].sum())) / 336
    assert answer.saving <= sum(costs[:old]) / Decimal(old) * nights + Decimal("0.000001")
    for one, usd in zip(members, costs, strict=True):
        assert 0 < answer.claims[one.id] <= Decimal(usd) * 118 / 168


@pytest.mark.parametrize(
    "given",
    [
        {"desired": 0, "instance_ids": ()},
        {"state": "Delete in progress"},
        {"tags": {"environment": "prod"}},
        {"tags": {NODE_GROUP_TAG: "workers"}},
        {"tags": {PROTECTED_TAG: "true"}},
    ],
)
def test_what_is_off_takes_no_size_is_production_or_is_anothers_is_left_alone(
    given: dict[str, object],
) -> None:
    group = replace(GROUP, **given)
    assert judged(RULE, group, at(group)) is None


def test_a_group_that_a_schedule_switches_already_is_left_alone() -> None:
    assert judged(RULE, GROUP, at(scheduled=frozenset({GROUP.id}))) is None


@pytest.mark.parametrize("tag", [PROTECTED_TAG, EMR_TAG])
def test_a_group_with_a_member_that_must_stay_or_is_anothers_is_left_alone(tag: str) -> None:
    kept = replace(MEMBERS[1], tags={tag: "j-1"})
    assert judged(RULE, GROUP, at(members=(MEMBERS[0], kept, MEMBERS[2]))) is None


@pytest.mark.parametrize("metric", ["cpu", "network_in", "network_out"])
def test_a_group_with_work_at_night_keeps_running(metric: str) -> None:
    busy = {"cpu": 6.0, "network_in": 4e7, "network_out": 4e7}
    assert judged(RULE, GROUP, at(measured=OFFICE | {metric: hours(busy[metric])})) is None


def test_a_group_with_work_at_night_is_no_riddle_whatever_was_seen_of_its_members() -> None:
    busy = OFFICE | {"cpu": hours(30)}
    assert judged(RULE, GROUP, at(members=MEMBERS[:1], measured=busy)) is None


@pytest.mark.parametrize("metric", OFFICE)
def test_what_is_not_measured_is_not_known(metric: str) -> None:
    rest = {name: values for name, values in OFFICE.items() if name != metric}
    assert isinstance(judged(RULE, GROUP, at(measured=rest)), Undetermined)


@pytest.mark.parametrize(
    "members",
    [
        MEMBERS[:2],
        (*MEMBERS, an_instance("i-4", autoscaling_group="web")),
        (*MEMBERS[:2], replace(MEMBERS[2], state="stopping")),
    ],
)
def test_a_group_whose_members_were_not_all_seen_running_is_not_known(members: tuple[Instance, ...]) -> None:
    assert judged(RULE, GROUP, at(members=members)) == Undetermined(
        "Not every instance of it was seen running."
    )


def test_where_instances_could_not_be_listed_nothing_is_known() -> None:
    assert isinstance(judged(RULE, GROUP, at(whole=frozenset())), Undetermined)


def test_members_newer_than_what_was_measured_say_nothing_of_its_nights() -> None:
    fresh = tuple(replace(each, launched_at=NOW - timedelta(hours=2)) for each in MEMBERS)
    assert isinstance(judged(RULE, GROUP, at(members=fresh)), Undetermined)


def test_members_that_are_not_on_the_bill_are_counted_at_list_price_and_spot_not_at_all() -> None:
    answer = found(judged(RULE, GROUP, at(parts={}, bill={})))
    assert answer.cost.source is MoneyFrom.LIST
    spot = tuple(replace(each, lifecycle="spot") for each in MEMBERS)
    assert isinstance(judged(RULE, GROUP, at(members=spot, parts={}, bill={})), Undetermined)
    billed = {each.id: {"SpotUsage:m5.large": Decimal(30)} for each in spot}
    assert found(judged(RULE, GROUP, at(members=spot, parts=billed))).cost.monthly == 90
