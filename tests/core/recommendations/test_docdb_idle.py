"""A DocumentDB cluster that nobody connects to is deleted; RDS's rules leave it alone."""

from decimal import Decimal

import pytest

from core.recommendations.finding import Finding, Undetermined
from tests.databases import a_database, known, once
from tests.known import judged

RULE = "docdb_idle"
QUIET = {"connections": 0, "cpu": 3}
METERS = {"InstanceUsage:db.t3.medium": "56.94"}
DOCDB = {"engine": "docdb", "engine_version": "5.0.0", "cluster": "reviews"}


def test_nobody_connected() -> None:
    database = a_database(**DOCDB)
    answer = judged(RULE, database, known(database, measured=QUIET, meters=METERS))
    assert isinstance(answer, Finding)
    assert answer.saving == answer.cost.monthly == Decimal("56.94")


def test_a_cluster_is_idle_only_as_a_whole() -> None:
    database, reader = a_database(**DOCDB), a_database("reader", **DOCDB)
    for connected, found in ((0, True), (once(1), False)):
        facts = known(
            database,
            reader,
            measured=QUIET,
            of_others={"connections": connected, "cpu": 3},
            meters=METERS,
        )
        assert isinstance(judged(RULE, database, facts), Finding) is found
    unwatched = known(database, reader, measured=QUIET, meters=METERS)
    assert isinstance(judged(RULE, database, unwatched), Undetermined)


def test_one_connection_or_work_of_its_own_is_use() -> None:
    database = a_database(**DOCDB)
    for busy in ({"connections": once(1)}, {"cpu": 25}):
        assert judged(RULE, database, known(database, measured={**QUIET, **busy}, meters=METERS)) is None


def test_what_is_stopped_a_replica_or_not_of_documentdb_is_left_alone() -> None:
    for given in ({"state": "stopped"}, {"replica_of": "other"}, {"engine": "postgres"}):
        database = a_database(**{**DOCDB, **given})
        assert judged(RULE, database, known(database, measured=QUIET, meters=METERS)) is None


def test_without_samples_or_a_bill_nobody_can_tell() -> None:
    database = a_database(**DOCDB)
    assert isinstance(judged(RULE, database, known(database, meters=METERS)), Undetermined)
    assert isinstance(judged(RULE, database, known(database, measured=QUIET)), Undetermined)


@pytest.mark.parametrize("engine", ["docdb", "neptune"])
@pytest.mark.parametrize(
    "rule",
    [
        "rds_idle",
        "rds_rightsizing",
        "rds_old_class",
        "rds_graviton",
        "rds_storage_to_gp3",
        "rds_extended_support",
    ],
)
def test_rules_on_rds_are_not_asked_about_what_only_shares_its_api(rule: str, engine: str) -> None:
    database = a_database(
        engine=engine, engine_version="5.0.0", instance_class="db.m4.large", storage_type="io1"
    )
    measured = {**QUIET, "cpu_peak": 1, "free_memory": 1 << 32, "read_iops": 0, "write_iops": 0}
    meters = {"InstanceUsage:db.m4.large": "132", "ExtendedSupport:Yr1-Yr2:x": "20", "RDS:PIOPS": "9"}
    assert judged(rule, database, known(database, measured=measured, meters=meters)) is None
