"""An old class moves to the cheapest one that replaces it and runs the engine."""

from decimal import Decimal

from core.recommendations.finding import Finding, Undetermined
from tests.databases import a_database, known
from tests.known import judged

RULE = "rds_old_class"
METERS = {"InstanceUsage:db.m4.large": "91"}


def test_m4_moves_to_graviton_where_the_engine_runs_there() -> None:
    database = a_database(instance_class="db.m4.large")
    answer = judged(RULE, database, known(database, meters=METERS))
    assert isinstance(answer, Finding)
    assert answer.evidence["to"] == "db.m6g.large"
    assert answer.saving == Decimal(91) * (1 - Decimal("0.159") / Decimal("0.182"))


def test_an_old_engine_moves_to_intel() -> None:
    database = a_database(instance_class="db.m4.large", engine="mysql", engine_version="5.7.44")
    answer = judged(RULE, database, known(database, meters=METERS))
    assert isinstance(answer, Finding)
    assert answer.evidence["to"] == "db.m5.large"


def test_a_successor_at_the_same_price_is_no_saving() -> None:
    database = a_database(instance_class="db.r4.large", engine="mysql", engine_version="5.7.44")
    assert judged(RULE, database, known(database, meters={"InstanceUsage:db.r4.large": "100"})) is None


def test_current_classes_stay() -> None:
    database = a_database(instance_class="db.m5.large")
    assert judged(RULE, database, known(database, meters=METERS)) is None


def test_without_the_old_price_nobody_can_tell() -> None:
    database = a_database(instance_class="db.m3.large")
    assert isinstance(judged(RULE, database, known(database, meters=METERS)), Undetermined)


def test_licences_are_not_priced() -> None:
    database = a_database(instance_class="db.m4.large", engine="oracle-ee")
    assert isinstance(judged(RULE, database, known(database, meters=METERS)), Undetermined)
