from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.connections import Attempt, Outcome, What, freshness, interval
from core.errors import Invalid
from core.inventory import Gap

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
US, EU = "us-east-1", "eu-west-1"


def attempt(
    place: str = US, outcome: Outcome = Outcome.COMPLETE, *, ago: int = 1, good_ago: int | None = 1
) -> Attempt:
    """Tried and last good so many minutes ago."""
    good = None if good_ago is None else NOW - timedelta(minutes=good_ago)
    return Attempt(place, outcome, NOW - timedelta(minutes=ago), "", good)


def outcome(*attempts: Attempt, places: tuple[str, ...] = (US, EU)) -> Outcome:
    return freshness(What.INVENTORY, places, attempts, QUARTER, NOW).outcome


def test_an_account_never_collected_is_neither_fresh_nor_stale() -> None:
    found = freshness(What.INVENTORY, (US,), (), QUARTER, NOW)
    assert (found.outcome, found.at, found.stale, found.whole) == (Outcome.NEVER, None, False, False)


def test_an_account_is_as_good_as_its_worst_region() -> None:
    whole, failed = attempt(US), attempt(EU, Outcome.FAILED)
    assert outcome(whole, attempt(EU)) is Outcome.COMPLETE
    assert outcome(whole, attempt(EU, Outcome.PARTIAL)) is Outcome.PARTIAL
    assert outcome(whole, failed) is Outcome.PARTIAL
    assert outcome(attempt(US, Outcome.FAILED), failed) is Outcome.FAILED


def test_a_region_that_was_never_collected_makes_the_account_partial() -> None:
    found = freshness(What.INVENTORY, (US, EU), (attempt(US),), QUARTER, NOW)
    assert (found.outcome, found.at, found.stale) == (Outcome.PARTIAL, None, True)
    assert found.detail == "eu-west-1: not collected yet."


def test_a_region_no_longer_asked_for_does_not_count() -> None:
    assert outcome(attempt(US), attempt(EU, Outcome.FAILED), places=(US,)) is Outcome.COMPLETE


@pytest.mark.parametrize(("minutes", "stale"), [(30, False), (31, True)])
def test_data_older_than_twice_its_interval_is_stale(minutes: int, stale: bool) -> None:  # noqa: FBT001  an expected value
    found = freshness(What.INVENTORY, (US,), (attempt(good_ago=minutes),), QUARTER, NOW)
    assert found.stale is stale
    assert found.whole is not stale


def test_a_failure_after_a_success_keeps_the_time_of_the_success() -> None:
    found = freshness(
        What.INVENTORY, (US,), (attempt(outcome=Outcome.FAILED, ago=1, good_ago=16),), QUARTER, NOW
    )
    assert (found.outcome, found.at, found.stale) == (Outcome.FAILED, NOW - timedelta(minutes=16), False)
    assert found.tried_at == NOW - timedelta(minutes=1)


def test_all_gaps_are_told() -> None:
    gaps = [Gap("1", place, "RDS databases", "denied") for place in (US, EU)]
    attempts = [Attempt(gap.region, Outcome.PARTIAL, NOW, "", NOW, (gap,)) for gap in gaps]
    assert freshness(What.INVENTORY, (US, EU), attempts, QUARTER, NOW).gaps == tuple(gaps)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("30s", 30), ("15m", 900), ("1h", 3600), ("24h", 86_400), ("2d", 172_800), (" 5m ", 300)],
)
def test_an_interval_is_a_number_and_a_unit(text: str, expected: int) -> None:
    assert interval(text).total_seconds() == expected


@given(st.text(max_size=8))
def test_anything_else_is_no_interval(text: str) -> None:
    try:
        span = interval(text)
    except Invalid:
        return
    assert timedelta(0) < span <= timedelta(days=999_999)
    assert text.strip()[-1] in "smhd"
