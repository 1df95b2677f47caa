"""Capacity falls to twice what the busiest hour took."""

from decimal import Decimal

from core.recommendations.finding import Answer, Finding, Undetermined
from tests.databases import SILENT, a_table, known, once
from tests.known import judged

RULE = "dynamodb_over_provisioned"
METERS = {"ReadCapacityUnit-Hrs": "9.49", "WriteCapacityUnit-Hrs": "47.45", "TimedStorage-ByteHrs": "2.5"}


def answer(reads: object, writes: object, **given: object) -> Answer:
    table = a_table(**given)
    return judged(RULE, table, known(table, measured={"reads": reads, "writes": writes}, meters=METERS))


def test_the_busiest_hour_may_take_half_of_what_is_left() -> None:
    found = answer(once(5 * 3600), once(10 * 3600, 3600))
    assert isinstance(found, Finding)
    assert found.evidence["needed"] == {"reads": 10, "writes": 20}
    assert found.saving == Decimal("9.49") * 90 / 100 + Decimal("47.45") * 80 / 100


def test_silence_takes_nothing_and_one_unit_must_stay() -> None:
    found = answer(SILENT, SILENT)
    assert isinstance(found, Finding)
    assert found.evidence["needed"] == {"reads": 1, "writes": 1}


def test_a_table_that_is_half_taken_stays() -> None:
    assert answer(60 * 3600, once(55 * 3600)) is None


def test_tables_on_demand_and_scaled_ones_follow_the_load() -> None:
    assert answer(0, 0, on_demand=True) is None
    assert answer(0, 0, autoscaled=True) is None


def test_what_its_indexes_cost_is_not_counted() -> None:
    table = a_table()
    twice = {"ReadCapacityUnit-Hrs": "18.98", "WriteCapacityUnit-Hrs": "94.90"}
    found = judged(RULE, table, known(table, measured={"reads": SILENT, "writes": SILENT}, meters=twice))
    assert isinstance(found, Finding)
    assert found.saving == (Decimal("9.49") + Decimal("47.45")) * 99 / 100


def test_where_scaling_or_metrics_could_not_be_asked_nobody_can_tell() -> None:
    assert isinstance(answer(0, 0, autoscaled=None), Undetermined)
    table = a_table()
    assert isinstance(judged(RULE, table, known(table, meters=METERS)), Undetermined)
