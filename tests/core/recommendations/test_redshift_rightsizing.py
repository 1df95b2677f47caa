"""A warehouse gives back the nodes that neither its CPU nor its storage needs."""

from decimal import Decimal

from core.recommendations.finding import Answer, Finding, Undetermined
from tests.databases import a_warehouse, known, once
from tests.known import judged

RULE = "redshift_rightsizing"
METERS = {"Node:ra3.xlplus": "800", "RMS:ra3.xlplus": "60"}


def answer(cpu: object, disk: float, meters: dict[str, str] | None = None, **given: object) -> Answer:
    warehouse = a_warehouse(**{"nodes": 4, **given})
    return judged(
        RULE, warehouse, known(warehouse, measured={"cpu": cpu, "disk": disk}, meters=meters or METERS)
    )


def test_half_of_the_nodes_take_half_of_their_cost_and_none_of_the_storages() -> None:
    found = answer(20, 20)
    assert isinstance(found, Finding)
    assert (found.saving, found.part, found.cost.monthly) == (Decimal(400), Decimal(800), Decimal(860))
    assert found.evidence["nodes_then"] == 2


def test_no_more_than_half_goes_at_once() -> None:
    found = answer(1, 1, nodes=9)
    assert isinstance(found, Finding)
    assert found.evidence["nodes_then"] == 5


def test_storage_or_cpu_alone_keeps_nodes() -> None:
    for cpu, disk in ((5, 50), (44, 5)):
        found = answer(cpu, disk)
        assert isinstance(found, Finding)
        assert found.evidence["nodes_then"] == 3
    assert answer(5, 60) is None
    assert answer(50, 5) is None


def test_one_wild_hour_in_two_weeks_is_forgiven() -> None:
    assert isinstance(answer(once(90, 20), 20), Finding)


def test_two_nodes_one_and_a_paused_cluster_stay() -> None:
    assert answer(1, 1, nodes=2) is None
    assert answer(1, 1, nodes=1) is None
    assert answer(1, 1, state="paused") is None


def test_without_samples_or_lines_on_the_bill_nobody_can_tell() -> None:
    warehouse = a_warehouse(nodes=4)
    assert isinstance(
        judged(RULE, warehouse, known(warehouse, measured={"cpu": 5}, meters=METERS)), Undetermined
    )
    assert answer(5, 5, {"RMS:ra3.xlplus": "60"}) == Undetermined("The bill has no line for its nodes yet.")
