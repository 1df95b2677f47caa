"""A table is unused when it was asked about, was there, and reported nothing."""

from datetime import timedelta
from decimal import Decimal

from core.recommendations.finding import Finding, Undetermined
from tests.databases import SILENT, a_table, known, once
from tests.known import NOW, judged

RULE = "dynamodb_unused"
METERS = {"TimedStorage-ByteHrs": "2.50"}
NOTHING = {"reads": SILENT, "writes": SILENT}


def test_neither_read_nor_written_and_a_backup_is_subtracted() -> None:
    table = a_table()
    answer = judged(RULE, table, known(table, measured=NOTHING, meters=METERS))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal("1.50")


def test_one_write_is_use() -> None:
    table = a_table()
    assert judged(RULE, table, known(table, measured={**NOTHING, "writes": once(1)}, meters=METERS)) is None


def test_a_young_table_is_undetermined() -> None:
    table = a_table(created_at=NOW - timedelta(days=20))
    answer = judged(RULE, table, known(table, measured=NOTHING, meters=METERS))
    assert answer == Undetermined("Known for fewer than 30 days.")


def test_silence_that_nobody_asked_for_is_no_silence() -> None:
    table = a_table()
    assert isinstance(judged(RULE, table, known(table, meters=METERS)), Undetermined)


def test_the_copy_of_a_global_table_is_written_to_from_elsewhere() -> None:
    table = a_table(replicated=True)
    assert isinstance(judged(RULE, table, known(table, measured=NOTHING, meters=METERS)), Undetermined)


def test_a_table_that_costs_less_than_its_backup_stays() -> None:
    table = a_table()
    cheap = known(table, measured=NOTHING, meters={"TimedStorage-ByteHrs": "0.90"})
    assert judged(RULE, table, cheap) is None
