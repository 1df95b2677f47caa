"""Node groups of EKS keep the hours in which their nodes work."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from core.inventory import PROTECTED_TAG, AutoScalingGroup, Instance, NodeGroup
from core.inventory.compute import NODE_GROUP_TAG
from core.recommendations.facts import Facts
from core.recommendations.finding import Undetermined
from core.recommendations.usage import Matrix
from tests.builders import an_instance
from tests.computing import a_group, found, knowing, usage
from tests.containers import a_node_group
from tests.known import hours, judged, office

RULE = "node_group_off_hours"
BEHIND = "eks-workers-1f2e"
NODES = a_node_group(groups=(BEHIND,), tags={"environment": "dev"})
SCALED = a_group(BEHIND, desired=2, instance_ids=("i-1", "i-2"), tags={NODE_GROUP_TAG: "workers"})
MEMBERS = tuple(an_instance(f"i-{number}", autoscaling_group=BEHIND) for number in (1, 2))
OFFICE = {
    "cpu": office(30, 1),
    "network_in": office(9e7, 1e6),
    "network_out": office(9e7, 1e6),
    "cpu_samples": hours(24),
}


def at(
    nodes: NodeGroup = NODES,
    scaled: AutoScalingGroup | None = SCALED,
    members: tuple[Instance, ...] = MEMBERS,
    measured: Mapping[str, Matrix] = OFFICE,
    **given: object,
) -> Facts:
    """What is measured of the node group; each node runs for 84 USD a month."""
    parts = {each.id: {"BoxUsage:m5.large": Decimal(84)} for each in members}
    known = {metric: {nodes.id: values} for metric, values in measured.items()}
    fleet = (nodes, *members, *(() if scaled is None else (scaled,)))
    return knowing(*fleet, **{"usage": usage(**known), "parts": parts, **given})


def test_a_node_group_is_off_while_its_nodes_have_nothing_to_do() -> None:
    answer = found(judged(RULE, NODES, at()))

    assert (answer.saving, answer.cost.monthly) == (118, 168)
    assert answer.claims == {each.id: Decimal(59) for each in MEMBERS}
    assert answer.fix_parameters["name"] == "Office hours Mon-Fri 08:00-18:00 UTC"


def test_the_group_behind_it_is_not_proposed_beside_it() -> None:
    known = at(measured={})
    series = usage(**{metric: {SCALED.id: values} for metric, values in OFFICE.items()})
    assert judged("asg_off_hours", SCALED, replace(known, usage=series)) is None


def test_fewer_nodes_by_night_promise_less() -> None:
    smaller = OFFICE | {"cpu_samples": office(24, 12)}
    one = replace(SCALED, instance_ids=("i-1",))
    assert found(judged(RULE, NODES, at(scaled=one, members=MEMBERS[:1], measured=smaller))).saving == 59


@pytest.mark.parametrize(
    "given",
    [
        {"desired": 0},
        {"state": "UPDATING"},
        {"groups": ()},
        {"groups": (BEHIND, "eks-workers-2")},
        {"tags": {"environment": "production"}},
        {"tags": {PROTECTED_TAG: "true"}},
    ],
)
def test_what_is_off_takes_no_size_is_spread_or_is_production_is_left_alone(given: dict[str, object]) -> None:
    nodes = replace(NODES, **given)
    assert judged(RULE, nodes, at(nodes)) is None


@pytest.mark.parametrize("scheduled", [NODES.id, SCALED.id])
def test_a_node_group_that_is_switched_already_or_whose_group_is_is_left_alone(scheduled: str) -> None:
    assert judged(RULE, NODES, at(scheduled=frozenset({scheduled}))) is None


def test_a_node_group_of_which_the_group_or_a_node_is_protected_is_left_alone() -> None:
    kept = {PROTECTED_TAG: "true"}
    assert judged(RULE, NODES, at(scaled=replace(SCALED, tags=kept))) is None
    assert judged(RULE, NODES, at(members=(replace(MEMBERS[0], tags=kept), MEMBERS[1]))) is None


def test_a_node_group_whose_group_or_nodes_were_not_seen_is_not_known() -> None:
    assert judged(RULE, NODES, at(scaled=None)) == Undetermined(
        "The Auto Scaling group that EKS made for it was not seen."
    )
    assert isinstance(judged(RULE, NODES, at(members=MEMBERS[:1])), Undetermined)


def test_a_node_group_with_work_at_night_keeps_running() -> None:
    assert judged(RULE, NODES, at(measured=OFFICE | {"cpu": hours(30)})) is None
