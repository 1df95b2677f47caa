"""A snapshot is orphaned when its database is surely gone."""

from datetime import timedelta
from decimal import Decimal

from core.inventory import Kind
from core.recommendations.finding import Finding, Undetermined
from tests.databases import a_database, a_database_snapshot, known
from tests.known import NOW, judged

RULE = "rds_snapshot_orphaned"
METERS = {"RDS:ChargedBackupUsage": "4.75"}


def test_the_database_is_gone_and_the_bill_says_what_the_snapshot_costs() -> None:
    snapshot = a_database_snapshot()
    answer = judged(RULE, snapshot, known(snapshot, meters=METERS, whole=(Kind.DATABASE,)))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal("4.75")


def test_a_snapshot_of_a_living_database_stays() -> None:
    snapshot = a_database_snapshot()
    assert judged(RULE, snapshot, known(snapshot, a_database(), whole=(Kind.DATABASE,))) is None


def test_where_databases_could_not_all_be_seen_missing_is_not_gone() -> None:
    snapshot = a_database_snapshot()
    assert judged(RULE, snapshot, known(snapshot, meters=METERS)) == Undetermined(
        "Not every database of its account and region could be seen."
    )


def test_a_fresh_one_waits() -> None:
    snapshot = a_database_snapshot(created_at=NOW - timedelta(days=12))
    assert judged(RULE, snapshot, known(snapshot, meters=METERS, whole=(Kind.DATABASE,))) is None


def test_its_size_is_never_taken_for_its_cost() -> None:
    snapshot = a_database_snapshot()
    assert isinstance(judged(RULE, snapshot, known(snapshot, whole=(Kind.DATABASE,))), Undetermined)
