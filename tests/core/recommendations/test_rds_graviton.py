"""The same size on Graviton, where the engine runs there and it costs less."""

from decimal import Decimal

from core.recommendations.finding import Finding, Undetermined
from tests.databases import a_database, known
from tests.known import judged

RULE = "rds_graviton"
METERS = {"InstanceUsage:db.m5.xlarge": "178", "RDS:GP3-Storage": "50"}


def test_the_instance_costs_what_the_list_prices_say_less() -> None:
    database = a_database()
    answer = judged(RULE, database, known(database, meters=METERS))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal(178) * (1 - Decimal("0.318") / Decimal("0.356"))
    assert answer.evidence["to"] == "db.m6g.xlarge"


def test_multi_az_is_compared_with_multi_az() -> None:
    database = a_database(instance_class="db.r5.xlarge", multi_az=True)
    answer = judged(RULE, database, known(database, meters={"EU-Multi-AZUsage:db.r5.xl": "730"}))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal(73)


def test_graviton_stays() -> None:
    database = a_database(instance_class="db.m6g.xlarge")
    assert judged(RULE, database, known(database, meters=METERS)) is None


def test_old_engines_and_those_with_a_licence_do_not_run_there() -> None:
    for engine, version in (("mysql", "5.7.44"), ("postgres", "12.9"), ("oracle-se2", "19.0.0.0")):
        database = a_database(engine=engine, engine_version=version)
        assert judged(RULE, database, known(database, meters=METERS)) is None


def test_aurora_is_known_by_its_own_version() -> None:
    for version, runs in (("8.0.mysql_aurora.3.04.0", True), ("5.7.mysql_aurora.2.11.2", False)):
        database = a_database(engine="aurora-mysql", engine_version=version)
        assert isinstance(judged(RULE, database, known(database, meters=METERS)), Finding) is runs


def test_a_size_without_a_price_is_undetermined() -> None:
    database = a_database(instance_class="db.m5.24xlarge")
    assert judged(RULE, database, known(database, meters=METERS)) == Undetermined(
        "No price is known for rds:db.m5.24xlarge in us-east-1."
    )
