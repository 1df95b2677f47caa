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


def test_an_old_volume_first_seen_yesterday_is_undetermined_until_we_watched_it_long_enough() -> None:
    """It may have been detached an hour before we came."""
    young = facts(first_seen={"vol-1": NOW - timedelta(days=1)})
    answer = judged("ebs_unattached", loose(), young)
    assert isinstance(answer, Undetermined)
    assert "only since 22 Nov 2026" in answer.reason
    assert "watched it for 7 days" in answer.reason
    watched = facts(first_seen={"vol-1": NOW - timedelta(days=7)})
    found = judged("ebs_unattached", loose(), watched)
    assert isinstance(found, Finding)
    assert found.evidence["days_unattached"] == 7
    assert "never seen attached in 7 days" in found.because


def test_a_volume_watched_since_it_was_made_counts_from_then() -> None:
    made = NOW - timedelta(days=9)
    known = facts(first_seen={"vol-1": made - timedelta(minutes=5)})  # clocks differ
    answer = judged("ebs_unattached", loose(created_at=made), known)
    assert isinstance(answer, Finding)
    assert answer.evidence["days_unattached"] == 9


def test_a_volume_made_yesterday_waits() -> None:
    assert judged("ebs_unattached", loose(created_at=NOW - timedelta(days=1))) is None


def test_not_knowing_since_when_is_undetermined() -> None:
    assert isinstance(judged("ebs_unattached", loose(), facts(first_seen={})), Undetermined)
    young = facts(first_seen={"vol-1": NOW - timedelta(days=1)})
    assert isinstance(judged("ebs_unattached", loose(created_at=None), young), Undetermined)


def test_an_attached_volume_is_fine() -> None:
    assert judged("ebs_unattached", a_volume()) is None


def test_a_volume_cheaper_than_its_snapshot_is_kept() -> None:
    assert judged("ebs_unattached", loose(), facts(bill={"vol-1": Decimal("2.50")})) is None


def test_a_protected_volume_is_left_in_peace() -> None:
    assert judged("ebs_unattached", loose(tags={"pioneer:protected": "yes"})) is None
