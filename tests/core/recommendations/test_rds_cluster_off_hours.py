"""Clusters of databases keep the hours in which somebody is connected to any of their instances."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from core.inventory import PROTECTED_TAG
from core.recommendations.facts import Facts
from core.recommendations.finding import Finding, Undetermined
from core.recommendations.profiles import DAYS
from core.recommendations.usage import Usage
from tests.acted_on import a_cluster
from tests.databases import Hours, a_database, every_hour, known
from tests.known import judged, office

RULE = "rds_cluster_off_hours"
DEV = {"environment": "dev"}
OFFICE = {"cpu": 3, "connections": office(12, 0)}
CLUSTER = a_cluster(tags=DEV)
MEMBERS = tuple(a_database(f"shop-{number}", cluster=CLUSTER.short_id) for number in (1, 2))


def of_cluster(first: dict[str, Hours], second: dict[str, Hours] | None = None) -> Facts:
    """What is measured of its two instances; each costs 84 USD a month beside its backups."""
    of_each = tuple(zip(MEMBERS, (first, second or first), strict=True))
    rows = {
        metric: [
            ([one.id], np.stack([every_hour(hours[metric])])) for one, hours in of_each if metric in hours
        ]
        for metric in ("cpu", "connections")
    }
    meters = {"InstanceUsage:db.r6g.large": Decimal(84), "Backup": Decimal(9)}
    return replace(
        known(CLUSTER, *MEMBERS), usage=Usage(rows, DAYS), parts={each.id: meters for each in MEMBERS}
    )


def test_a_cluster_is_off_while_nobody_is_connected_to_any_of_its_instances() -> None:
    answer = judged(RULE, CLUSTER, of_cluster(OFFICE, {"cpu": 3, "connections": 0}))
    assert isinstance(answer, Finding)
    assert (answer.saving, answer.cost.monthly) == (118, 168)
    assert answer.claims == {each.id: Decimal(59) for each in MEMBERS}
    busy = of_cluster(OFFICE, {"cpu": 3, "connections": 1})
    assert judged(RULE, CLUSTER, busy) is None


@pytest.mark.parametrize("given", [{"global_cluster": "world"}, {"mode": "serverless"}, {"state": "stopped"}])
def test_a_cluster_that_rds_does_not_stop_is_left_alone(given: dict[str, str]) -> None:
    assert judged(RULE, replace(CLUSTER, **given), of_cluster(OFFICE)) is None


def test_a_cluster_of_which_an_instance_is_protected_is_left_alone() -> None:
    kept = replace(MEMBERS[0], tags={PROTECTED_TAG: "true"})
    facts = replace(of_cluster(OFFICE), fleet=known(CLUSTER, kept, MEMBERS[1]).fleet)
    assert judged(RULE, CLUSTER, facts) is None


def test_where_connections_are_not_reported_its_cpu_tells() -> None:
    graph = {"cpu": office(30, 1)}
    assert isinstance(judged(RULE, CLUSTER, of_cluster(graph)), Finding)


def test_a_cluster_whose_instances_are_not_on_the_bill_cannot_be_told() -> None:
    facts = replace(of_cluster(OFFICE), parts={})
    assert isinstance(judged(RULE, CLUSTER, facts), Undetermined)


def test_an_instance_that_was_never_measured_may_be_the_one_in_use() -> None:
    unseen = a_database("shop-3", cluster=CLUSTER.short_id)
    facts = replace(of_cluster(OFFICE), fleet=known(CLUSTER, *MEMBERS, unseen).fleet)
    answer = judged(RULE, CLUSTER, facts)
    assert isinstance(answer, Undetermined)
    assert "some of its instances only" in answer.reason
