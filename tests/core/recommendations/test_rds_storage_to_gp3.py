"""Provisioned IOPS that gp3 has in its price are saved; the instance's part of the bill stays."""

from decimal import Decimal

from core.recommendations.finding import Answer, Finding, Undetermined
from tests.databases import a_database, known, once
from tests.known import judged

RULE = "rds_storage_to_gp3"
METERS = {"InstanceUsage:db.m5.xlarge": "260", "RDS:PIOPS-Storage": "62.50", "RDS:PIOPS": "300"}
LISTED = Decimal("362.50")


def answer(reads: object = 100, writes: object = 200, **given: object) -> Answer:
    database = a_database(**{"storage_type": "io1", "storage_gb": 500, "iops": 3000, **given})
    return judged(
        RULE, database, known(database, measured={"read_iops": reads, "write_iops": writes}, meters=METERS)
    )


def test_provisioned_iops_that_gp3_gives_for_nothing() -> None:
    found = answer()
    assert isinstance(found, Finding)
    assert round(found.saving, 6) == LISTED - 500 * Decimal("0.115")
    assert "12000 IOPS" in found.because


def test_what_drives_its_disk_keeps_it() -> None:
    assert answer(reads=once(6500)) is None
    assert answer(reads=once(1400), storage_gb=300) is None


def test_gp2_and_gp3_cost_the_same_and_gp3_is_there_already() -> None:
    assert answer(storage_type="gp2", iops=None) is None
    assert answer(storage_type="gp3") is None


def test_aurora_has_its_own_storage() -> None:
    assert answer(storage_type="aurora", cluster="shop") is None


def test_without_samples_a_price_or_lines_on_the_bill_nobody_can_tell() -> None:
    database = a_database(storage_type="io1", storage_gb=500, iops=3000)
    assert isinstance(judged(RULE, database, known(database, meters=METERS)), Undetermined)
    assert isinstance(answer(storage_type="io2"), Undetermined)
    assert isinstance(answer(engine="oracle-ee"), Undetermined)
    silent = known(database, measured={"read_iops": 1, "write_iops": 1}, meters={"RDS:Other": "1"})
    assert judged(RULE, database, silent) == Undetermined("The bill has no line for its storage yet.")
