"""A Neptune cluster that nobody asks is deleted."""

from decimal import Decimal

from core.recommendations.finding import Finding, Undetermined
from tests.databases import SILENT, a_database, known, once
from tests.known import judged

RULE = "neptune_idle"
QUIET = {"requests": SILENT, "cpu": 3}
METERS = {"InstanceUsage:db.t3.medium": "71.54"}
NEPTUNE = {"engine": "neptune", "engine_version": "1.3.2.1", "cluster": "fraud"}


def test_silence_is_nobody_asking_where_its_cpu_is_reported() -> None:
    database = a_database(**NEPTUNE)
    answer = judged(RULE, database, known(database, measured=QUIET, meters=METERS))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal("71.54")
    without = known(database, measured={"requests": SILENT, "cpu": SILENT}, meters=METERS)
    assert isinstance(judged(RULE, database, without), Undetermined)
    never_asked = known(database, measured={"cpu": 3}, meters=METERS)
    assert isinstance(judged(RULE, database, never_asked), Undetermined)


def test_a_reader_that_is_asked_keeps_the_whole_cluster() -> None:
    database, reader = a_database(**NEPTUNE), a_database("reader", **NEPTUNE)
    for asked, found in ((SILENT, True), (once(2), False)):
        facts = known(
            database, reader, measured=QUIET, of_others={"requests": asked, "cpu": 3}, meters=METERS
        )
        assert isinstance(judged(RULE, database, facts), Finding) is found


def test_work_of_its_own_is_use() -> None:
    database = a_database(**NEPTUNE)
    assert judged(RULE, database, known(database, measured={**QUIET, "cpu": 30}, meters=METERS)) is None


def test_what_is_stopped_or_not_of_neptune_is_left_alone() -> None:
    for given in ({"state": "stopped"}, {"engine": "docdb"}):
        database = a_database(**{**NEPTUNE, **given})
        assert judged(RULE, database, known(database, measured=QUIET, meters=METERS)) is None
