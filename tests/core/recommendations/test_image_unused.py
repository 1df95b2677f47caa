"""Images that nothing starts from."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.recommendations.facts import Facts
from core.recommendations.finding import Finding, Undetermined
from tests.known import NOW, judged
from tests.stored import a_snapshot, an_image, stored

BEHIND = a_snapshot()


def known(*fleet: object, **given: object) -> Facts:
    return stored(*(fleet or (an_image(), BEHIND)), **{"bill": {BEHIND.id: Decimal(7)}, **given})  # type: ignore[arg-type]


def test_an_image_nothing_names_saves_what_its_snapshots_cost() -> None:
    answer = judged("image_unused", an_image(), known())
    assert isinstance(answer, Finding)
    assert answer.saving == 7
    assert answer.claims == {BEHIND.id: Decimal(7)}


def test_an_image_in_use_stays() -> None:
    assert judged("image_unused", an_image(used_by=("lt-1",)), known()) is None


def test_an_image_launched_lately_stays() -> None:
    assert judged("image_unused", an_image(last_launched_at=NOW - timedelta(days=20)), known()) is None


def test_a_young_image_waits() -> None:
    assert judged("image_unused", an_image(created_at=NOW - timedelta(days=20)), known()) is None


def test_a_protected_snapshot_protects_its_image() -> None:
    guarded = a_snapshot(tags={"pioneer:protected": "true"})
    assert judged("image_unused", an_image(), known(an_image(), guarded)) is None


def test_a_snapshot_behind_two_images_is_saved_by_neither_alone() -> None:
    answer = judged("image_unused", an_image(), known(an_image(), an_image("ami-2"), BEHIND))
    assert isinstance(answer, Undetermined)


@pytest.mark.parametrize(
    ("image", "given", "why"),
    [
        (an_image(used_by=None), {}, "What is launched from it could not be read everywhere."),
        (an_image(), {"bill": {}}, "Its snapshots are not on the bill, so what it costs is not known."),
        (an_image(), {"whole": frozenset()}, "Not every image of its account and region could be seen."),
    ],
)
def test_what_is_not_known_is_said(image: object, given: dict[str, object], why: str) -> None:
    assert judged("image_unused", image, known(**given)) == Undetermined(why)  # type: ignore[arg-type]
