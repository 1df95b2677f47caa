"""A database is idle when nobody connects, it computes nothing, and nothing hangs on it."""

from decimal import Decimal

from core.recommendations.finding import Finding, Undetermined
from tests.databases import a_database, known, once
from tests.known import judged

RULE = "rds_idle"
METERS = {"InstanceUsage:db.m5.xlarge": "259.88", "RDS:GP3-Storage": "11.50"}
QUIET = {"connections": 0, "cpu": 2, "read_iops": 0.1, "write_iops": 0.6}


def test_nobody_connected_for_two_weeks_is_idle_and_the_final_snapshot_is_subtracted() -> None:
    database = a_database()
    answer = judged(RULE, database, known(database, measured=QUIET, meters=METERS))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal("271.38") - 100 * Decimal("0.095") / 2
    assert "started again by AWS after 7 days" in answer.because


def test_one_connection_in_two_weeks_is_use() -> None:
    database = a_database()
    assert judged(RULE, database, known(database, measured={**QUIET, "connections": once(1)})) is None


def test_a_shorter_lookback_forgets_what_was_before_it_and_a_longer_one_needs_more() -> None:
    database = a_database()
    facts = known(database, measured={**QUIET, "connections": once(1)}, meters=METERS)
    week = judged(RULE, database, facts, days=7)
    assert isinstance(week, Finding)
    assert week.because.startswith("Nobody connected in 7 days")
    assert isinstance(judged(RULE, database, facts, days=30), Undetermined)


def test_work_without_a_connection_is_work() -> None:
    database = a_database()
    for busy in ({"cpu": 30}, {"write_iops": 40}):
        assert judged(RULE, database, known(database, measured={**QUIET, **busy}, meters=METERS)) is None


def test_a_replica_and_what_has_one_are_left_alone() -> None:
    primary, replica = a_database(), a_database("standby", replica_of="orders")
    assert judged(RULE, replica, known(replica, primary, measured=QUIET, meters=METERS)) is None
    assert judged(RULE, primary, known(primary, replica, measured=QUIET, meters=METERS)) is None
    abroad = a_database("abroad", region="eu-west-1", replica_of=primary.id)
    assert judged(RULE, primary, known(primary, abroad, measured=QUIET, meters=METERS)) is None
    namesake = a_database("other", region="eu-west-1", replica_of="orders")
    assert isinstance(judged(RULE, primary, known(primary, namesake, measured=QUIET, meters=METERS)), Finding)


def test_a_reader_of_a_busy_cluster_stands_by() -> None:
    reader, writer = a_database("reader", cluster="shop"), a_database("writer", cluster="shop")
    busy = known(reader, writer, measured=QUIET, of_others={"connections": 12}, meters=METERS)
    assert judged(RULE, reader, busy) is None
    quiet = known(reader, writer, measured=QUIET, of_others={"connections": 0}, meters=METERS)
    assert isinstance(judged(RULE, reader, quiet), Finding)


def test_a_stopped_database_is_not_idle() -> None:
    database = a_database(state="stopped")
    assert judged(RULE, database, known(database, measured=QUIET, meters=METERS)) is None


def test_without_samples_nobody_can_tell() -> None:
    database = a_database()
    assert judged(RULE, database, known(database, meters=METERS)) == Undetermined(
        "No samples of its connections were collected."
    )


def test_what_is_not_on_the_bill_is_not_guessed() -> None:
    database = a_database()
    assert isinstance(judged(RULE, database, known(database, measured=QUIET)), Undetermined)
