"""Volumes attached to nothing, and those that only look so."""

from datetime import timedelta
from decimal import Decimal

from core.recommendations.finding import Finding, Undetermined
from tests.builders import a_volume
from tests.known import NOW, facts, judged


def loose(**given: object) -> object:
    return a_volume(**{"state": "available", "attached_to": None, **given})


def test_the_snapshot_that_is_kept_is_subtracted() -> None:
    answer = judged("ebs_unattached", loose())
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal("5.5")  # 8 USD for the volume, 2.50 for a snapshot of the half


def test_a_volume_detached_yesterday_waits() -> None:
    assert judged("ebs_unattached", loose(), facts(changed_at={"vol-1": NOW - timedelta(days=1)})) is None


def test_a_volume_seen_detached_a_week_ago_is_found() -> None:
    known = facts(changed_at={"vol-1": NOW - timedelta(days=7)})
    answer = judged("ebs_unattached", loose(created_at=None), known)
    assert isinstance(answer, Finding)
    assert "seen 7 days ago" in answer.because


def test_a_volume_made_yesterday_waits() -> None:
    assert judged("ebs_unattached", loose(created_at=NOW - timedelta(days=1))) is None


def test_not_knowing_since_when_is_undetermined() -> None:
    assert isinstance(judged("ebs_unattached", loose(created_at=None)), Undetermined)


def test_an_attached_volume_is_fine() -> None:
    assert judged("ebs_unattached", a_volume()) is None


def test_a_volume_cheaper_than_its_snapshot_is_kept() -> None:
    assert judged("ebs_unattached", loose(), facts(bill={"vol-1": Decimal("2.50")})) is None


def test_a_protected_volume_is_left_in_peace() -> None:
    assert judged("ebs_unattached", loose(tags={"pioneer:protected": "yes"})) is None
