"""Snapshots whose volume is gone, and those whose volume we only did not see."""

from datetime import timedelta
from decimal import Decimal

from core.inventory import Kind
from core.recommendations.facts import Facts
from core.recommendations.finding import Finding, Undetermined
from tests.builders import ACCOUNT, REGION, a_volume
from tests.known import NOW, judged
from tests.stored import WHOLE, a_snapshot, an_image, stored

LEFT = a_snapshot()


def known(*beside: object, **given: object) -> Facts:
    return stored(LEFT, *beside, **{"bill": {LEFT.id: Decimal(10)}, **given})  # type: ignore[arg-type]


def test_a_snapshot_of_a_volume_that_is_gone_saves_its_bill_line() -> None:
    answer = judged("snapshot_orphaned", LEFT, known())
    assert isinstance(answer, Finding)
    assert answer.saving == 10
    assert "vol-1 is gone" in answer.because


def test_a_volume_that_is_there_has_its_backup() -> None:
    assert judged("snapshot_orphaned", LEFT, known(a_volume())) is None


def test_a_volume_of_the_same_name_elsewhere_is_another() -> None:
    assert isinstance(judged("snapshot_orphaned", LEFT, known(a_volume(region="eu-west-1"))), Finding)


def test_an_image_needs_it() -> None:
    assert judged("snapshot_orphaned", LEFT, known(an_image())) is None


def test_a_backup_service_looks_after_its_own() -> None:
    assert judged("snapshot_orphaned", a_snapshot(made_by="Data Lifecycle Manager"), known()) is None


def test_a_young_one_waits() -> None:
    fresh = a_snapshot(created_at=NOW - timedelta(days=29))
    assert judged("snapshot_orphaned", fresh, known()) is None


def test_unless_all_volumes_were_seen_nothing_is_gone() -> None:
    answer = judged("snapshot_orphaned", LEFT, known(whole=WHOLE - {(ACCOUNT, REGION, Kind.VOLUME)}))
    assert answer == Undetermined("Not every volume of its account and region could be seen.")


def test_a_copy_does_not_say_whose_it_is() -> None:
    answer = judged("snapshot_orphaned", a_snapshot(volume_id="vol-ffffffff"), known())
    assert answer == Undetermined("It was copied, and AWS does not say of which volume.")


def test_its_size_never_stands_in_for_the_bill() -> None:
    assert isinstance(judged("snapshot_orphaned", LEFT, known(bill={})), Undetermined)
