"""An EMR cluster on which nothing runs is ended, its nodes' cost with it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.inventory import EMR_TAG, PROTECTED_TAG, Instance
from core.recommendations.catalog import catalog
from core.recommendations.evaluate import evaluate
from core.recommendations.finding import Answer, Finding, Undetermined
from core.recommendations.usage import Matrix
from tests.acted_on import an_emr_cluster
from tests.builders import an_instance
from tests.databases import SILENT, Hours, every_hour, known
from tests.known import NOW, judged

RULE = "emr_idle"
FEE = {"BoxUsage:m5.xlarge": "35"}


def nodes(**given: object) -> tuple[Instance, ...]:
    """Two m5.large of the cluster."""
    tags = {EMR_TAG: "j-1"}
    return tuple(an_instance(name, tags=tags, volume_ids=(), **given) for name in ("i-1", "i-2"))


def answer(idle: Hours, *others: Instance, meters: dict[str, str] | None = FEE, **given: object) -> Answer:
    cluster = an_emr_cluster(**{"created_at": NOW.replace(year=2025), **given})
    return judged(RULE, cluster, known(cluster, *(others or nodes()), measured={"idle": idle}, meters=meters))


def lately(value: float, hours: int) -> Matrix:
    """Two weeks of an idle cluster that was otherwise in the last so many hours."""
    series = every_hour(1)
    series[-hours:] = value
    return series


def test_the_fee_and_the_nodes_are_saved_and_the_nodes_claimed() -> None:
    found = answer(1)
    assert isinstance(found, Finding)
    node = Decimal("0.096") * 730
    assert (found.saving, found.claims) == (35 + 2 * node, {"i-1": node, "i-2": node})


def test_work_of_the_last_week_is_use_and_work_before_it_is_not() -> None:
    assert answer(lately(0.5, 3)) is None
    long_ago = every_hour(1)
    long_ago[:160] = 0
    assert isinstance(answer(long_ago), Finding)


def test_a_cluster_that_rests_at_the_weekend_is_no_idle_one() -> None:
    weekend = every_hour(0.5)
    weekend[-48:] = 1
    assert answer(weekend) is None


def test_a_cluster_with_a_node_that_is_protected_is_left_alone() -> None:
    kept, other = nodes()
    kept = replace(kept, tags={**kept.tags, PROTECTED_TAG: "true"})
    assert answer(1, kept, other) is None


@pytest.mark.parametrize("state", ["RUNNING", "BOOTSTRAPPING", "TERMINATING"])
def test_a_cluster_that_does_not_wait_is_left_alone(state: str) -> None:
    assert answer(1, state=state) is None


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"applications": ("Spark", "Trino")}, "Trino works without YARN"),
        ({"instance_ids": ("i-1", "i-9")}, "Not every node"),
        ({"instance_ids": ()}, "None of its nodes"),
        ({"created_at": NOW}, "fewer than 7 days"),
        ({"meters": None}, "not on the bill yet"),
    ],
)
def test_what_is_not_known_is_said(given: dict[str, object], why: str) -> None:
    found = answer(1, **given)
    assert isinstance(found, Undetermined)
    assert why in found.reason


def test_without_samples_of_a_whole_day_it_cannot_tell() -> None:
    assert isinstance(answer(lately(SILENT, 24)), Undetermined)


def test_rules_on_instances_leave_nodes_to_their_cluster() -> None:
    cluster = an_emr_cluster(created_at=NOW.replace(year=2025))
    stopped = nodes(state="stopped", type="m4.xlarge")
    facts = known(cluster, *stopped, measured={"idle": 1}, meters=FEE)
    told = evaluate(catalog().values(), [cluster, *stopped], facts)
    assert {found.resource.id for found in told.found} == {cluster.id}
    assert not told.unsure
