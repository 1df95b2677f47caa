"""What a resource is, in words."""

from datetime import UTC, datetime

import pytest

from core.inventory import Resource
from pages.ui import describe
from tests.computing import a_group
from tests.containers import a_node_group, a_service

NOW = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    ("it", "size", "facts"),
    [
        (
            a_group(),
            "4 instances",
            {"Instances": "4 wanted, 4 at least, 8 at most", "Members": "i-1, i-2, i-3, i-4"},
        ),
        (
            a_group("eks-1", instance_ids=(), tags={"eks:nodegroup-name": "workers"}),
            "4 instances",
            {"Members": "none seen", "EKS node group": "workers"},
        ),
        (
            a_node_group(groups=("eks-1",)),
            "2 nodes",
            {
                "Nodes": "2 wanted, 1 at least, 4 at most",
                "EKS cluster": "kube",
                "Auto Scaling group": "eks-1",
            },
        ),
        (a_service(), "2 tasks", {"Tasks": "2 wanted, unknown running", "Runs on": "FARGATE"}),
    ],
    ids=["group", "group of EKS", "node group", "service"],
)
def test_what_has_a_size_says_it_and_what_it_belongs_to(
    it: Resource, size: str, facts: dict[str, str]
) -> None:
    told = dict(describe.facts(it, NOW, {}, {}))
    assert describe.size(it) == size
    assert told | facts == told
