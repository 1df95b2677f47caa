"""Old snapshots, and those that somebody looks after."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.inventory import Kind, Snapshot
from core.recommendations.facts import Facts
from core.recommendations.finding import Finding, Undetermined
from tests.builders import ACCOUNT, REGION
from tests.known import NOW, judged
from tests.stored import WHOLE, a_snapshot, an_image, stored

OLD = a_snapshot(created_at=NOW - timedelta(days=100))
NEWER = a_snapshot("snap-2", created_at=NOW - timedelta(days=3))


def known(*beside: object, of: Snapshot = OLD, **given: object) -> Facts:
    return stored(of, *beside, **{"bill": {of.id: Decimal(10)}, **given})  # type: ignore[arg-type]


def test_one_that_a_newer_one_follows_saves_half_of_its_own_bill_line() -> None:
    answer = judged("snapshot_old", OLD, known(NEWER))
    assert isinstance(answer, Finding)
    assert answer.saving == 5


def test_the_newest_of_its_volume_waits_a_year_and_saves_all() -> None:
    assert judged("snapshot_old", OLD, known()) is None
    older = a_snapshot(created_at=NOW - timedelta(days=366))
    answer = judged("snapshot_old", older, known(of=older))
    assert isinstance(answer, Finding)
    assert answer.saving == 10


def test_a_young_one_waits() -> None:
    assert judged("snapshot_old", NEWER, known(of=NEWER)) is None


@pytest.mark.parametrize("given", [{"made_by": "AWS Backup"}, {"archived": True}, {"state": "pending"}])
def test_what_a_service_keeps_or_is_archived_already_is_left_alone(given: dict[str, object]) -> None:
    kept = a_snapshot(**{"created_at": NOW - timedelta(days=400), **given})
    assert judged("snapshot_old", kept, known(NEWER, of=kept)) is None


def test_an_images_snapshot_is_the_images() -> None:
    assert judged("snapshot_old", OLD, known(NEWER, an_image())) is None


def test_its_size_never_stands_in_for_the_bill() -> None:
    answer = judged("snapshot_old", OLD, known(NEWER, bill={}))
    assert answer == Undetermined("It is not on the bill yet, and no list price is kept for a snapshot.")


def test_unless_all_images_were_seen_it_may_be_one_of_theirs() -> None:
    answer = judged("snapshot_old", OLD, known(NEWER, whole=WHOLE - {(ACCOUNT, REGION, Kind.IMAGE)}))
    assert answer == Undetermined("Not every image of its account and region could be seen.")
