"""A warehouse that nobody connects to is paused, which saves its nodes."""

from decimal import Decimal

from core.recommendations.finding import Finding, Undetermined
from tests.databases import a_warehouse, known, once
from tests.known import judged

RULE = "redshift_idle"
METERS = {"Node:ra3.xlplus": "1585.56", "RMS:ra3.xlplus": "24"}
QUIET = {"connections": 0, "cpu": 3}


def test_nobody_connected_and_only_the_nodes_are_saved() -> None:
    warehouse = a_warehouse()
    answer = judged(RULE, warehouse, known(warehouse, measured=QUIET, meters=METERS))
    assert isinstance(answer, Finding)
    assert (answer.saving, answer.cost.monthly) == (Decimal("1585.56"), Decimal("1609.56"))


def test_one_connection_or_work_of_its_own_is_use() -> None:
    warehouse = a_warehouse()
    for busy in ({"connections": once(1)}, {"cpu": 25}):
        assert judged(RULE, warehouse, known(warehouse, measured={**QUIET, **busy}, meters=METERS)) is None


def test_a_paused_one_is_fine() -> None:
    warehouse = a_warehouse(state="paused")
    assert judged(RULE, warehouse, known(warehouse, measured=QUIET, meters=METERS)) is None


def test_without_samples_or_nodes_on_the_bill_nobody_can_tell() -> None:
    warehouse = a_warehouse()
    assert isinstance(judged(RULE, warehouse, known(warehouse, meters=METERS)), Undetermined)
    unpaid = known(warehouse, measured=QUIET, meters={"RMS:ra3.xlplus": "24"})
    assert isinstance(judged(RULE, warehouse, unpaid), Undetermined)
