"""The surcharge for an old version is what the bill says; its date comes from AWS's calendar."""

from decimal import Decimal

import pytest

from core.recommendations.engines import STANDARD_SUPPORT_ENDS
from core.recommendations.finding import Finding, Undetermined
from tests.databases import a_database, known
from tests.known import judged

RULE = "rds_extended_support"
METERS = {"InstanceUsage:db.m5.xlarge": "260", "EU-ExtendedSupport:Yr3:MySQL5.7": "292"}


def test_the_surcharge_on_the_bill_is_what_an_upgrade_saves() -> None:
    database = a_database(engine="mysql", engine_version="5.7.44")
    answer = judged(RULE, database, known(database, meters=METERS))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal(292)
    assert answer.cost.monthly == Decimal(552)
    assert "ended on 29 Feb 2024" in answer.because


def test_an_old_version_without_a_surcharge_on_the_bill_is_undetermined() -> None:
    database = a_database(engine_version="12.19")
    answer = judged(RULE, database, known(database, meters={"InstanceUsage:db.m5.xlarge": "260"}))
    assert answer == Undetermined("Its version is past standard support, but the bill shows no surcharge.")


@pytest.mark.parametrize(
    ("engine", "version"),
    [
        ("postgres", "16.4"),
        ("mysql", "8.4.3"),
        ("aurora-mysql", "8.0.mysql_aurora.3.04.0"),
        ("mariadb", "10.4.34"),
        ("oracle-ee", "19.0.0.0"),
    ],
)
def test_supported_versions_and_engines_without_extended_support_are_fine(engine: str, version: str) -> None:
    database = a_database(engine=engine, engine_version=version)
    assert judged(RULE, database, known(database)) is None


def test_auroras_versions_are_its_own() -> None:
    database = a_database(engine="aurora-mysql", engine_version="5.7.mysql_aurora.2.11.2")
    assert isinstance(judged(RULE, database, known(database, meters=METERS)), Finding)


def test_a_version_that_nobody_wrote_down_is_undetermined_unless_the_bill_knows_it() -> None:
    database = a_database(engine_version="10.23")
    assert isinstance(judged(RULE, database, known(database)), Undetermined)
    assert isinstance(judged(RULE, database, known(database, meters=METERS)), Finding)


def test_later_versions_are_supported_for_longer() -> None:
    for engine in {engine for engine, _ in STANDARD_SUPPORT_ENDS}:
        rows = [(float(version), day) for (of, version), day in STANDARD_SUPPORT_ENDS.items() if of == engine]
        days = [day for _, day in sorted(rows)]
        assert days == sorted(set(days)), engine
