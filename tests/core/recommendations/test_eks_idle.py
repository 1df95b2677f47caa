"""A control plane without a node, and without anything that could bring one, is deleted."""

from decimal import Decimal

import pytest

from core.inventory import AutoScalingGroup, Kind, KubernetesCluster
from core.recommendations.facts import Facts
from core.recommendations.finding import Finding, Undetermined
from tests.builders import ACCOUNT, REGION, an_instance
from tests.containers import a_cluster
from tests.databases import known
from tests.known import NOW, judged

RULE = "eks_idle"
SEEN = (Kind.INSTANCE, Kind.AUTOSCALING_GROUP)
METERS = {"AmazonEKS-Hours:perCluster": "73"}


def facts_of(cluster: KubernetesCluster, *others: object, whole: tuple[Kind, ...] = SEEN) -> Facts:
    return known(cluster, *others, meters=METERS, whole=whole)  # type: ignore[arg-type]


def a_group(**given: object) -> AutoScalingGroup:
    own = {
        "id": "arn:aws:autoscaling:x:autoScalingGroup:1:autoScalingGroupName/nodes",
        "account_id": ACCOUNT,
        "region": REGION,
        "name": "nodes",
        "state": "active",
        "smallest": 0,
        "largest": 3,
        "desired": 0,
        "tags": {"eks:cluster-name": "kube"},
    }
    return AutoScalingGroup(**{**own, **given})


def test_no_node_and_nothing_to_bring_one() -> None:
    cluster = a_cluster()
    stranger = an_instance(tags={"kubernetes.io/cluster/other": "owned"})
    answer = judged(RULE, cluster, facts_of(cluster, stranger, a_group(largest=0)))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal(73)


def test_before_the_bill_knows_it_the_list_price_counts() -> None:
    cluster = a_cluster()
    answer = judged(RULE, cluster, known(cluster, whole=SEEN))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal("0.10") * 730


@pytest.mark.parametrize(
    "tags",
    [{"kubernetes.io/cluster/kube": "owned"}, {"eks:cluster-name": "kube"}, {"aws:eks:cluster-name": "kube"}],
)
@pytest.mark.parametrize("state", ["running", "stopped"])
def test_a_node_keeps_it_even_a_stopped_one(tags: dict[str, str], state: str) -> None:
    cluster = a_cluster()
    assert judged(RULE, cluster, facts_of(cluster, an_instance(tags=tags, state=state))) is None


def test_a_fargate_profile_or_an_end_in_sight_is_fine() -> None:
    for given in ({"fargate": True}, {"state": "DELETING"}):
        cluster = a_cluster(**given)
        assert judged(RULE, cluster, facts_of(cluster)) is None


@pytest.mark.parametrize("given", [{"fargate": None}, {"auto": True}, {"hybrid": True}, {"created_at": NOW}])
def test_what_may_bring_nodes_unseen_is_undetermined(given: dict[str, object]) -> None:
    cluster = a_cluster(**given)
    assert isinstance(judged(RULE, cluster, facts_of(cluster)), Undetermined)


def test_a_group_at_zero_and_instances_not_all_seen_are_undetermined() -> None:
    cluster = a_cluster()
    assert isinstance(judged(RULE, cluster, facts_of(cluster, a_group())), Undetermined)
    for whole in ((Kind.INSTANCE,), (Kind.AUTOSCALING_GROUP,)):
        assert isinstance(judged(RULE, cluster, facts_of(cluster, whole=whole)), Undetermined)
