"""A database moves to the cheapest class of any family that CPU peaks, memory and engine allow, and only the instance's part of the bill falls."""

from decimal import Decimal

import pytest

from core.recommendations.finding import Answer, Finding, Undetermined
from tests.databases import GIB, a_database, known, once
from tests.known import judged

RULE = "rds_rightsizing"
METERS = {"InstanceUsage:db.m5.xlarge": "200", "RDS:GP3-Storage": "50"}


MBIT = 1e6 / 8
"""Bytes a second."""
TRAFFIC = {
    "read_iops": 50,
    "write_iops": 50,
    "read_throughput": MBIT,
    "write_throughput": MBIT,
    "network_in": MBIT,
    "network_out": MBIT,
}


INTEL = {"engine_version": "12.19"}
"""A version that Graviton classes do not run."""


def answer(cpu: object, free_gib: float, traffic: dict[str, object] | None = None, **given: object) -> Answer:
    database = a_database(**{**INTEL, **given})
    series = {"cpu_peak": cpu, "free_memory": free_gib * GIB, **TRAFFIC, **(traffic or {})}
    return judged(RULE, database, known(database, measured=series, meters=METERS))


def test_half_the_class_halves_the_instance_but_not_the_storage() -> None:
    found = answer(20, 11)
    assert isinstance(found, Finding)
    assert found.saving == Decimal(100)
    assert found.cost.monthly == Decimal(250)
    assert found.evidence["to"] == "db.m5.large"


def test_of_all_families_the_cheapest_is_chosen_that_the_version_runs_on() -> None:
    found = answer(20, 11, engine_version="16.4")
    assert isinstance(found, Finding)
    assert found.evidence["to"] == "db.m6g.large"
    assert round(found.saving, 6) == round(200 * (1 - Decimal("0.159") / Decimal("0.356")), 6)
    assert [one["type"] for one in found.evidence["runners_up"]] == [
        "db.m5.large",
        "db.r6g.large",
        "db.r5.large",
    ]
    assert "Graviton" in found.because


def test_full_memory_with_idle_vcpus_moves_to_a_family_with_more_memory_to_each() -> None:
    found = answer(5, 4)
    assert isinstance(found, Finding)
    assert found.evidence["to"] == "db.r5.large"
    assert found.evidence["ruled_out"] == {"db.m5.large": "memory"}


@pytest.mark.parametrize(
    ("engine", "to"), [("postgres", "db.m6g.large"), ("aurora-postgresql", "db.r6g.large")]
)
def test_aurora_is_not_offered_families_that_it_is_not_sold_on(engine: str, to: str) -> None:
    found = answer(10, 27, instance_class="db.r5.xlarge", engine=engine, engine_version="16.4")
    assert isinstance(found, Finding)
    assert found.evidence["to"] == to


def test_a_class_of_an_old_family_is_no_place_to_move_to() -> None:
    assert answer(5, 4, instance_class="db.r5.large") is None
    old = answer(8, 29, instance_class="db.r4.xlarge")
    assert isinstance(old, Finding)
    assert old.evidence["to"] == "db.m5.large"


def test_two_classes_down_at_once() -> None:
    found = answer(8, 29, instance_class="db.m5.2xlarge")
    assert isinstance(found, Finding)
    assert found.evidence["to"] == "db.m5.large"
    assert found.saving == Decimal(150)


def test_memory_that_is_taken_keeps_the_class() -> None:
    assert answer(5, 2) is None


def test_cpu_that_peaks_keeps_the_class() -> None:
    assert answer(40, 14) is None


def test_one_wild_hour_in_two_weeks_is_forgiven() -> None:
    assert isinstance(answer(once(95, 20), 11), Finding)


def test_the_smallest_class_of_its_family_stays() -> None:
    assert answer(1, 7, instance_class="db.m5.large") is None


def test_serverless_scales_by_itself() -> None:
    assert answer(1, 7, instance_class="db.serverless") is None


@pytest.mark.parametrize(
    "given",
    [
        {"instance_class": "db.t3.large"},
        {"engine": "sqlserver-se", "engine_version": "15.00"},
        {"instance_class": "db.x9.large"},
    ],
)
def test_credits_licences_and_unknown_classes_are_undetermined(given: dict[str, object]) -> None:
    assert isinstance(answer(5, 14, **given), Undetermined)


def test_without_memory_samples_nobody_can_tell() -> None:
    database = a_database()
    assert isinstance(
        judged(RULE, database, known(database, measured={"cpu_peak": 5}, meters=METERS)), Undetermined
    )


def test_an_instance_that_the_bill_does_not_show_is_undetermined() -> None:
    database = a_database()
    series = {"cpu_peak": 20, "free_memory": 11 * GIB, **TRAFFIC}
    only_storage = known(database, measured=series, meters={"RDS:GP3-Storage": "50"})
    assert judged(RULE, database, only_storage) == Undetermined("The bill has no line for its instance yet.")


@pytest.mark.parametrize(
    ("traffic", "lack"),
    [
        ({"write_throughput": 600 * MBIT}, "disk bandwidth"),
        ({"read_iops": 3000}, "disk operations"),
        ({"network_out": 700 * MBIT}, "network"),
    ],
)
def test_traffic_keeps_a_database_off_classes_that_carry_less(traffic: dict[str, object], lack: str) -> None:
    assert answer(20, 11, traffic) is None
    found = answer(8, 29, traffic, instance_class="db.m5.2xlarge")
    assert isinstance(found, Finding)
    assert found.evidence["to"] == "db.m5.xlarge"
    assert lack in found.evidence["ruled_out"]["db.m5.large"]
    assert "db.m5.large has too little" in found.because


def test_what_is_not_measured_keeps_the_class_and_says_so() -> None:
    database = a_database()
    blind = known(database, measured={"cpu_peak": 20, "free_memory": 11 * GIB}, meters=METERS)
    told = judged(RULE, database, blind)
    assert isinstance(told, Undetermined)
    assert "network, disk bandwidth and disk operations" in told.reason


def test_hours_that_any_dimension_would_not_have_fitted_count() -> None:
    found = answer(once(95, 20), 11, {"read_iops": once(9000, 50), "network_in": once(2000 * MBIT, MBIT)})
    assert isinstance(found, Finding)
    assert found.evidence["percent_that_would_not_have_fitted"] == round(100 / 336, 2)
    assert found.evidence["judged_by"] == ["CPU", "memory", "network", "disk bandwidth", "disk operations"]


def test_aurora_is_not_held_to_the_limits_of_volumes() -> None:
    found = answer(20, 11, {"read_iops": 90_000}, engine="aurora-postgresql")
    assert not isinstance(found, Undetermined)
