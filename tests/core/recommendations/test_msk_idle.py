"""A cluster of Kafka through which nothing but MSK's own checks passes is deleted."""

from decimal import Decimal

import pytest

from core.recommendations.finding import Answer, Finding, Undetermined
from tests.databases import SILENT, known, once
from tests.known import NOW, judged
from tests.platforms import a_kafka_cluster

RULE = "msk_idle"
METERS = {"kafka.m5.large": "450", "Kafka.Storage.GP2": "30"}
CANARY = {f"bytes_{way}_{broker}": 120 for way in ("in", "out") for broker in (1, 2, 3)}


def answer(measured: dict[str, object], meters: dict[str, str] | None = None, **given: object) -> Answer:
    cluster = a_kafka_cluster(**given)
    return judged(
        RULE, cluster, known(cluster, measured=measured, meters=METERS if meters is None else meters)
    )


@pytest.mark.parametrize("measured", [CANARY, dict.fromkeys(CANARY, SILENT)])
def test_its_own_checks_and_silence_are_no_use(measured: dict[str, object]) -> None:
    found = answer(measured)
    assert isinstance(found, Finding)
    assert found.saving == Decimal(480)


def test_before_the_bill_knows_it_brokers_and_volumes_count_at_list_price() -> None:
    found = answer(CANARY, meters={})
    assert isinstance(found, Finding)
    assert found.saving == 3 * (Decimal("0.21") * 730 + 100 * Decimal("0.10"))


@pytest.mark.parametrize("metric", ["bytes_in_1", "bytes_out_3"])
def test_one_hour_of_records_through_one_broker_is_use(metric: str) -> None:
    assert answer({**CANARY, metric: once(4_000, 120)}) is None


def test_a_cluster_that_is_being_made_waits() -> None:
    assert answer(CANARY, state="CREATING") is None


@pytest.mark.parametrize("given", [{"created_at": NOW}, {"serverless": True}, {"brokers": 9}])
def test_young_serverless_and_large_clusters_are_undetermined(given: dict[str, object]) -> None:
    assert isinstance(answer(CANARY, **given), Undetermined)


def test_a_broker_that_was_not_asked_about_is_undetermined() -> None:
    assert isinstance(answer({"bytes_in_1": 100}), Undetermined)
